"""A migration over tenants: one transaction each, canaries first, and never a step twice."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from isolint.errors import SchemaError, TenantError
from isolint.tenants.fleet import Fleet
from isolint.tenants.ledger import BusyTenant, locked, prepare
from isolint.tenants.migration import Batch, Migration
from isolint.tenants.naming import Tenant
from isolint.tenants.work import StepError, outside, told, transaction

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between tries when a lock was not had in time; doubled each time, and never the same for two runs."""

STATE = (
    "SELECT checksum, done, finished IS NOT NULL AS finished FROM isolint.tenant_migration "
    "WHERE schema = %s AND name = %s"
)
BEGUN = (
    "INSERT INTO isolint.tenant_migration (schema, name, checksum, batches) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (schema, name) DO UPDATE SET checksum = EXCLUDED.checksum, batches = EXCLUDED.batches "
    "WHERE tenant_migration.done = 0"
)
DONE = (
    "UPDATE isolint.tenant_migration SET done = %s, error = NULL, "
    "finished = CASE WHEN batches = %s THEN clock_timestamp() END WHERE schema = %s AND name = %s"
)
FAILED = (
    "INSERT INTO isolint.tenant_migration (schema, name, checksum, batches, error) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (schema, name) DO UPDATE SET error = EXCLUDED.error"
)
INVALID = (
    "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
    "WHERE NOT i.indisvalid AND c.relnamespace = %s::regnamespace"
)


class State(StrEnum):
    """What became of a tenant."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Result:
    """One tenant's result; SKIPPED had the migration before."""

    schema: str
    state: State
    seconds: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """How to go over the fleet: `jobs` tenants at once, `canaries` first and alone, no new ones after `failures`."""

    jobs: int = 4
    canaries: int = 1
    failures: int = 1


def migrate(
    fleet: Fleet, schemas: Sequence[str], migration: Migration, course: Course, tell: Callable[[Result], None]
) -> int:
    """Run the migration in the schemas and tell each result; how many were not begun because others had failed."""
    with closing(fleet.connect()) as connection, told("the ledger"):
        prepare(connection)
    failed, begun = 0, 0
    for schema in schemas[: course.canaries]:
        result = _one(fleet, schema, migration)
        tell(result)
        begun += 1
        if result.state is State.FAILED:
            return len(schemas) - begun
    stop = threading.Event()
    for result in _parallel(fleet, schemas[begun:], migration, course.jobs, stop):
        tell(result)
        begun += 1
        failed += result.state is State.FAILED
        if failed >= course.failures:
            stop.set()
    return len(schemas) - begun


def _parallel(
    fleet: Fleet, schemas: Sequence[str], migration: Migration, jobs: int, stop: threading.Event
) -> Iterator[Result]:
    """Results as they come; after `stop` only of what was under way."""
    waiting = iter(schemas)
    running: set[Future[Result]] = set()
    with ThreadPoolExecutor(jobs) as pool:
        while True:
            while len(running) < jobs and not stop.is_set() and (schema := next(waiting, "")):
                running.add(pool.submit(_one, fleet, schema, migration))
            if not running:
                return
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in finished)


def _one(fleet: Fleet, schema: str, migration: Migration) -> Result:
    start = time.monotonic()
    try:
        with told(schema), closing(fleet.connect()) as connection, locked(connection, Tenant("", schema), 0):
            state = _Tenant(connection, schema, migration).run()
        error = ""
    except BusyTenant as busy:
        state, error = State.BUSY, str(busy)
    except (TenantError, SchemaError) as problem:
        state, error = State.FAILED, str(problem)
    return Result(schema, state, time.monotonic() - start, error)


class _Tenant:
    """The migration in one schema, whose entry in the ledger counts the batches that are done."""

    def __init__(self, connection: Connection, schema: str, migration: Migration) -> None:
        self.connection, self.schema, self.migration = connection, schema, migration
        self.key = (schema, migration.name)

    def run(self) -> State:
        with told("the ledger"):
            found = self.connection.execute(STATE, self.key).fetchall()
        if found and found[0]["done"] and found[0]["checksum"] != self.migration.checksum:
            raise TenantError(
                f"{self.schema}: {self.migration.name} is not what was begun here: undo the edit, or make it a new file"
            )
        if found and found[0]["finished"]:
            return State.SKIPPED
        done = found[0]["done"] if found else 0
        for at in range(done, len(self.migration.batches)):
            self._tried(at)
        return State.DONE

    def _tried(self, at: int) -> None:
        """One batch, again when a lock was not had in time."""
        from psycopg import errors

        pause = FIRST_PAUSE
        for left in reversed(range(TRIES)):
            try:
                self._batch(at)
                return
            except StepError as error:
                cause = error.__cause__
                locks = isinstance(cause, errors.LockNotAvailable | errors.DeadlockDetected)
                if not locks or not left:
                    self._note(str(error))
                    kind = BusyTenant if locks else TenantError
                    stays = f"{at} of {len(self.migration.batches)} parts stay" if at else "nothing was changed"
                    raise kind(f"{self.schema}: {error}; {stays}") from error
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret, only different for each
            pause = min(pause * 2, LONGEST_PAUSE)

    def _batch(self, at: int) -> None:
        batch = self.migration.batches[at]
        if batch.transactional:
            with told("commit"), transaction(self.connection, self.schema):
                self._begin()
                self._statements(batch)
                self._done(at + 1)
            return
        self._begin()
        with outside(self.connection, self.schema):
            self._statements(batch)
        invalid = ", ".join(row["relname"] for row in self.connection.execute(INVALID, (self.schema,)).fetchall())
        if invalid:
            raise StepError("indexes", "", f"{invalid} could not be built and is invalid: drop it and run this again")
        self._done(at + 1)

    def _begin(self) -> None:
        """The entry, written in the first transaction where the first batch is one."""
        if not self.connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", (self.schema,)).fetchall():
            raise StepError("the schema", "", "is gone")
        with told("the ledger"):
            self.connection.execute(BEGUN, (*self.key, self.migration.checksum, len(self.migration.batches)))

    def _statements(self, batch: Batch) -> None:
        for statement in batch.statements:
            with told(statement.place, statement.text):
                self.connection.execute(statement.text.encode())

    def _done(self, done: int) -> None:
        self.connection.execute(DONE, (done, done, *self.key))

    def _note(self, error: str) -> None:
        """The error, outside of what was undone."""
        if not self.connection.closed:
            values = (*self.key, self.migration.checksum, len(self.migration.batches), error)
            self.connection.execute(FAILED, values)
