"""Where the tenants are: the database, the names of their schemas, and which there are."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isolint.errors import SchemaError, TenantError, UsageError
from isolint.model.settings import Settings
from isolint.schema.load import load
from isolint.schema.model import Schema
from isolint.schema.references import parse
from isolint.schema.sources.live import connect, patience
from isolint.tenants.naming import Naming, Tenant, collision
from isolint.tenants.seeds import Seed, read_seeds

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

SCHEMAS = "SELECT nspname AS schema FROM pg_catalog.pg_namespace ORDER BY 1"
CLOSED = "SELECT nspname AS schema FROM pg_catalog.pg_namespace WHERE NOT has_schema_privilege(oid, 'USAGE')"
_DRIVER = re.compile(r"\A(postgres(?:ql)?)\+\w+://")

DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
"""A tenant is reported as done once its transaction is committed; with `off` a crash could still lose it."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The tenants of one database. `folder` is what files in `reference` are relative to; `slugs` is SQL."""

    url: str
    naming: Naming
    folder: Path
    reference: str = ""
    slugs: str = ""
    seeds: Path | None = None

    def connect(self) -> Connection:
        """A connection that commits each statement, and what was committed outlives a crash of the server. Raises
        SchemaError without the password.
        """
        connection = connect(parse(self.url))
        connection.execute(DURABLE)
        return connection

    @property
    def patience(self) -> int:
        """The milliseconds to wait for a lock: the URL's `lock_timeout`."""
        return patience(parse(self.url))

    def wanted(self) -> Schema:
        """The reference. Raises UsageError when none is named."""
        if not self.reference:
            raise UsageError("say what a tenant is to look like: --reference REF, or `tenants: {reference: …}`")
        with chdir(self.folder):
            schema = load(self.reference)
        if schema.busy or schema.unread or schema.empty:
            reason = "is empty" if schema.empty else f"was not read whole: {', '.join((*schema.busy, *schema.unread))}"
            raise SchemaError(f"{schema.origin.label}: {reason}; tenants are made only from a whole reference")
        return schema

    def planted(self) -> tuple[Seed, ...]:
        """The seeds that are declared."""
        return read_seeds(self.seeds) if self.seeds else ()

    def tenant(self, connection: Connection, slug: str) -> Tenant:
        """The tenant of a slug. Raises TenantError when the slug is none, or its schema would be another tenant's."""
        tenant = self.naming.tenant(slug)
        other = collision(tenant, self.naming, self._slugs(connection))
        if other:
            raise TenantError(f"{slug!r}: the schema {tenant.schema} is that of {other!r}: choose another slug")
        return tenant

    def schemas(self, connection: Connection) -> tuple[str, ...]:
        """The names of all tenants' schemas that exist."""
        present = [row["schema"] for row in connection.execute(SCHEMAS).fetchall()]
        if not self.slugs:
            return tuple(name for name in present if self.naming.owns(name))
        listed = {self.naming.tenant(slug).schema for slug in self._slugs(connection)}
        return tuple(name for name in present if name in listed)

    def absent(self, connection: Connection, schemas: Collection[str]) -> tuple[str, ...]:
        """The schemas that listed tenants should have and that are not among these."""
        wanted = {self.naming.tenant(slug).schema for slug in self._slugs(connection)}
        return tuple(sorted(wanted - set(schemas)))

    def has_public(self, connection: Connection) -> bool:
        """Whether there is a schema that search paths go on to, as `org_a, public` does."""
        return any(row["schema"] == "public" for row in connection.execute(SCHEMAS).fetchall())

    def denied(self, connection: Connection, schemas: Collection[str]) -> tuple[str, ...]:
        """Those of the schemas that the connection's role may not use: its queries look past them."""
        closed = {row["schema"] for row in connection.execute(CLOSED).fetchall()}
        return tuple(name for name in schemas if name in closed)

    def _slugs(self, connection: Connection) -> list[str]:
        import psycopg

        if not self.slugs:
            return []
        try:
            rows = connection.execute(self.slugs.encode()).fetchall()
        except psycopg.Error as error:
            raise TenantError(f"tenants.slugs: {' '.join(str(error).split())}") from None
        return [str(next(iter(row.values()))) for row in rows]


def fleet_of(settings: Settings, root: Path, database: str, reference: str, environment: str) -> Fleet:
    """The fleet that the configuration and the command line name. Raises UsageError for what neither says."""
    told = settings.tenants
    url = database or told.database or environment
    if not url:
        raise UsageError("say where the tenants are: --database URL, `tenants: {database: …}` or DATABASE_URL")
    pattern = told.schema or settings.tenancy.schema_pattern
    if not pattern:
        raise UsageError('say how tenants\' schemas are called: `tenants: {schema: "org_{slug}"}` in isolint.yaml')
    url = _DRIVER.sub(r"\1://", url)
    if parse(url).form != "live":
        raise UsageError("the tenants' database must be a URL: postgresql://user@host/db")
    seeds = root / told.seeds if told.seeds else None
    folder = Path.cwd() if reference else root
    return Fleet(url, Naming(pattern), folder, reference or told.reference, told.slugs, seeds)
