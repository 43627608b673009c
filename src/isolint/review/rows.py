"""Tables that hold the rows of all tenants: what in their definition lets one tenant's rows meet another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from isolint.link import Program
from isolint.model.evidence import Step
from isolint.model.identifiers import split
from isolint.model.observation import Observation, Trait
from isolint.model.source import Place
from isolint.model.tenancy import Strategy, Tenancy
from isolint.schema.known import Schemas, place_of
from isolint.schema.model import Kind, Schema, Table

LEADING = re.compile(r"\(\s*(?:\"([^\"]+)\"|(\w+))")
REFERENCED = re.compile(r"REFERENCES\s+(?:ONLY\s+)?((?:\"[^\"]+\"|[^\s(.]+)(?:\.(?:\"[^\"]+\"|[^\s(.]+))?)")
LISTED = re.compile(r"\(([^()]*)\)")
MADE_UP = frozenset("id uuid guid cuid token hash key secret digest signature nonce url uri sid fingerprint".split())
"""Last words of columns whose values nobody chooses, so that two tenants do not meet in them."""


@dataclass(frozen=True, slots=True)
class RowTable:
    """A table with the columns that name the tenant, as the database calls them."""

    table: Table
    keys: tuple[str, ...]


def row_observations(
    program: Program, tenancy: Tenancy, schemas: Schemas, root: Path, config: Place
) -> Iterator[Observation]:
    """Over the schema that holds all tenants' rows: the shared one, and with tenancy by rows the reference."""
    by_rows = tenancy.strategy is Strategy.ROW
    for schema in (schemas.shared, schemas.reference if by_rows else None):
        if schema is not None:
            yield from _Rows(program, tenancy, schema, root, config).observations()


