"""Schema references: what a user may write for a schema, and what is shown of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from isolint.errors import SchemaError
from isolint.model.masked import HIDDEN, masked_sentence

LIVE = ("postgresql", "postgres")
OWN = ("schema", "lock_timeout", "role")
"""Parameters of a URL that are isolint's and not libpq's."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A parsed reference. `form` is `live`, `file`, `models` or `function`; `target` the URL, path or module.

    `shown` holds no password; `secret` is the password, for taking it out of messages. `options` are the parameters
    behind `?` that are isolint's own.
    """

    form: str
    target: str
    shown: str
    options: dict[str, str] = field(default_factory=dict)
    name: str = ""
    secret: str = ""

    @property
    def offline(self) -> bool:
        """Whether no server may be used."""
        return "offline" in self.options

    @property
    def schema(self) -> str:
        """The schema asked for, '' for the source's own choice."""
        return self.options.get("schema", "")

    def clean(self, message: str) -> str:
        """A message of a library without the password."""
        for secret in {self.secret, quote(self.secret), quote(self.secret, safe="")} - {""}:
            message = message.replace(secret, HIDDEN)
        return masked_sentence(message)


def parse(text: str) -> Reference:
    """The reference in `text`. Raises SchemaError, which never repeats a password, when it has no known form."""
    scheme = text.split(":", 1)[0]
    if scheme in LIVE:
        return _live(text)
    if "://" in text:
        raise SchemaError(f"{scheme}:// is not a schema reference; databases are postgresql://user@host/db?schema=name")
    shown = masked_sentence(text)
    body, _, query = text.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if scheme == "models":
        return Reference("models", body.removeprefix("models:"), shown, options)
    if scheme == "function":
        path, separator, name = body.removeprefix("function:").rpartition("#")
        if not separator or not path or not name:
            raise SchemaError(f"{shown} does not name a function: write function:FILE.sql#name")
        return Reference("function", path, shown, options, name=name)
    if not text:
        raise SchemaError("a schema reference is empty")
    return Reference("file", body, shown, options)


def _live(text: str) -> Reference:
    try:
        parts = urlsplit(text)
        secret = unquote(parts.password or "")
        int(parts.port or 0)
    except ValueError as error:
        raise SchemaError(f"the database URL cannot be read ({type(error).__name__}): check host and port") from None
    parameters = parse_qsl(parts.query, keep_blank_values=True)
    options = {key: value for key, value in parameters if key in OWN}
    secret = secret or next((value for key, value in parameters if key == "password"), "")
    kept = urlencode([p for p in parameters if p[0] not in OWN])
    target = f"{parts.scheme}://{parts.netloc}{parts.path}" + (f"?{kept}" if kept else "")
    user = f"{parts.username}@" if parts.username else ""
    host = re.sub(r"^.*@", "", parts.netloc)
    visible = urlencode([p for p in parameters if "password" not in p[0].lower()], safe="/")
    shown = f"{parts.scheme}://{user}{host}{parts.path}" + (f"?{visible}" if visible else "")
    return Reference("live", target, shown, options, secret=secret)
