"""What can stop isolint from doing what it was asked.

IsolintError                exit code 2, the message says what happened, where, and what to do
├── UsageError              a path, an option or a rule id that does not exist
├── ConfigError             isolint.yaml or a rule file is wrong
├── SchemaError             a schema reference cannot be read
└── TenantError             a tenant cannot be named, made or changed

What could not be *read or parsed* during a scan is not an exception but a `Problem` of the report:
the rest of the work goes on and the exit code becomes 3.
"""

from __future__ import annotations


class IsolintError(Exception):
    """Base of all errors that are the user's to mend; `str()` is the whole message."""


class UsageError(IsolintError):
    """The command line asks for something that does not exist."""


class ConfigError(IsolintError):
    """A configuration or rule file cannot be used as it is."""


class SchemaError(IsolintError):
    """A schema reference cannot be loaded."""


class TenantError(IsolintError):
    """A tenant cannot be named, made or changed; the message says what stays as it was."""
