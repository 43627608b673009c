"""Tables that a tenant's schema lacks and the shared one has: there the search path finds everybody's rows."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.model.evidence import Reason, Step
from isolint.model.table import Table
from isolint.model.tenancy import Search
from isolint.prove.case import Case, Found
from isolint.prove.executors import carrier_executor, carrier_of
from isolint.prove.terms import Literal, SqlTable, Term

PUBLIC = "public"


def fall_through(case: Case, table: Table, named: Term, client: Term | None) -> Found | None:
    """A statement that an executor puts into the tenant's schema and that goes on to the shared one all the same.

    `client` is the executor's, None for a connection whose search path was set by hand.
    """
    facts = case.tenancy.schemas
    name = called(table, named)
    lacking = facts.lacking(name)
    if not lacking or facts.shared is None or name not in facts.shared.tables:
        return None
    search = _search(case, client)
    if search is Search.OWN:
        return None
    steps = [Step(f"{schema.label} has no table {name}", schema.place(name)) for schema in lacking]
    on = "the search path goes on to it" if search is Search.SHARED else "the search path may go on to it"
    shared = Step(f"{facts.shared.label} has one: {on}", facts.shared.place(name), assumed=search is Search.UNKNOWN)
    return Found(Reason.SHARED_FALL_THROUGH, name, (*steps, shared))


def called(table: Table, named: Term) -> str:
    """The table's name in the database."""
    if isinstance(named, SqlTable) and not named.holes:
        return named.name
    return table.declaration.sql_name or table.declaration.name


def _search(case: Case, client: Term | None) -> Search:
    if client is None:
        return Search.SHARED if PUBLIC in _set_by_hand(case) else Search.OWN
    executor = carrier_executor(case.tenancy, client)
    if executor is None and carrier_of(client) is not None:
        return Search.OWN  # an engine that translates schemas writes the tenant's in front of each table
    return executor.search if executor is not None else Search.UNKNOWN


def _set_by_hand(case: Case) -> Iterator[str]:
    """The constant schemas of the search path that was set last before the access."""
    for event in reversed(case.run.trace.sessions):
        if event.order < case.seen.order and any(not isinstance(schema, Literal) for schema in event.schemas):
            return (str(schema.value) for schema in event.schemas if isinstance(schema, Literal))
    return iter(())
