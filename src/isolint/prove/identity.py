"""Whether a handler has found out itself who is calling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.model.identifiers import split
from isolint.prove.columns import is_secret
from isolint.prove.origins import Kind, callee_name, is_session_name, origin
from isolint.prove.terms import Member, Outcome, Passed, Pending, Query, Result, Rows, Term, Test, contents, lookups

if TYPE_CHECKING:
    from isolint.prove.case import Case

SESSION_TABLES = frozenset({"session", "sessions", "user", "users"})
SENT = frozenset({"cookie", "header"})
NOT_CALLERS = frozenset({"signature", "webhook", "cron"})


def identified(case: Case) -> bool:
    """Whether something that holds at the access says who is calling: a session was found, a login was checked."""
    return any(_identifies(case, fact) for fact in case.known)


def asks_who_calls(case: Case) -> bool:
    """Whether the handler has called something for the caller's identity, whatever it made of the answer."""
    return any(_names_caller(callee_name(callee)) for callee, _, _, _ in case.run.trace.calls)


def _names_caller(name: str) -> bool:
    return is_session_name(name) and NOT_CALLERS.isdisjoint(split(name))


def _identifies(case: Case, fact: Term) -> bool:
    match fact:
        case Passed(value) | Pending(value):
            return _identifies(case, value)
        case Member(base, _):
            return _identifies(case, base)
        case Test("ne", left, _):
            return _identifies(case, left)
        case Rows(query):
            by_session = (part for test in lookups(query) for part in contents(test.right) if isinstance(part, Rows))
            return any(_finds_caller(case, part) for part in (fact, *by_session))
        case Outcome() | Result():
            name = callee_name(fact.callee) if isinstance(fact, Result) else fact.function.qualname.rpartition(".")[2]
            return _names_caller(name)
        case _:
            return False


def _finds_caller(case: Case, rows: Rows) -> bool:
    """Whether rows were found by what only the caller could send."""
    return _is_session(case, rows) and any(
        is_secret(test.left) or origin(test.right).part in SENT or origin(test.right).kind is Kind.SESSION
        for test in lookups(rows.query)
    )


def finds_session(case: Case, query: Query) -> bool:
    """Whether a query finds a session by what the caller sent with the request: nobody can name another's."""
    table = case.table(query.tables[0]) if query.tables else None
    if table is None or {"session", "sessions"}.isdisjoint(split(table.declaration.name)):
        return False
    return any(origin(test.right).part in SENT for test in lookups(query))


def _is_session(case: Case, rows: Rows) -> bool:
    """Rows of a table of sessions or of people."""
    table = case.table(rows.query.tables[0]) if rows.query.tables else None
    return table is not None and not SESSION_TABLES.isdisjoint(split(table.declaration.name))
