"""From a tenant's slug to the name of its schema: the one place where that is decided."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from isolint.errors import TenantError

LONGEST = 63
"""Bytes of a name that PostgreSQL keeps; it cuts the rest off without a word."""

RESERVED = frozenset(("public", "information_schema", "isolint", "extensions"))
"""Schemas that belong to no tenant."""

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
_VARIABLE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant: `slug` in small letters, `schema` the name of its schema."""

    slug: str
    schema: str


@dataclass(frozen=True, slots=True)
class Naming:
    """How schemas are called: `pattern` holds its variable part in braces (`org_{slug}`)."""

    pattern: str

    def __post_init__(self) -> None:
        if len(_VARIABLE.findall(self.pattern)) != 1:
            raise TenantError(
                f"the pattern {self.pattern!r} must hold its variable part in braces, as org_{{slug}} does"
            )

    def tenant(self, slug: str) -> Tenant:
        """The tenant of a slug: capitals become small letters and hyphens underscores. Raises TenantError."""
        normal = slug.lower()
        if not slug.isascii() or not _SLUG.fullmatch(normal):
            raise TenantError(
                f"{slug!r} is no slug: letters, digits, _ and - are allowed, with a letter or digit first and last"
            )
        schema = _VARIABLE.sub(normal.replace("-", "_"), self.pattern)
        if len(schema.encode()) > LONGEST:
            raise TenantError(
                f"{slug!r}: the schema {schema} would be cut off after {LONGEST} bytes: choose a shorter slug"
            )
        if schema in RESERVED or schema.startswith("pg_") or schema[0].isdecimal():
            raise TenantError(f"{slug!r}: the schema {schema} is no tenant's: choose another slug")
        return Tenant(normal, schema)

    def owns(self, schema: str) -> bool:
        """Whether a schema of this name is a tenant's."""
        before, after = _VARIABLE.split(self.pattern)
        fits = schema.startswith(before) and schema.endswith(after) and len(schema) > len(before) + len(after)
        return fits and schema not in RESERVED and not schema.startswith("pg_")


def collision(tenant: Tenant, naming: Naming, slugs: Iterable[str]) -> str:
    """The first other slug whose schema is the same, '' when there is none. What is no slug collides with nothing."""
    for slug in slugs:
        if slug.lower() != tenant.slug:
            try:
                other = naming.tenant(slug)
            except TenantError:
                continue
            if other.schema == tenant.schema:
                return slug
    return ""
