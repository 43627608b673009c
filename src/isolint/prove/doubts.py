"""What a verdict against an access takes for granted: links of its trail that are assumed and could not be shown.

That a value is anybody's is shown where the request names it and nothing that happens to it could be a check. Where it
was read from rows that were found elsewhere, or code whose meaning is not known was given it first, it is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from isolint.model.evidence import Reason, Step
from isolint.model.identifiers import split
from isolint.prove.called import CHECK_WORDS, NEGATIVE_WORDS, POSITIVE_WORDS
from isolint.prove.case import Case, Found
from isolint.prove.mentions import may_speak_of, speaks_of
from isolint.prove.origins import Kind, callee_name, origin
from isolint.prove.published import published
from isolint.prove.show import show
from isolint.prove.terms import (
    Column,
    Computed,
    Each,
    Either,
    Literal,
    Logic,
    Mapped,
    Negated,
    Outcome,
    Passed,
    Query,
    Result,
    Rows,
    Term,
    Test,
    contents,
    lookups,
)

ABOUT_VALUES = frozenset({
    Reason.TENANT_FROM_REQUEST, Reason.ACTED_ID_NOT_AUTHORISED, Reason.ANONYMOUS_CALLER, Reason.NO_PREDICATE,
    Reason.UNUSED_TENANT_PARAMETER,
})  # fmt: skip
"""Reasons that say of what rows are looked up by that nobody has checked it."""
ASKING = CHECK_WORDS | POSITIVE_WORDS | NEGATIVE_WORDS
CHOSEN = frozenset({Kind.REQUEST, Kind.CALLER})


def doubts(case: Case, found: Found) -> tuple[Step, ...]:
    """The assumed links of a verdict that says that a value was not checked; none for other verdicts."""
    if found.reason not in ABOUT_VALUES:
        return ()
    keys = list(dict.fromkeys(_looked_up_by(case.seen.query)))
    steps = (_read_elsewhere(keys), _asked_about(case, keys), *published(case))
    return tuple(step for step in steps if step is not None)


def _looked_up_by(query: Query) -> Iterator[Term]:
    """What the query's rows are looked up by, and the ids in what it writes."""
    yield from (test.right for test in lookups(query) if isinstance(test.left, Column))
    yield from (value for key, value, _ in query.payload.entries if isinstance(key, Literal) and _is_id(key))


def _is_id(key: Literal) -> bool:
    return isinstance(key.value, str) and split(key.value)[-1:] in {("id",), ("ids",)}


def _read_elsewhere(keys: Iterable[Term]) -> Step | None:
    """The rows are found by what was read from other rows, and by nothing of the request's."""
    kinds = {key: origin(key).kind for key in keys}
    if Kind.REQUEST in kinds.values():
        return None
    read = next((key for key, kind in kinds.items() if kind is Kind.ROW), None)
    if read is None:
        return None
    return Step(f"whose row `{show(read)}` was read from could not be told", assumed=True)


def _asked_about(case: Case, keys: Iterable[Term]) -> Step | None:
    """A condition about the value holds, and what it checks could not be told."""
    for key in keys:
        if origin(key).kind in CHOSEN:
            for fact in case.known:
                if may_speak_of(fact, key) and _may_check(fact, key):
                    return Step(f"`{show(fact)}` holds here, and what it checks could not be told", assumed=True)
    return None


@lru_cache(maxsize=1 << 14)
def _may_check(fact: Term, value: Term) -> bool:
    """Whether a fact compares the value with another one, or is a call of something named like a check."""
    match fact:
        case Passed(inner) | Negated(inner):
            return _may_check(inner, value)
        case Logic(_, operands) | Either(operands, _) | Computed(_, operands):
            return any(_may_check(operand, value) for operand in operands)
        case Outcome(_, arguments, _):
            return _asks(fact) and any(speaks_of(argument, value) for argument in arguments)
        case Result():
            return _asks(fact) and any(speaks_of(operand, value) for operand in fact.operands())
        case Test(_, left, right):
            return (speaks_of(left, value) and _is_other(right, value)) or (
                speaks_of(right, value) and _is_other(left, value)
            )
        case Mapped(_, _, conditions):
            return any(_may_check(condition, value) for condition in conditions)
        case _:
            return False


def _asks(fact: Outcome | Result) -> bool:
    name = fact.function.qualname if isinstance(fact, Outcome) else callee_name(fact.callee)
    return not ASKING.isdisjoint(split(name.rpartition(".")[2]))


def _is_other(side: Term, value: Term) -> bool:
    """Whether a side of a comparison holds something besides the value: a row, a list, another input."""
    return any(
        isinstance(part, Rows | Result | Outcome | Each) or origin(part).kind in {Kind.SESSION, Kind.ROW}
        for part in contents(side)
    ) and not speaks_of(side, value)
