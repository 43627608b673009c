"""Running the steps of a plan on one tenant: what can be undone in transactions, the rest alone, all in the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from isolint.errors import TenantError
from isolint.schema.factor import render
from isolint.schema.lexer import literal, quote
from isolint.schema.plan.steps import Step
from isolint.schema.statements import split
from isolint.tenants.ledger import Run, now

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

LOCK_TIMEOUT = "5s"
"""How long a step waits for its lock; whoever waits keeps others waiting."""


class StepError(TenantError):
    """A step that failed, with what it was to do."""

    def __init__(self, what: str, sql: str, message: str) -> None:
        super().__init__(f"{what}: {message}")
        self.what, self.sql = what, sql


def batches(steps: Sequence[Step]) -> list[tuple[bool, list[Step]]]:
    """Consecutive steps that go into one transaction (True), or outside of any (False). The last is a transaction."""
    made = [(inside, list(group)) for inside, group in groupby(steps, key=lambda step: step.transactional)]
    return made if made and made[-1][0] else [*made, (True, [])]


@dataclass(frozen=True, slots=True)
class Limits:
    """The schema in which names are looked up, and how long a statement may take (as PostgreSQL writes times; '' is the
    server's own limit).
    """

    schema: str
    statement_timeout: str = ""

    def settings(self, how: str) -> bytes:
        """The statements that set them, as `how` (SET or SET LOCAL) says."""
        sql = (
            f"{how} lock_timeout = '{LOCK_TIMEOUT}'; {how} check_function_bodies = off; "
            f"{how} search_path = {quote(self.schema)}"
        )
        if self.statement_timeout:
            sql += f"; {how} statement_timeout = {literal(self.statement_timeout)}"
        return sql.encode()


@contextmanager
def transaction(connection: Connection, limits: Limits) -> Iterator[None]:
    """A transaction whose names are looked up in the tenant's schema."""
    with connection.transaction():
        connection.execute(limits.settings("SET LOCAL"))
        yield


@contextmanager
def outside(connection: Connection, limits: Limits) -> Iterator[None]:
    """The same names and limits without a transaction, taken back afterwards."""
    connection.execute(limits.settings("SET"))
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute(
                "RESET search_path; RESET lock_timeout; RESET check_function_bodies; RESET statement_timeout"
            )


@contextmanager
def catalog(connection: Connection, schema: str) -> Iterator[None]:
    """Questions to the catalog in the open transaction, whose plans are kept from tenant to tenant: they are made anew
    whenever the search path is another one.
    """
    connection.execute(
        "SET LOCAL search_path = ''; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL jit = off"
    )
    yield
    restored = (
        f"SET LOCAL search_path = {quote(schema)}; SET LOCAL plan_cache_mode TO DEFAULT; SET LOCAL jit TO DEFAULT"
    )
    connection.execute(restored.encode())


def run_steps(run: Run, steps: Sequence[Step]) -> None:
    """Run the steps one after the other and note each. Raises StepError."""
    for step in steps:
        sql = render(step.sql, run.tenant.schema)
        started = now()
        with told(step.what, sql):
            for statement in split(sql, ""):
                run.connection.execute(statement.text.encode())
        run.done(step.what, sql, started)


@contextmanager
def told(what: str, sql: str = "") -> Iterator[None]:
    """Errors of the database as StepError with what was to be done."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        message = " ".join((error.diag.message_primary or str(error)).split())
        hint = f" ({error.diag.message_hint})" if error.diag.message_hint else ""
        raise StepError(what, sql, message + hint) from error


def locks(error: StepError) -> bool:
    """Whether a lock was not had in time, so that it may go another time."""
    from psycopg import errors

    return isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected)
