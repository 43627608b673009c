"""Running the steps of a plan on one tenant: what can be undone in transactions, the rest alone, all in the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

from isolint.errors import TenantError
from isolint.schema.factor import render
from isolint.schema.lexer import quote
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


@contextmanager
def transaction(connection: Connection, schema: str) -> Iterator[None]:
    """A transaction whose names are looked up in the tenant's schema."""
    with connection.transaction():
        _settings(connection, schema, "SET LOCAL")
        yield


@contextmanager
def outside(connection: Connection, schema: str) -> Iterator[None]:
    """The same names and limits without a transaction, taken back afterwards."""
    _settings(connection, schema, "SET")
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("RESET search_path; RESET lock_timeout; RESET check_function_bodies")


def _settings(connection: Connection, schema: str, how: str) -> None:
    # isolint: ignore[ISO204] without a transaction there is no LOCAL; `outside` takes the settings back
    connection.execute(
        f"{how} lock_timeout = '{LOCK_TIMEOUT}'; {how} check_function_bodies = off; "
        f"{how} search_path = {quote(schema)}".encode()
    )


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
