"""Taking migrations back: what cannot be, or would lose something, is said before anything runs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from isolint.errors import TenantError
from isolint.schema.lexer import quote
from isolint.tenants.applied import Applied, Step, applied, chosen, latest
from isolint.tenants.course import Course, Result, State, over, retried
from isolint.tenants.fingerprint import fingerprint_of, shifted
from isolint.tenants.fleet import Fleet
from isolint.tenants.ledger import BusyTenant, prepare
from isolint.tenants.migration import How
from isolint.tenants.undo import Undo, picture, way_back
from isolint.tenants.work import Limits, StepError, catalog, locks, outside, told, transaction

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

COUNTED = 1000
"""Rows that are counted of what would be lost; more are 'so many or more'."""

UNDONE = (
    "UPDATE isolint.tenant_step SET undone = clock_timestamp(), undone_by = session_user "
    "WHERE schema = %s AND migration = %s AND part >= %s AND undone IS NULL AND error IS NULL"
)
LESS = (
    "UPDATE isolint.tenant_migration SET done = %s, finished = NULL, position = NULL, error = NULL, "
    "back_begun = coalesce(back_begun, clock_timestamp()) "
    "WHERE schema = %s AND name = %s"
)
GONE = "DELETE FROM isolint.tenant_migration WHERE schema = %s AND name = %s"
FAILED = "UPDATE isolint.tenant_migration SET error = %s WHERE schema = %s AND name = %s"
VERSION = "SELECT version, fingerprint FROM isolint.tenant_version WHERE schema = %s"
EARLIER = "UPDATE isolint.tenant_version SET version = %s, fingerprint = %s, changed = now() WHERE schema = %s"
NO_VERSION = "DELETE FROM isolint.tenant_version WHERE schema = %s AND slug = '' AND version = ''"

_INDEX = re.compile(r"(DROP|CREATE(?: UNIQUE)?) INDEX ")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be taken back in each schema, the latest first; `refused` and `lost` are sentences with the schemas
    that they are about.
    """

    migrations: dict[str, tuple[Applied, ...]]
    refused: dict[str, tuple[str, ...]]
    lost: dict[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """The migrations that are taken back in any tenant, the latest first."""
        ordered = sorted(
            (m for found in self.migrations.values() for m in found), key=lambda m: m.started, reverse=True
        )
        return tuple(dict.fromkeys(migration.name for migration in ordered))


def planned(fleet: Fleet, schemas: Sequence[str], to: str = "") -> Plan:
    """What would be taken back, what cannot be, and what would be lost. Changes nothing but an old ledger's tables."""
    refused, lost = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    todo: dict[str, tuple[Applied, ...]] = {}
    with closing(fleet.connect()) as connection, told("the ledger"):
        prepare(connection)
        found = applied(connection, schemas)
        last = latest(found.values())
        for schema in schemas:
            todo[schema], reason = chosen(found.get(schema, ()), to, last)
            for sentence in filter(None, (reason, *(migration.refusal for migration in todo[schema]))):
                refused[sentence].append(schema)
        for schema, migrations in todo.items():
            for sentence in _losses(connection, schema, migrations):
                lost[sentence].append(schema)
    return Plan(todo, _frozen(refused), _frozen(lost))


def _frozen(sentences: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {sentence: tuple(schemas) for sentence, schemas in sentences.items()}


def rollback(
    fleet: Fleet,
    plan: Plan,
    course: Course,
    tell: Callable[[Result], None],
    lose_data: bool = False,
    statement_timeout: str = "",
) -> int:
    """Take back what the plan says and tell each result; how many were not begun because others had failed.

    Raises TenantError, before anything runs, when something has no way back or would be lost unasked.
    """
    if plan.refused or (plan.lost and not lose_data):
        raise TenantError("nothing was taken back: " + "; ".join((*plan.refused, *plan.lost)))

    def work(connection: Connection, schema: str) -> tuple[State, tuple[str, ...]]:
        limits = Limits(schema, statement_timeout)
        wanted = {migration.name for migration in plan.migrations[schema]}
        with told("the ledger"):
            now = [m for m in applied(connection, (schema,)).get(schema, ()) if m.name in wanted]
        notes = tuple(note for migration in now for note in _Back(connection, limits, migration, lose_data).run())
        return (State.DONE if now else State.SKIPPED), notes

    return over(fleet, tuple(plan.migrations), work, course, tell)


def _losses(connection: Connection, schema: str, migrations: Sequence[Applied]) -> Iterator[str]:
    """What taking the migrations back would lose in the schema, a sentence each."""
    import psycopg

    for migration in migrations:
        for undo in (undo for step in migration.steps for undo in step.way.steps if undo.loses):
            try:
                with transaction(connection, Limits(schema)):
                    count = _count(connection, undo)
            except psycopg.Error as error:
                yield f"{migration.name}: {undo.what}: what it would lose cannot be told: {error.diag.message_primary}"
                continue
            if count:
                yield f"{migration.name}: {undo.what} loses what {_rows(count)} hold{'s' * (count == 1)}"


def _rows(count: int) -> str:
    return f"{COUNTED} or more rows" if count > COUNTED else f"{count} row{'s' * (count > 1)}"


def _count(connection: Connection, undo: Undo) -> int:
    sql = f"SELECT count(*) AS n FROM (SELECT FROM ({undo.loses}) a LIMIT {COUNTED + 1}) b"  # noqa: S608 - the ledger's
    return int(connection.execute(sql.encode()).fetchall()[0]["n"])


class _Back:
    """The way back over one migration in one schema, part by part. What the ledger has grows less in the same
    transactions.
    """

    def __init__(self, connection: Connection, limits: Limits, migration: Applied, lose_data: bool) -> None:
        self.connection, self.limits, self.migration, self.lose_data = connection, limits, migration, lose_data
        self.key = (migration.schema, migration.name)
        self.notes: list[str] = []

    def run(self) -> list[str]:
        """Take it back; what is worth telling. Raises TenantError."""
        migration = self.migration
        if migration.refusal:
            raise TenantError(f"{migration.schema}: {migration.refusal}")
        try:
            if migration.given:
                retried(self._given)
            for step in () if migration.given else reversed(migration.steps):
                self._tried(step)
            if not migration.steps:
                with transaction(self.connection, self.limits):
                    self._less(0, "", "")
        except StepError as error:
            if not self.connection.closed:
                self.connection.execute(FAILED, (str(error), *self.key))
            kind = BusyTenant if locks(error) else TenantError
            raise kind(f"{migration.schema}: {migration.name}: {error}; a second run goes on from here") from error
        return self.notes

    def _tried(self, step: Step) -> None:
        if step.picture is not None:
            schema, names = self.migration.schema, self.migration.names
            with told("the ledger"), transaction(self.connection, self.limits), catalog(self.connection, schema):
                now = picture(self.connection, schema, names)
            step = replace(step, way=way_back(step.picture, now), picture=None, after="")
        alone = step.how is How.ALONE and all(_INDEX.match(undo.sql) for undo in step.way.steps)
        retried(lambda: self._alone(step) if alone else self._together(step))

    def _together(self, step: Step) -> None:
        with told("commit"), transaction(self.connection, self.limits):
            was = self._looks()
            for undo in step.way.steps:
                self._undo(undo)
            self._prove(step.before, was, step.after, step.what)
            self._less(step.part, was, self._looks())

    def _alone(self, step: Step) -> None:
        """Indexes go and come without keeping others from writing, as they did on the way there."""
        with told("the ledger"), transaction(self.connection, self.limits):
            was = self._looks()
        with outside(self.connection, self.limits):
            for undo in step.way.steps:
                word = "IF EXISTS" if undo.sql.startswith("DROP") else "IF NOT EXISTS"
                with told(undo.what, undo.sql):
                    sql = _INDEX.sub(rf"\1 INDEX CONCURRENTLY {word} ", undo.sql, count=1)
                    self.connection.execute(sql.encode())
        with told("the ledger"), transaction(self.connection, self.limits):
            self._prove(step.before, was, step.after, step.what)
            self._less(step.part, was, self._looks())

    def _given(self) -> None:
        steps = self.migration.steps
        with told("commit"), transaction(self.connection, self.limits):
            was = self._looks()
            for undo in (undo for step in steps for undo in step.way.steps):
                self._keep(undo)
            for sql in self.migration.back:
                with told("the file's way back", sql):
                    self.connection.execute(sql.encode())
            self._prove(steps[0].before, was, steps[-1].after, "the file's way back")
            self._less(0, was, self._looks())

    def _undo(self, undo: Undo) -> None:
        self._keep(undo)
        with told(undo.what, undo.sql):
            self.connection.execute(undo.sql.encode())

    def _keep(self, undo: Undo) -> None:
        """Rows may have come since the plan was made; none comes between this and the end of the transaction."""
        if undo.loses and not self.lose_data:
            with told(undo.what, undo.loses):
                for table in undo.tables:
                    self.connection.execute(f"LOCK TABLE {quote(table)} IN ACCESS EXCLUSIVE MODE".encode())
                if _count(self.connection, undo):
                    raise StepError(undo.what, undo.sql, "would lose what rows hold: say --lose-data to have it so")

    def _prove(self, wanted: str, was: str, expected: str, what: str) -> None:
        """The tenant must be what it was before; one that somebody has altered since is told instead."""
        if self._looks() == wanted:
            return
        if was == expected:
            raise StepError(what, "", "the way back does not lead to what was there before: nothing of it was kept")
        self.notes.append(f"{self.migration.schema} was altered since {self.migration.name}, and stays so otherwise")

    def _looks(self) -> str:
        with catalog(self.connection, self.migration.schema):
            return fingerprint_of(self.connection, self.migration.schema, self.migration.names)

    def _less(self, done: int, was: str, now: str) -> None:
        """Write that all parts from `done` on are taken back."""
        execute, schema = self.connection.execute, self.migration.schema
        execute(UNDONE, (*self.key, done))
        for row in execute(VERSION, (schema,)).fetchall():
            version = row["version"] if done else self.migration.version_before
            whole = shifted(row["fingerprint"], was, now) if row["fingerprint"] and was else row["fingerprint"]
            execute(EARLIER, (version, whole, schema))
        if done:
            execute(LESS, (done, *self.key))
        else:
            execute(GONE, self.key)
            execute(NO_VERSION, (schema,))
