"""What follows from a condition that holds or does not."""

from __future__ import annotations

from isolint.prove.terms import (
    NULL,
    Either,
    Literal,
    Logic,
    Negated,
    Outcome,
    Result,
    Rows,
    Term,
    Test,
    negate,
    truth,
)

TRUTHY_WRAPPERS = {"bool", "any", "all", "len"}


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
        case Outcome():
            return (*_outcome(condition, holds), condition if holds else Negated(condition))
        case Test(operator, left, right) if (value := _compared_flag(operator, left, right)) is not None:
            return facts(left, value == holds)
        case Test("eq" | "ne" as operator, left, right) if right == NULL and (operator == "ne") == holds:
            return (left, *_present(left))
        case Either(options, True) if not holds:
            return tuple(fact for option in options for fact in facts(option, holds=False))
        case Either(options, _) if holds:
            live = [option for option in options if truth(option) is not False]
            return (*facts(live[0]), condition) if len(live) == 1 else (condition,)
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


def _is_wrapper(condition: Result) -> bool:
    name = getattr(condition.callee, "name", "")
    return name in TRUTHY_WRAPPERS


def _outcome(outcome: Outcome, holds: bool) -> tuple[Term, ...]:
    """What holds on every return of a function whose value is true (or false)."""
    branches = [
        {*known, *facts(value, holds)} for value, known in outcome.returns if truth(value) is not (not holds)
    ]
    if not branches:
        return ()
    common = set.intersection(*branches)
    if common:
        return tuple(fact for fact in _ordered(outcome, holds) if fact in common)
    return (Logic("or", tuple(_joined(branch) for branch in branches if branch)),) if all(branches) else ()


def _joined(branch: set[Term]) -> Term:
    items = tuple(sorted(branch, key=repr))
    return items[0] if len(items) == 1 else Logic("and", items)


def _ordered(outcome: Outcome, holds: bool) -> list[Term]:
    ordered: dict[Term, None] = {}
    for value, known in outcome.returns:
        ordered.update(dict.fromkeys((*known, *facts(value, holds))))
    return list(ordered)
