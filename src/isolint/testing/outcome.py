"""What came of something that one tenant did: what it saw and changed of another's rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from isolint.errors import UsageError
from isolint.schema.lexer import quote
from isolint.schema.model import Schema, Table
from isolint.testing.planting import Planting, foreign_keys, uproot, where
from isolint.testing.tenant import LiveTenant
from isolint.testing.traces import found
from isolint.testing.values import Values, tells
from isolint.testing.world import enter

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

Snapshot = dict[str, list[str]]
"""The rows of each table as texts."""

LONGEST = 160
"""Characters of a row or an answer that a message shows."""


@dataclass
class Outcome:
    """`seen` are values of B where they stand in its rows (`Invoice.number`), `changed` what happened to B's rows, in
    words. `own` tells that something of A was seen or changed, `depends` what was answered with and without B's rows.
    """

    answer: Any
    seen: dict[str, Any]
    changed: tuple[str, ...]
    own: bool
    depends: tuple[str, str] | None = None


@dataclass
class _Sides:
    """Both tenants' rows as they are now."""

    connection: Connection
    schema: Schema
    first: LiveTenant
    second: LiveTenant
    before: dict[str, Snapshot] = field(default_factory=dict)

    def remember(self) -> None:
        self.before = {tenant.slug: _rows(self.connection, tenant, self.schema) for tenant in (self.first, self.second)}

    def changed(self, tenant: LiveTenant) -> tuple[str, ...]:
        """What is different now, in words."""
        now = _rows(self.connection, tenant, self.schema)
        return tuple(_differences(self.before[tenant.slug], now))


def plant_both(first: LiveTenant, second: LiveTenant, given: dict[str, Any]) -> None:
    """A row in each table of both, once. Raises UsageError when they are not two tenants of one kind."""
    if first.slug == second.slug or first.world is not second.world:
        raise UsageError("assert_isolated needs two different tenants of one database")
    for tenant in (first, second):
        if tenant.planted or tenant.unplanted:
            continue
        schemas = tenant.world.schemas(tenant.schema, "public")
        with tenant.world.connect() as connection, connection.transaction():
            Planting(connection, tenant, schemas, given, Values(tenant.slug)).plant()
    if not first.rows or not second.rows:
        reasons = "; ".join(f"{name}: {why}" for name, why in {**first.unplanted, **second.unplanted}.items())
        raise UsageError(f"no row could be planted, so nothing can be told apart: {reasons or 'there are no tables'}")


def marks(tenant: LiveTenant) -> dict[str, Any]:
    """The values that are this tenant's alone, by table and column."""
    return {
        f"{name}.{column}": value
        for name, row in tenant.rows.items()
        for column, value in row.items()
        if tells(value, tenant.slug)
    }


def of_statement(text: str, parameters: dict[str, Any], first: LiveTenant, second: LiveTenant) -> Outcome:
    """Run a statement as the first tenant, with and without the second's rows, and undo it."""
    with first.world.connect() as connection:
        sides = _Sides(connection, _schema(first), first, second)
        with connection.transaction(force_rollback=True):
            sides.remember()
            answer, touched = _ran(connection, text, parameters, first)
            changed, own = sides.changed(second), bool(sides.changed(first))
        with connection.transaction(force_rollback=True):
            again, _ = _ran(connection, text, parameters, first)
        with connection.transaction(force_rollback=True):
            _empty(connection, second)
            alone, _ = _ran(connection, text, parameters, first)
    steady = _sorted(answer) == _sorted(again)
    depends = (_short(answer), _short(alone)) if steady and _sorted(answer) != _sorted(alone) else None
    return Outcome(answer, found(marks(second), answer), changed, own or bool(answer) or touched > 0, depends)


def of_function(act: Callable[[LiveTenant], Any], first: LiveTenant, second: LiveTenant) -> Outcome:
    """Call a function as the first tenant. What it raises goes on to the test."""
    with first.world.connect() as connection:
        sides = _Sides(connection, _schema(first), first, second)
        sides.remember()
        answer = _finished(act(first))
        changed, own = sides.changed(second), bool(sides.changed(first))
    shown = bool(found(marks(first), answer))
    return Outcome(answer, found(marks(second), answer), changed, own or shown)


def _finished(answer: Any) -> Any:
    """What a coroutine gives in the end; iterators are read out."""
    if inspect.iscoroutine(answer):
        import asyncio

        answer = asyncio.run(answer)
    return list(answer) if isinstance(answer, Iterator) else answer


def _ran(
    connection: Connection, text: str, parameters: dict[str, Any], tenant: LiveTenant
) -> tuple[list[dict[str, Any]], int]:
    """The rows that a statement gives and how many it touched, as a tenant."""
    with connection.transaction():
        enter(connection, tenant)
        cursor = connection.execute(text.encode(), {**tenant.parameters, **parameters})
        rows = cursor.fetchall() if cursor.description else []
        connection.execute("RESET ROLE")
    return rows, cursor.rowcount


def _schema(tenant: LiveTenant) -> Schema:
    return tenant.world.schemas(tenant.schema)[tenant.schema]


def _rows(connection: Connection, tenant: LiveTenant, schema: Schema) -> Snapshot:
    """All rows of a schema of its own; else those with the tenant's id, those planted, and what hangs on them."""
    rows: Snapshot = {}
    for table in schema.tables:
        keys = _keys_of(tenant, table)
        if tenant.keys and not keys:
            continue
        conditions = [where(key) for key in keys]
        text = f"SELECT t::text AS row FROM {quote(tenant.schema)}.{quote(table.name)} t".replace("%", "%%")  # noqa: S608
        text += f" WHERE {' OR '.join(same for same, _ in conditions)}" if tenant.keys else ""
        values = [value for _, given in conditions for value in given] if tenant.keys else []
        rows[table.name] = sorted(row["row"] for row in connection.execute(text.encode(), values).fetchall())
    return rows


def _keys_of(tenant: LiveTenant, table: Table) -> list[dict[str, Any]]:
    """By which values of which columns a tenant's rows of a shared table are found."""
    own = [{column.name: tenant.org_id} for column in table.columns if column.name in tenant.keys]
    planted = [item.key for item in tenant.planted if item.own and item.table == table.name]
    if own:
        return own
    for key in foreign_keys(table, tenant.schema):
        parent = tenant.rows.get(key.table)
        if parent is not None and planted:
            planted.append({c: parent[target] for c, target in zip(key.columns, key.targets, strict=True)})
    return planted


def _differences(before: Snapshot, after: Snapshot) -> Iterator[str]:
    for name, rows in after.items():
        gone = [row for row in before.get(name, []) if row not in rows]
        new = [row for row in rows if row not in before.get(name, [])]
        for old, row in zip(gone, new, strict=False):
            yield f"{name}: {_short(old)} became {_short(row)}"
        yield from (f"{name}: {_short(row)} is gone" for row in gone[len(new) :])
        yield from (f"{name}: {_short(row)} is new" for row in new[len(gone) :])


def _empty(connection: Connection, tenant: LiveTenant) -> None:
    """Take the tenant's rows away: all of its schema, or those that were planted."""
    uproot(connection, tenant, shared=False)
    if not tenant.keys:
        names = ", ".join(f"{quote(p.schema)}.{quote(p.table)}" for p in tenant.planted if p.own)
        connection.execute(f"TRUNCATE {names} CASCADE".encode())


def _sorted(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(map(str, rows))


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
