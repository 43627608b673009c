"""A migration over tenants: a transaction for each part, canaries first, and never a step twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from isolint.errors import TenantError
from isolint.schema.lexer import quote
from isolint.tenants.backfill import backfill, window
from isolint.tenants.course import Course, Result, State, over, retried
from isolint.tenants.entries import Entry
from isolint.tenants.fleet import Fleet
from isolint.tenants.ledger import BusyTenant, prepare
from isolint.tenants.migration import How, Migration, Part
from isolint.tenants.reversible import irreversible, one_way
from isolint.tenants.undo import Thing, Way, way_back
from isolint.tenants.work import Limits, StepError, locks, outside, told, transaction

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

INVALID = (
    "SELECT i.indexrelid::text AS id, c.relname AS name FROM pg_class t JOIN pg_index i ON i.indrelid = t.oid "
    "JOIN pg_class c ON c.oid = i.indexrelid "
    "WHERE NOT i.indisvalid AND t.relnamespace = %s::regnamespace AND t.relname = ANY(%s::name[])"
)


def migrate(
    fleet: Fleet,
    schemas: Sequence[str],
    migration: Migration,
    course: Course,
    tell: Callable[[Result], None],
    statement_timeout: str = "",
) -> int:
    """Run the migration in the schemas and tell each result; how many were not begun because others had failed."""
    with closing(fleet.connect()) as connection, told("the ledger"):
        prepare(connection)
    run = uuid.uuid4()

    def work(connection: Connection, schema: str) -> tuple[State, tuple[str, ...]]:
        limits = Limits(schema, statement_timeout)
        return _Tenant(connection, limits, Entry(connection, schema, migration, run)).run(), ()

    return over(fleet, schemas, work, course, tell)


class _Tenant:
    """The migration in one schema, whose entry in the ledger counts the parts that are done."""

    def __init__(self, connection: Connection, limits: Limits, entry: Entry) -> None:
        self.connection, self.limits, self.entry = connection, limits, entry
        self.schema, self.migration = entry.schema, entry.migration
        self.run_part = {How.TOGETHER: self._together, How.ALONE: self._alone, How.BATCHES: self._batches}

    def run(self) -> State:
        with told("the ledger"):
            self.entry.read()
        if self.entry.finished:
            return State.SKIPPED
        for at in range(self.entry.done, len(self.migration.parts)):
            self._tried(at)
        return State.DONE

    def _tried(self, at: int) -> None:
        part = self.migration.parts[at]
        try:
            retried(lambda: self.run_part[part.how](at, part))
        except StepError as error:
            self.entry.failed(str(error))
            kind = BusyTenant if locks(error) else TenantError
            stays = f"{at} of {len(self.migration.parts)} parts stay" if at else "nothing was changed"
            if self.entry.position:
                stays = f"{stays}, and its rows up to the key {', '.join(self.entry.position)}"
            raise kind(f"{self.schema}: {error}; {stays}") from error

    def _together(self, at: int, part: Part) -> None:
        with told("commit"), transaction(self.connection, self.limits):
            with told("the ledger"):
                self.entry.begin()
                before, things = self.entry.look()
            self._statements(part)
            self._finish(at, before, things)

    def _alone(self, at: int, part: Part) -> None:
        """What was there before is written first: a kill may come between the statement and its entry."""
        with told("the ledger"), transaction(self.connection, self.limits):
            self.entry.begin()
            before, things = self.entry.intend(at, *self.entry.look())
        self._mend(things, part)
        with outside(self.connection, self.limits):
            self._statements(part)
        invalid = ", ".join(name for _, name in self._invalid())
        if invalid:
            raise StepError("indexes", "", f"{invalid} could not be built and is invalid: drop it and run this again")
        with told("the ledger"), transaction(self.connection, self.limits):
            self._finish(at, before, things)

    def _mend(self, before: dict[str, Thing], part: Part) -> None:
        """Drop the invalid index that an earlier try of this part has left."""
        for id, name in self._invalid():
            if id not in before and "INDEX" in part.statements[0].words:
                with told(f"drop the index {name} that was not built whole"), outside(self.connection, self.limits):
                    self.connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {quote(name)}".encode())

    def _invalid(self) -> list[tuple[str, str]]:
        rows = self.connection.execute(INVALID, (quote(self.schema), list(self.migration.names))).fetchall()
        return [(row["id"], row["name"]) for row in rows]

    def _batches(self, at: int, part: Part) -> None:
        """Each batch with the key that it has come to; the last one finishes the part."""
        (statement,) = part.statements
        cut = backfill(statement, part.rows)
        last: tuple[str, ...] | None = ()
        while last is not None:
            with told(statement.place, statement.text), transaction(self.connection, self.limits):
                self.entry.begin()
                sql, last = window(self.connection, cut, self.entry.position)
                self.connection.execute(sql.encode())
                looks, way = self.entry.looks(), Way(lacks=self._lacks(part, frozenset()))
                if last is None:
                    self.entry.finish(at, looks, looks, way)
                else:
                    self.entry.moved(at, last, looks, way)

    def _finish(self, at: int, before: str, things: dict[str, Thing]) -> None:
        part = self.migration.parts[at]
        with told("the ledger"):
            after, now = self.entry.look()
            way = way_back(things, now)
            lacks = (*self._lacks(part, frozenset(way.made)), *(f"{part.place}: {reason}" for reason in way.lacks))
            self.entry.finish(at, before, after, Way(way.steps, lacks, way.made))

    def _lacks(self, part: Part, made: frozenset[str]) -> tuple[str, ...]:
        """The statements of the part that there is no way back from, each with the reason."""
        if not any(irreversible(statement, made) for statement in part.statements):
            return ()
        made |= self.entry.made()
        return one_way(part.statements, made)

    def _statements(self, part: Part) -> None:
        for statement in part.statements:
            with told(statement.place, statement.text):
                self.connection.execute(statement.text.encode())
