"""Sweeps: rows whose time is over are removed, whoever they belong to."""

from __future__ import annotations

from isolint.model.access import Operation
from isolint.model.evidence import Reason, Step
from isolint.model.identifiers import split
from isolint.prove.case import Found
from isolint.prove.origins import Kind, callee_name, origin
from isolint.prove.show import show
from isolint.prove.terms import Column, Logic, Query, Result, Term, Test, walk

EXPIRY = frozenset({"expire", "expires", "expired", "expiry", "expiration"})
NOW = frozenset({"now", "utcnow", "date", "today", "time", "current_timestamp"})
"""What calls for the present time are named."""


def sweeps(query: Query) -> Found | None:
    """A delete of exactly those rows that have expired by now: nobody chooses them, and nobody is shown any."""
    if query.operation is not Operation.DELETE or query.open or not query.where:
        return None
    tests = [part for where in query.where for part in _all_of(where.condition)]
    expired = next((test for test in tests if _has_expired(test)), None)
    if expired is None or any(_chosen(test) for test in tests):
        return None
    step = Step(f"`{show(expired)}` removes only what has expired, of every tenant", assumed=True)
    return Found(Reason.BACKGROUND_BY_DESIGN, show(expired), (step,))


def _all_of(condition: Term) -> tuple[Term, ...]:
    if isinstance(condition, Logic) and condition.operator == "and":
        return tuple(part for operand in condition.operands for part in _all_of(operand))
    return (condition,)


def _has_expired(test: Term) -> bool:
    match test:
        case Test("lt" | "le", Column(_, path), now) | Test("gt" | "ge", now, Column(_, path)):
            return not EXPIRY.isdisjoint(split(path[-1])) and any(_is_now(part) for part in walk(now, 20))
        case _:
            return False


def _is_now(term: Term) -> bool:
    return isinstance(term, Result) and not term.operands() and callee_name(term).lower() in NOW


def _chosen(test: Term) -> bool:
    return any(origin(part).kind >= Kind.CALLER for part in walk(test, 40))
