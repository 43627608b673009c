"""What follows from a condition that holds or does not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from isolint.prove.terms import (
    NULL,
    Each,
    Either,
    Global,
    Items,
    Literal,
    Logic,
    Mapped,
    Maybe,
    Member,
    Negated,
    Outcome,
    Pending,
    Record,
    Result,
    Rows,
    Term,
    Test,
    negate,
    truth,
)

MAX_BRANCHES = 4
MAX_FACTS = 12
TRUTHY_WRAPPERS = {"bool", "any", "all", "len"}
LENGTHS = frozenset({"length", "size"})
COUNTS = {
    ("gt", 0): True,
    ("ge", 1): True,
    ("ne", 0): True,
    ("eq", 1): True,
    ("eq", 0): False,
    ("lt", 1): False,
    ("le", 0): False,
}
"""What a comparison of a length with a number says when it holds."""


def decided_by(known: tuple[Term, ...], test: Term) -> bool | None:
    """Whether a condition holds where others are known to; None when it depends."""
    if test in known:
        return True
    if isinstance(test, Test) and test.operator in {"eq", "ne"} and test.right == NULL and test.left in known:
        return test.operator == "ne"
    return truth(test)


@lru_cache(maxsize=1 << 14)
def facts(condition: Term, holds: bool = True) -> tuple[Term, ...]:
    """Conditions that hold when `condition` does (or, with `holds` false, does not)."""
    match condition:
        case Negated(operand):
            return facts(operand, not holds)
        case Literal():
            return ()
        case Logic("and", operands) if holds:
            return tuple(fact for operand in operands for fact in facts(operand))
        case Logic("or", operands) if not holds:
            return tuple(fact for operand in operands for fact in facts(operand, holds=False))
        case Logic("and", operands) if not holds:
            return (Logic("or", tuple(negate(operand) for operand in operands)),)
        case Outcome():
            return (*_outcome(condition, holds), condition if holds else Negated(condition))
        case Test(operator, left, right) if (value := _compared_flag(operator, left, right)) is not None:
            return facts(left, value == holds)
        case Test(operator, left, right) if (some := _counted(operator, left, right)) is not None:
            return facts(_collection(left), some == holds) + _itself(condition, holds)
        case Test("ne", left, right) if not holds and right != NULL:
            return facts(Test("eq", left, right))
        case Test("eq", left, right) if holds and _is_count(left) and _is_count(right):
            return (condition, *(part for side in (left, right) if isinstance(part := _collection(side), Rows)))
        case Member(_, name) if name in LENGTHS:
            return facts(_collection(condition), holds) + _itself(condition, holds)
        case Member(Rows() as rows, _) if holds:
            return (condition, rows)
        case Mapped(_, _, (test,)) if not holds:
            return (Negated(condition), *facts(test, holds=False))
        case Test("eq" | "ne" as operator, left, right) if right == NULL and (operator == "ne") == holds:
            return (left, *_present(left))
        case Test("eq" | "ne" as operator, Rows() as left, right) if right == NULL and (operator == "eq") == holds:
            return (*_itself(condition, holds), Negated(left))
        case Either(options, True) if not holds:
            return tuple(fact for option in options for fact in facts(option, holds=False))
        case Either(options, _) if holds:
            live = [option for option in options if truth(option) is not False]
            return (*facts(live[0]), condition) if len(live) == 1 else (condition,)
        case Pending():
            return (condition,) if holds else ()
        case Rows():
            return (condition,) if holds else (Negated(condition),)
        case Result(_, arguments, _) if holds and len(arguments) == 1 and _is_wrapper(condition):
            return (condition, *facts(arguments[0]))
        case _:
            return (condition,) if holds else (negate(condition),)


def _present(term: Term) -> tuple[Term, ...]:
    """What else holds when a value is there at all."""
    return _outcome(term, holds=True) if isinstance(term, Outcome) else ()


def _compared_flag(operator: str, left: Term, right: Term) -> bool | None:
    """For `x == True`, `x is False` and the like: the truth of `x` that it says, None for other comparisons."""
    if operator in {"eq", "ne"} and isinstance(right, Literal) and isinstance(right.value, bool):
        return right.value == (operator == "eq")
    return None


def _collection(term: Term) -> Term:
    """What `len(x)` or `x.length` counts; any other value as it is."""
    if isinstance(term, Member) and term.name == "count" and isinstance(term.base, Rows):
        return term.base
    if isinstance(term, Result) and term.callee == Global("len") and len(term.arguments) == 1:
        return term.arguments[0]
    return term.base if isinstance(term, Member) and term.name in LENGTHS else term


def _is_count(term: Term) -> bool:
    return _collection(term) != term or isinstance(term, Rows)


def _counted(operator: str, left: Term, right: Term) -> bool | None:
    """For `len(x) > 0`, `x.length === 0` and the like: whether it says that there are some; None for others."""
    counted = _collection(left) != left or isinstance(left, Rows)
    if not counted or not isinstance(right, Literal) or not isinstance(right.value, int):
        return None
    return COUNTS.get((operator, right.value))


def _itself(condition: Term, holds: bool) -> tuple[Term, ...]:
    return (condition,) if holds else (negate(condition),)


def _is_wrapper(condition: Result) -> bool:
    name = getattr(condition.callee, "name", "")
    return name in TRUTHY_WRAPPERS


def _outcome(outcome: Outcome, holds: bool) -> tuple[Term, ...]:
    """What holds on every return of a function whose value is true (or false)."""
    branches = [
        dict.fromkeys((*known, *facts(value, holds)))
        for value, known in outcome.returns
        if flag(value, outcome.function.path) is not (not holds)
    ]
    if not branches:
        return ()
    common = [fact for fact in branches[0] if all(fact in branch for branch in branches[1:])]
    if len(branches) == 1 or not all(len(branch) > len(common) for branch in branches):
        return tuple(common)
    rest = tuple(joined([fact for fact in branch if fact not in common]) for branch in branches)
    return (*common, Logic("or", rest)) if len(rest) <= MAX_BRANCHES else tuple(common)


def flag(value: Term, path: str) -> bool | None:
    """Whether a value that a function of the file returns counts as true; in Python an empty collection does not."""
    if isinstance(value, Items | Record) and path.endswith(".py"):
        held = value.items if isinstance(value, Items) else tuple(item for _, item, _ in value.entries)
        if not held or not any(isinstance(item, Maybe | Each) for item in held):
            return bool(held)
    return truth(value)


def joined(branch: list[Term]) -> Term:
    """All of these facts as one."""
    return branch[0] if len(branch) == 1 else Logic("and", tuple(branch[-MAX_FACTS:]))


def exhaustive(ways: Sequence[tuple[Term, ...]]) -> bool:
    """Whether one of the ways is taken whatever holds; each is told by the conditions that lead to it."""
    if any(not way for way in ways):
        return True
    tested = (condition for way in ways for condition in way)
    pivot = next((c for c in tested if any(negate(c) in way for way in ways)), None)
    return pivot is not None and all(
        exhaustive([tuple(c for c in way if c != side) for way in ways if negate(side) not in way])
        for side in (pivot, negate(pivot))
    )
