"""The way over the fleet: canaries first, so many tenants at once over connections that stay, and when to stop."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any

from isolint.errors import SchemaError, TenantError
from isolint.tenants.fleet import Fleet
from isolint.tenants.ledger import BusyTenant, locked
from isolint.tenants.naming import Tenant
from isolint.tenants.work import StepError, locks, told

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

TRIES = 6
RETURNS = 10
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Tries when a lock was not had in time, and when a server that was there is away; seconds between them, doubled each
time, and never the same for two runs."""

AWAY = 0.5
"""Seconds after a loss: a server that crashes takes connections for a moment yet."""

PREPARED = 2
"""Statements that a connection repeats so often are prepared: planning the catalog's takes longer than running them."""


class State(StrEnum):
    """What became of a tenant."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Result:
    """One tenant's result; SKIPPED had nothing to be done. `notes` is what is worth telling although it went well."""

    schema: str
    state: State
    seconds: float
    error: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """How to go over the fleet: `jobs` tenants at once, `canaries` first and alone, no new ones after `failures`."""

    jobs: int = 4
    canaries: int = 1
    failures: int = 1


Work = Callable[["Connection", str], tuple[State, tuple[str, ...]]]
"""What is done in one schema, with its state and notes. Whatever it left half-way it takes up when called again."""


def over(fleet: Fleet, schemas: Sequence[str], work: Work, course: Course, tell: Callable[[Result], None]) -> int:
    """Do the work in the schemas and tell each result; how many were not begun because others had failed."""
    failed, begun = 0, 0
    with Pool(fleet) as pool:
        for schema in schemas[: course.canaries]:
            result = _one(pool, schema, work)
            tell(result)
            begun += 1
            if result.state is State.FAILED:
                return len(schemas) - begun
        stop = threading.Event()
        for result in _parallel(pool, schemas[begun:], work, course.jobs, stop):
            tell(result)
            begun += 1
            failed += result.state is State.FAILED
            if failed >= course.failures:
                stop.set()
    return len(schemas) - begun


class Pool:
    """Connections that one tenant after the other uses; one that broke is not used again."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self._idle: SimpleQueue[Connection] = SimpleQueue()
        self._reached = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.clear()

    def take(self) -> Connection:
        """A connection, new when none waits; a server that was there before is given time to come back."""
        connection = self._waiting()
        for pause in (*pauses(RETURNS),) if self._reached else ():
            if connection is not None:
                return connection
            try:
                connection = self._new()
            except SchemaError:
                time.sleep(pause)
        return connection or self._new()

    def clear(self) -> None:
        """Close what waits: after a loss the others may be broken, too."""
        while (connection := self._waiting()) is not None:
            connection.close()

    def _new(self) -> Connection:
        connection = self.fleet.connect()
        connection.prepare_threshold = PREPARED
        self._reached = True
        return connection

    def give(self, connection: Connection) -> None:
        """Take it back."""
        if not connection.closed:
            self._idle.put(connection)

    def _waiting(self) -> Connection | None:
        try:
            return self._idle.get_nowait()
        except Empty:
            return None


def _parallel(pool: Pool, schemas: Sequence[str], work: Work, jobs: int, stop: threading.Event) -> Iterator[Result]:
    """Results as they come; after `stop` only of what was under way."""
    waiting = iter(schemas)
    running: set[Future[Result]] = set()
    with ThreadPoolExecutor(jobs) as threads:
        while True:
            while len(running) < jobs and not stop.is_set() and (schema := next(waiting, "")):
                running.add(threads.submit(_one, pool, schema, work))
            if not running:
                return
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in finished)


def _one(pool: Pool, schema: str, work: Work) -> Result:
    start = time.monotonic()
    state, error, notes = State.DONE, "", tuple[str, ...]()
    try:
        state, notes = _reconnecting(pool, schema, work)
    except BusyTenant as busy:
        state, error = State.BUSY, str(busy)
    except (TenantError, SchemaError) as problem:
        state, error = State.FAILED, str(problem)
    return Result(schema, state, time.monotonic() - start, error, notes)


def _reconnecting(pool: Pool, schema: str, work: Work) -> tuple[State, tuple[str, ...]]:
    """The work, once more when its connection was lost: the ledger says what had been committed. Not a third time: it
    may be the work itself that brings the server down.
    """
    for last in (False, True):
        connection = pool.take()
        try:
            with told(schema), locked(connection, Tenant("", schema), 0):
                return work(connection, schema)
        except (SchemaError, TenantError):
            if last or not connection.closed:
                raise
            pool.clear()
            time.sleep(AWAY)
        finally:
            pool.give(connection)
    raise AssertionError("the last try returns or raises")  # pragma: no cover


def pauses(tries: int = TRIES) -> Iterator[float]:
    """The seconds to wait before each further try."""
    pause = FIRST_PAUSE
    for _ in range(tries - 1):
        yield pause * random.uniform(0.5, 1.5)  # noqa: S311 - no secret, only different for each
        pause = min(pause * 2, LONGEST_PAUSE)


def retried(attempt: Callable[[], None]) -> None:
    """One part, again when a lock was not had in time. Raises StepError."""
    for pause in (*pauses(), None):
        try:
            attempt()
            return
        except StepError as error:
            if pause is None or not locks(error):
                raise
        time.sleep(pause)
