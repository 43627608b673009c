"""The ledger in the database: which version each tenant has, and what was done to it, when and by whom."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from isolint.errors import TenantError
from isolint.tenants.naming import Tenant

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

PAUSE = 0.1
ALL = "isolint ledger"
"""The lock that is held while the ledger itself is made."""

MADE = (
    "SELECT FROM pg_attribute WHERE attrelid = to_regclass('isolint.tenant_migration') AND attname = 'version_before'"
)


class BusyTenant(TenantError):
    """Somebody else is working on the tenant."""


@cache
def query(name: str) -> str:
    """The text of one SQL file of this package."""
    return (files("isolint.tenants") / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def checksum(sql: str) -> str:
    """What tells whether a step is still the one that was run."""
    return hashlib.sha256(sql.encode()).hexdigest()[:16]


def prepare(connection: Connection) -> None:
    """Make the ledger where it is not there yet, or is one of an earlier version."""
    if connection.execute(MADE).fetchall():
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (ALL,))
        connection.execute(query("ledger").encode())


@contextmanager
def locked(connection: Connection, tenant: Tenant, wait: float) -> Iterator[None]:
    """Alone with the tenant; the lock goes with the connection. Raises BusyTenant after `wait` seconds."""
    lock = f"isolint tenant {tenant.schema}"
    deadline = monotonic() + wait
    ask = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0)) AS taken"
    while connection.execute(ask, (lock,)).fetchall() != [{"taken": True}]:
        if monotonic() >= deadline:
            raise BusyTenant(f"{tenant.schema}: another run works on it; try again when it is done")
        sleep(PAUSE)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (lock,))


@dataclass
class Run:
    """The entries of one run on one tenant. Entries are written in the transaction that they speak of."""

    connection: Connection
    tenant: Tenant
    before: str
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    steps: int = 0

    def done(self, what: str, sql: str, started: datetime, after: str | None = None) -> None:
        """Note a step that has run."""
        self._write(what, sql, started, after, None)

    def failed(self, what: str, sql: str, started: datetime, error: str) -> None:
        """Note a step that was undone, in a transaction of its own."""
        self._write(what, sql, started, None, error)

    def _write(self, what: str, sql: str, started: datetime, after: str | None, error: str | None) -> None:
        self.steps += 1
        self.connection.execute(
            "INSERT INTO isolint.tenant_step (schema, run, step, what, checksum, fingerprint_before, "
            "fingerprint_after, started, finished, error) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp(), %s)",
            (self.tenant.schema, self.id, self.steps, what, checksum(sql), self.before, after, started, error),
        )

    def version(self, version: str, fingerprint: str) -> None:
        """Note which version the tenant has now; an entry that says so already stays as it is."""
        self.connection.execute(
            "INSERT INTO isolint.tenant_version (schema, slug, version, fingerprint) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (schema) DO UPDATE SET slug = EXCLUDED.slug, version = EXCLUDED.version, "
            "fingerprint = EXCLUDED.fingerprint, "
            "changed = now() WHERE (tenant_version.version, tenant_version.fingerprint) IS DISTINCT FROM "
            "(EXCLUDED.version, EXCLUDED.fingerprint)",
            (self.tenant.schema, self.tenant.slug, version, fingerprint),
        )


def now() -> datetime:
    """The time, for the ledger."""
    return datetime.now(UTC)
