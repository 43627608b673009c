"""Dropping a tenant in small transactions.

`DROP SCHEMA … CASCADE` takes an entry in the lock table for every table, index, sequence, constraint, trigger and type,
and that table is the whole server's: a large tenant, or several at once, ends in "out of shared memory" for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isolint.errors import TenantError
from isolint.schema.lexer import quote
from isolint.tenants import work
from isolint.tenants.entries import forget
from isolint.tenants.ledger import BusyTenant, Run, locked, now, prepare, query
from isolint.tenants.naming import Tenant
from isolint.tenants.provision import EXISTS, WAIT
from isolint.tenants.work import StepError, told

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

VERBS = {"v": "VIEW", "m": "MATERIALIZED VIEW", "f": "FOREIGN TABLE"}
BUDGET = "SELECT current_setting('max_locks_per_transaction')::int AS locks"


@dataclass(frozen=True, slots=True)
class Part:
    """Tables and views that go in one transaction; `locks` is how many entries that takes."""

    names: tuple[str, ...]
    statements: tuple[str, ...]
    locks: int


@dataclass(frozen=True, slots=True)
class Removal:
    """What it takes to drop a tenant: the parts in order; `budget` is what one transaction should take at most.

    `outside` are objects of other schemas that need something of this one, each with what it needs.
    """

    tenant: Tenant
    parts: tuple[Part, ...]
    budget: int
    outside: tuple[str, ...]


def planned(connection: Connection, tenant: Tenant, budget: int = 0) -> Removal:
    """How the tenant would be dropped; `budget` 0 is the server's `max_locks_per_transaction`.

    Raises TenantError when there is no such schema.
    """
    with told("the catalogs"):
        if not connection.execute(EXISTS, (tenant.schema,)).fetchall():
            raise TenantError(f"{tenant.schema}: there is no such schema")
        limit = budget or connection.execute(BUDGET).fetchall()[0]["locks"]
        rows = connection.execute(query("drop").encode(), {"schema": tenant.schema}).fetchall()
        outside = connection.execute(query("outside").encode(), {"schema": tenant.schema}).fetchall()
    needs = tuple(f"{row['what']} needs {row['needs']}" for row in outside)
    return Removal(tenant, tuple(_parts(tenant.schema, rows, limit)), limit, needs)


def _parts(schema: str, rows: Iterable[dict[str, Any]], budget: int) -> Iterator[Part]:
    """As many as fit into the budget, and at least one."""
    taken: list[dict[str, Any]] = []
    for row in rows:
        if taken and sum(r["needs"] for r in taken) + row["needs"] > budget:
            yield _part(schema, taken)
            taken = []
        taken.append(row)
    if taken:
        yield _part(schema, taken)


def _part(schema: str, rows: list[dict[str, Any]]) -> Part:
    statements = tuple(
        f"DROP {VERBS.get(row['kind'], 'TABLE')} IF EXISTS {quote(schema)}.{quote(row['name'])} CASCADE" for row in rows
    )
    return Part(tuple(row["name"] for row in rows), statements, sum(row["needs"] for row in rows))


def drop(connection: Connection, tenant: Tenant, budget: int = 0, wait: float = WAIT) -> Removal:
    """Drop the tenant, a part a transaction, and take it out of the ledger; what was dropped.

    A run that is cut off is taken up by the same call. Raises TenantError when something elsewhere needs the tenant's
    tables, or when a part failed, with what is gone; BusyTenant when another run or a lock stands in the way.
    """
    from psycopg import errors

    with told("the ledger"):
        prepare(connection)
    with locked(connection, tenant, wait):
        removal = planned(connection, tenant, budget)
        if removal.outside:
            raise TenantError(f"{tenant.schema}: {'; '.join(removal.outside)}: drop that first, nothing was changed")
        run, started, gone = Run(connection, tenant, ""), now(), 0
        try:
            for part in removal.parts:
                _gone(run, part)
                gone += len(part.names)
            with told("the schema"), _patient(connection):
                connection.execute(f"DROP SCHEMA {quote(tenant.schema)} CASCADE".encode())
                run.done("drop the schema", "", started)
                forget(connection, tenant.schema)
        except StepError as error:
            kind = BusyTenant if isinstance(error.__cause__, errors.LockNotAvailable) else TenantError
            if not connection.closed:
                run.failed(error.what, error.sql, started, str(error))
            raise kind(f"{tenant.schema}: {error}; {gone} tables are gone, the same command takes it up") from error
    return removal


@contextmanager
def _patient(connection: Connection) -> Iterator[None]:
    """A transaction that waits for a lock no longer than others may be kept waiting. Its names are all qualified."""
    with connection.transaction():
        connection.execute(f"SET LOCAL lock_timeout = '{work.LOCK_TIMEOUT}'".encode())
        yield


def _gone(run: Run, part: Part) -> None:
    started = now()
    with told(f"drop {part.names[0]} and {len(part.names) - 1} more"), _patient(run.connection):
        for statement in part.statements:
            run.connection.execute(statement.encode())
        run.done(f"drop {', '.join(part.names)}", ";".join(part.statements), started)
