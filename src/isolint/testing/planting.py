"""Planting a row in every table for each of two tenants, whatever the tables look like."""

from __future__ import annotations

import re
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from isolint.schema.factor import OWNED, render
from isolint.schema.lexer import quote
from isolint.schema.model import Column, Constraint, Schema, Table
from isolint.testing.tenant import LiveTenant, Planted
from isolint.testing.values import NoValue, Values

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

_TARGET = re.compile(r'REFERENCES (?:("[^"]+"|[\w$⟨⟩]+)\.)?("(?:[^"]|"")+"|[\w$⟨⟩]+)\(([^)]*)\)')


class NoRow(Exception):
    """No row can be made for a table."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """The columns of a table and those of the table (schema, name) that they name a row of."""

    columns: tuple[str, ...]
    schema: str
    table: str
    targets: tuple[str, ...]


@dataclass
class Planting:
    """Plants the rows of one tenant into the schemas given, its own first. `given` are values that the test wants, a
    dictionary of columns a table.
    """

    connection: Connection
    tenant: LiveTenant
    schemas: dict[str, Schema]
    given: dict[str, dict[str, Any]]
    values: Values
    _open: set[tuple[str, str]] = field(default_factory=set)
    _rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def plant(self) -> None:
        """A row in each of the tenant's tables, as far as one can be made."""
        for table in self.schemas[self.tenant.schema].tables:
            if not table.bound and (self.tenant.schema, table.name) in self._own:
                self._tried(table.name)

    def _tried(self, name: str) -> None:
        try:
            self.row(self.tenant.schema, name)
        except (NoRow, NoValue) as error:
            self.tenant.unplanted[name] = str(error)

    @cached_property
    def _roots(self) -> dict[tuple[str, str], str]:
        """The tables that hold the tenants themselves, with the column that key columns name."""
        keys = (key for table in self._shared for key in foreign_keys(table, self.tenant.schema))
        pairs = ((key, zip(key.columns, key.targets, strict=True)) for key in keys)
        return {(k.schema, k.table): target for k, of in pairs for name, target in of if name in self.tenant.keys}

    @cached_property
    def _own(self) -> set[tuple[str, str]]:
        """The tables whose rows are a tenant's: all of its schema; else those with a key, and what hangs on them."""
        schema = self.tenant.schema
        if not self.tenant.keys:
            return {(schema, table.name) for table in self.schemas[schema].tables}
        keyed = (table for table in self._shared if any(c.name in self.tenant.keys for c in table.columns))
        own = {*self._roots, *((schema, table.name) for table in keyed)}
        while (
            more := {
                (schema, table.name)
                for table in self._shared
                if any((key.schema, key.table) in own for key in foreign_keys(table, schema))
            }
            - own
        ):
            own |= more
        return own

    @property
    def _shared(self) -> tuple[Table, ...]:
        return self.schemas[self.tenant.schema].tables if self.tenant.keys else ()

    def row(self, schema: str, name: str) -> dict[str, Any]:
        """The tenant's row of a table, planted when it is not there yet. Raises NoRow and NoValue."""
        place = (schema, name)
        if place in self._rows:
            return self._rows[place]
        if place in self._open:
            raise NoRow(f"{name} needs a row of itself")
        table = (
            next((t for t in self.schemas[schema].tables if t.name == name), None) if schema in self.schemas else None
        )
        if table is None:
            raise NoRow(f"{schema}.{name} is not known")
        self._open.add(place)
        try:
            found, why = self._insert(schema, table, self._row(schema, table, optional=True))
            if found is None:
                found, _ = self._insert(schema, table, self._row(schema, table, optional=False))
        finally:
            self._open.discard(place)
        if found is None:
            raise NoRow(why)
        self._keep(schema, table, found)
        return found

    def _keep(self, schema: str, table: Table, row: dict[str, Any]) -> None:
        own = (schema, table.name) in self._own
        primary = [column for c in table.constraints if c.type == "primary key" for column in c.columns]
        key = {column: row[column] for column in primary or [c for c in row if comparable(row[c])]}
        self._rows[schema, table.name] = row
        self.tenant.planted.append(Planted(schema, table.name, key, own))
        if own:
            self.tenant.rows[table.name] = row

    def _row(self, schema: str, table: Table, optional: bool) -> dict[str, Any]:
        """Values for the columns: all, or only those that the table insists on and those that tell whose row it is."""
        row: dict[str, Any] = {}
        for key in foreign_keys(table, schema):
            row |= self._parent(table, key, optional)
        for column in table.columns:
            if column.name in self.tenant.keys:
                row[column.name] = self.tenant.org_id
            elif column.name not in row and _given(column, table) and (optional or not column.nullable):
                try:
                    row[column.name] = self.values.of(column, table, self.schemas[schema])
                except NoValue:
                    if not column.nullable and not column.default:
                        raise
        if (schema, table.name) in self._roots:
            row[self._roots[schema, table.name]] = self.tenant.org_id
        return row | self.given.get(table.name, {})

    def _parent(self, table: Table, key: ForeignKey, optional: bool) -> dict[str, Any]:
        """The columns that name a row of another table; nothing where there may be none and none can be made."""
        whose = any(column in self.tenant.keys for column in key.columns)
        needed = any(not c.nullable and not c.default for c in table.columns if c.name in key.columns)
        if not needed and not optional and not whose:
            return {}
        try:
            parent = self.row(key.schema, key.table)
        except (NoRow, NoValue):
            if needed:
                raise
            return dict.fromkeys(key.columns)
        return {column: parent[target] for column, target in zip(key.columns, key.targets, strict=True)}

    def _insert(self, schema: str, table: Table, row: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
        import psycopg

        columns = ", ".join(map(quote, row)).replace("%", "%%")
        marks = ", ".join(["%s"] * len(row))
        values = f"({columns}) OVERRIDING SYSTEM VALUE VALUES ({marks})" if row else "DEFAULT VALUES"
        text = f"INSERT INTO {quote(schema)}.{quote(table.name)} {values} RETURNING *"
        try:
            with self.connection.transaction():
                (found,) = self.connection.execute(text.encode(), list(row.values())).fetchall()
        except (psycopg.Error, ValueError) as error:
            return None, " ".join(str(error).split())
        return found, ""


def foreign_keys(table: Table, schema: str) -> list[ForeignKey]:
    """The foreign keys of a table in the schema of that name."""
    return [key for c in table.constraints if c.type == "foreign key" and (key := _foreign_key(c, schema))]


def _foreign_key(constraint: Constraint, schema: str) -> ForeignKey | None:
    match = _TARGET.search(render(constraint.definition, schema))
    if match is None:
        return None
    targets = tuple(_plain(part) for part in match[3].split(","))
    return ForeignKey(constraint.columns, _plain(match[1]) if match[1] else schema, _plain(match[2]), targets)


def _plain(name: str) -> str:
    name = name.strip()
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _given(column: Column, table: Table) -> bool:
    """Whether a column gets a value: not where its default says more than a made-up value, unless it is a key."""
    numbered = OWNED in column.default or "nextval(" in column.default or bool(column.identity)
    unique = any(c.type in ("primary key", "unique") and column.name in c.columns for c in table.constraints)
    return not column.generated and (not column.default or numbered or unique)


def comparable(value: Any) -> bool:
    """Whether a row can be found by the value."""
    return isinstance(value, str | int | uuid.UUID) and not isinstance(value, bool)


def uproot(connection: Connection, tenant: LiveTenant, *, shared: bool) -> None:
    """Delete what was planted in tables that outlive the tenant, the last first: its own, and with `shared` the rest.

    A row that something else hangs on stays: the database goes at the end of the session.
    """
    import psycopg

    for planted in reversed(tenant.planted):
        if (planted.own and not tenant.keys) or not (planted.own or shared):
            continue
        same, values = where(planted.key)
        text = f"DELETE FROM {quote(planted.schema)}.{quote(planted.table)} WHERE {same}"  # noqa: S608 - quoted names
        with suppress(psycopg.Error), connection.transaction():
            connection.execute(text.encode(), values)


def where(key: dict[str, Any]) -> tuple[str, list[Any]]:
    """The condition that a row has these values, and the values."""
    return " AND ".join(f"{quote(column).replace('%', '%%')} = %s" for column in key), list(key.values())
