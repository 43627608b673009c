"""Connections whose schema the program sets by itself: which queries that binds, and what leaks from it."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.model.evidence import Reason, Step
from isolint.model.tenancy import Strategy, Tenancy
from isolint.prove.case import Entry, Found
from isolint.prove.frame import Misuse, Seen, SessionSet
from isolint.prove.judge import MAINTENANCE
from isolint.prove.origins import Kind, origin
from isolint.prove.run import Run
from isolint.prove.schemas import fits_pattern
from isolint.prove.show import show
from isolint.prove.sqltext import LAYER
from isolint.prove.terms import Literal, Query, SqlTable

SEARCH_PATH = "search_path"
ROLES_OWN = "$user"
"""The schema named like the role that is connected."""


def judge_events(run: Run, entry: Entry) -> Iterator[tuple[Seen, Found]]:
    """Evidence that no query shows: a search path that outlives its transaction, a function given for SQL text."""
    if entry.role in MAINTENANCE or run.tenancy.strategy is Strategy.NONE:
        return
    for event in run.trace.sessions:
        if (found := _leaks(run, event)) is not None:
            yield _seen(event, Query(LAYER, event.place, (SqlTable(SEARCH_PATH),), receiver=event.receiver)), found
    for misuse in run.trace.misuses:
        tables = misuse.query.tables if misuse.query is not None else (SqlTable(misuse.executor.name),)
        step = Step(f"{misuse.executor.name} takes SQL text there and is given a function, which it does not confine")
        found = Found(Reason.EXECUTOR_MISUSE, "a function", (step,))
        yield _seen(misuse, Query(LAYER, misuse.place, tables)), found


def _seen(event: SessionSet | Misuse, query: Query) -> Seen:
    return Seen(query, event.function, event.stack, event.known, event.order)


def _leaks(run: Run, event: SessionSet) -> Found | None:
    path = event.statement.search_path
    if path is None or path.local or not path.entries or _is_reset(run, event):
        return None
    tenants = [schema for schema in event.schemas if origin(schema).kind not in {Kind.CONSTANT, Kind.ENVIRONMENT}]
    if tenants:
        step = Step("it holds until the connection is closed: without LOCAL the pool hands it on")
        return Found(Reason.SESSION_SEARCH_PATH, show(tenants[0]), (step,))
    return _constant(run.tenancy, event)


def _constant(tenancy: Tenancy, event: SessionSet) -> Found | None:
    constant = [s for s in event.schemas if isinstance(s, Literal) and s.value != ROLES_OWN]
    named = [schema for schema in constant if fits_pattern(tenancy, str(schema.value))]
    if not named:
        return None
    step = Step(f"the search path is set to {show(named[0])}, one tenant's schema")
    return Found(Reason.HARD_CODED_TENANT, show(named[0]), (step,))


def _is_reset(run: Run, event: SessionSet) -> bool:
    """Whether the same function later puts the connection back: to its default, or to constant schemas."""
    return any(
        later.order > event.order
        and later.function == event.function
        and later.statement.search_path is not None
        and all(isinstance(schema, Literal) for schema in later.schemas)
        for later in run.trace.sessions
    )
