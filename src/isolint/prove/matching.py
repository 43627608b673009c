"""Values chosen by patterns: `match(value).with(pattern, handler).otherwise(handler)` of ts-pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.prove.given import Given
from isolint.prove.terms import TRUE, Global, Literal, Record, Result, Term, Test, either

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

MATCH = Global("ts-pattern.match")
DECIDED = (("decided", TRUE),)
"""Stands at a choice of which one pattern is known to fit: those that follow are not asked."""
CASES = frozenset({"with", "when"})
ENDS = frozenset({"exhaustive", "run"})


def on_match(run: Run, frame: Frame, base: Term, name: str, given: Given) -> Term | None:
    """What a method makes of `match(value)`, which holds the value and what the handlers so far give; None for any
    other method.
    """
    if not isinstance(base, Result) or base.callee != MATCH or not base.arguments:
        return None
    value, *chosen = base.arguments
    if name in CASES and given.positional:
        return base if base.keywords == DECIDED else _case(run, frame, base, name, given)
    if name in ENDS and chosen:
        return either(tuple(chosen))
    if name == "otherwise" and given.positional:
        other = () if base.keywords == DECIDED else (_handled(run, frame, value, given, ()),)
        return either((*chosen, *other))
    return base if name == "returnType" else None


def _case(run: Run, frame: Frame, base: Result, name: str, given: Given) -> Term:
    from isolint.prove.knowing import facts

    value, *chosen = base.arguments
    patterns = given.positional[:-1]
    fitting = [fits(pattern, value) for pattern in patterns] if name == "with" else [None]
    if all(known is False for known in fitting):
        return base
    alone = name == "with" and len(patterns) == 1 and isinstance(patterns[0], Literal)
    handled = _handled(run, frame, value, given, facts(Test("eq", value, patterns[0])) if alone else ())
    return Result(MATCH, (value, *chosen, handled), DECIDED if True in fitting else ())


def _handled(run: Run, frame: Frame, value: Term, given: Given, holds: tuple[Term, ...]) -> Term:
    """What a handler, which may not run at all, gives where it does."""
    from isolint.prove.calling import invoke

    known = frame.known
    frame.known = known + holds
    result = invoke(run, frame, given.positional[-1], Given((value,), (), given.at))
    frame.known = known
    return result


def fits(pattern: Term, value: Term) -> bool | None:
    """Whether a value fits a pattern; None when it depends."""
    if pattern == value:
        return True
    if isinstance(pattern, Literal) and isinstance(value, Literal):
        return False
    if not (isinstance(pattern, Record) and isinstance(value, Record)):
        return None
    held = {key: item for key, item, optional in value.entries if not optional}
    found = [fits(item, held[key]) if key in held else None for key, item, _ in pattern.entries if key is not None]
    return False if False in found else True if all(found) and len(found) == len(pattern.entries) else None
