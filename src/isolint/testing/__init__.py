"""Tests of tenant isolation for an application's own suite: fixtures for pytest and assertions on a real PostgreSQL.

Where isolint is installed, pytest has the fixtures `tenant_factory`, `two_tenants` and `reference_schema`; nothing is
started before one of them is used. See docs/testing.md.
"""

from isolint.testing.assertions import assert_complete, assert_isolated
from isolint.testing.tenant import LiveTenant

__all__ = ["LiveTenant", "assert_complete", "assert_isolated"]