class _Rows:
    def __init__(self, program: Program, tenancy: Tenancy, schema: Schema, root: Path, config: Place) -> None:
        self.program, self.tenancy, self.schema, self.root, self.config = program, tenancy, schema, root, config
        self.tables = {table.name: table for table in schema.tables}
        owned = (RowTable(table, keys) for table in schema.tables if (keys := self._keys(table)))
        self.owned = {item.table.name: item for item in owned}

    def observations(self) -> Iterator[Observation]:
        """Of each table in turn."""
        for table in self.schema.tables:
            if table.name in self.owned:
                yield from self._of_owned(self.owned[table.name])
            elif column := self._unlisted(table):
                yield self._seen(Trait.UNLISTED_TABLE, table, column)
        yield from self._row_security()

    def _keys(self, table: Table) -> tuple[str, ...]:
        """The tenant's columns of a table that belongs to a tenant by its own columns."""
        known = self.program.tables.of_sql(table.name)
        how = self.tenancy.owned.get(known.name) if known is not None else None
        if known is None or how is None or how.schema:
            return ()
        present = {column.name for column in table.columns}
        named = [known.columns[name].sql_name or name for name in how.columns if name in known.columns]
        related = [known.relations[name].column for name in how.columns if name in known.relations]
        return tuple(name for name in dict.fromkeys((*named, *related)) if name in present)

    def _unlisted(self, table: Table) -> str:
        """A tenant's column in a table that counts as nobody's."""
        known = self.program.tables.of_sql(table.name)
        if known is not None and (known.name in self.tenancy.owned or known.name in self.tenancy.roots):
            return ""
        keys = {tuple(split(key)) for key in self.tenancy.keys}
        return next((column.name for column in table.columns if tuple(split(column.name)) in keys), "")

    def _of_owned(self, item: RowTable) -> Iterator[Observation]:
        table, keys = item.table, item.keys
        columns = {column.name: column for column in table.columns}
        if Kind.INDEX in self.schema.kinds and not any(key in _leading(table) for key in keys):
            yield self._seen(Trait.UNINDEXED_KEY, table, keys[0])
        for key in keys[:1]:
            if columns[key].nullable and len(keys) == 1:
                yield self._seen(Trait.NULLABLE_KEY, table, key)
        for unique in _uniques(table):
            if not set(keys) & set(unique) and not _made_up(table, unique):
                yield self._seen(Trait.GLOBAL_UNIQUE, table, ", ".join(unique))
        yield from self._foreign_keys(item)

    def _foreign_keys(self, item: RowTable) -> Iterator[Observation]:
        """Keys that lead to a row of a tenant's, whichever tenant's that is."""
        for constraint in item.table.constraints:
            found = REFERENCED.search(constraint.definition) if constraint.type == "foreign key" else None
            target = found[1].rpartition(".")[2].strip('"') if found else ""
            if target in self.owned and not set(item.keys) & set(constraint.columns):
                step = Step(f"{target} is a tenant's too", place_of(self.schema, target, self.root))
                subject = f"{', '.join(constraint.columns)} to {target}"
                yield self._seen(Trait.FOREIGN_KEY_ACROSS, item.table, subject, step)

    def _row_security(self) -> Iterator[Observation]:
        """Where policies confine some tables, those of the tenants' that they do not."""
        relying = [item for item in self.owned.values() if item.table.policies or item.table.row_security]
        if not relying:
            return
        example = relying[0].table.name
        yield from self._bypassing(example)
        for item in self.owned.values():
            table = item.table
            if not table.row_security:
                step = Step(f"{example} is confined by row-level security", place_of(self.schema, example, self.root))
                why = "its policies are not in force" if table.policies else "it has no policy"
                yield self._seen(Trait.ROW_SECURITY_OFF, table, why, step)
            elif not table.row_security_forced:
                yield self._seen(Trait.ROW_SECURITY_NOT_FORCED, table, item.keys[0])

    def _bypassing(self, example: str) -> Iterator[Observation]:
        """The role that the program connects as, where the policies do not hold for it."""
        rights = self.schema.rights
        owned = [name for name in rights.owned if name in self.owned] if rights is not None else []
        if rights is None or not (rights.bypasses or owned):
            return
        step = Step(f"{example} is confined by row-level security", place_of(self.schema, example, self.root))
        others = f" and {len(owned) - 1} more" if len(owned) > 1 else ""
        subject = rights.name if rights.bypasses else f"{rights.name}, the owner of {owned[0]}{others} without FORCE,"
        yield Observation(Trait.BYPASSING_ROLE, self.config, subject, trail=(step,))

    def _seen(self, trait: Trait, table: Table, subject: str, *trail: Step) -> Observation:
        known = self.program.tables.of_sql(table.name)
        declared = known.declaration.place if known is not None and known.declaration.place.path else None
        place = place_of(self.schema, table.name, self.root) or declared or self.config
        return Observation(trait, place, subject, table.name, trail=trail)


def _leading(table: Table) -> set[str]:
    """The columns that an index begins with."""
    keyed = (c for c in table.constraints if c.type in ("primary key", "unique") and c.columns)
    indexed = (found for index in table.indexes if (found := LEADING.search(index.definition)))
    return {c.columns[0] for c in keyed} | {found[1] or found[2] for found in indexed}


def _uniques(table: Table) -> Iterator[tuple[str, ...]]:
    """The columns of each unique key but the primary one; keys over expressions are none of these."""
    for constraint in table.constraints:
        if constraint.type == "unique" and constraint.columns:
            yield constraint.columns
    names = {column.name for column in table.columns}
    for index in table.indexes:
        listed = LISTED.search(index.definition) if index.unique else None
        columns = tuple(part.strip().split(" ")[0].strip('"') for part in listed[1].split(",")) if listed else ()
        if columns and set(columns) <= names:
            yield columns


def _made_up(table: Table, columns: tuple[str, ...]) -> bool:
    """Whether a value in the key is one that nobody chooses, or a row that the key belongs to anyway."""
    keyed = {name for c in table.constraints if c.type in ("foreign key", "primary key") for name in c.columns}
    return any(column in keyed or MADE_UP & set(split(column)[-1:]) for column in columns)
