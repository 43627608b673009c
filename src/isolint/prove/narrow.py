"""What a branch tells of a function's result: of the values that it may have returned, those that fit the test.

`const { session, error } = await check(); if (error) return error` leaves the returns that hold no error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.model import code
from isolint.prove.absent import MISSING
from isolint.prove.evaluate import evaluate
from isolint.prove.terms import (
    NULL,
    Either,
    Global,
    Literal,
    Lost,
    Object,
    Outcome,
    Record,
    Result,
    Term,
    either,
    truth,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

PURE = (code.Name, code.Attribute, code.Constant, code.Not, code.Compare, code.Logical, code.Call)
TYPE_TEST = "instanceof"


def narrow(run: Run, frame: Frame, test: code.Expression, *, holds: bool) -> None:
    """Keep, of each result that the test asks about, the returns for which the test can have come out so."""
    names = list(_names(test))
    if not all(isinstance(node, PURE) for node in _nodes(test)):
        return
    for name in dict.fromkeys(names):
        source, _ = frame.parts.get(name, (name, ""))
        outcome = frame.names.get(source)
        if isinstance(outcome, Lost) and not _fits(run, frame, source, NULL, test, holds):
            bind(run, frame, source, outcome.value)  # it was set after all
        if isinstance(outcome, Either):
            _narrow_choice(run, frame, source, outcome, test, holds)
        if not isinstance(outcome, Outcome) or len(outcome.returns) < 2:
            continue
        kept = tuple(
            (value, known) for value, known in outcome.returns if _fits(run, frame, source, value, test, holds)
        )
        if 0 < len(kept) < len(outcome.returns):
            bind(run, frame, source, replace(outcome, returns=kept))
            common = tuple(fact for fact in kept[0][1] if all(fact in known for _, known in kept[1:]))
            frame.known += tuple(fact for fact in common if fact not in frame.known)


def _narrow_choice(run: Run, frame: Frame, name: str, value: Either, test: code.Expression, holds: bool) -> None:
    """Of a value that may be missing, what is left where the test has told that it is not."""
    kept = tuple(
        option for option in value.options if option not in MISSING or _fits(run, frame, name, option, test, holds)
    )
    if 0 < len(kept) < len(value.options):
        bind(run, frame, name, either(kept, value.fallback))


def bind(run: Run, frame: Frame, source: str, value: Term) -> None:
    """Give a name its value, and those that were taken out of it theirs."""
    from isolint.prove.members import member

    frame.names[source] = value
    for name, (origin, attribute) in frame.parts.items():
        if origin == source:
            frame.names[name] = member(run, frame, value, attribute, run.program.function(frame.function).header)


def _fits(run: Run, frame: Frame, source: str, value: Term, test: code.Expression, holds: bool) -> bool:
    """Whether the test can come out as `holds` when the result is that value."""
    names, known = dict(frame.names), frame.known
    bind(run, frame, source, value)
    decided = _truth(run, frame, test)
    frame.names, frame.known = names, known
    return decided is None or decided is holds


def _truth(run: Run, frame: Frame, test: code.Expression) -> bool | None:
    match test:
        case code.Not(_, operand):
            inner = _truth(run, frame, operand)
            return None if inner is None else not inner
        case code.Logical(_, operator, operands) if operator in {"and", "or"}:
            found = [_truth(run, frame, operand) for operand in operands]
            decisive = operator == "or"
            return decisive if decisive in found else None if None in found else not decisive
        case code.Call(_, code.Name(_, name), (first, kind)) if name == TYPE_TEST:
            return _is_instance(evaluate(run, frame, first.value), evaluate(run, frame, kind.value))
        case code.Call():
            return None
        case code.Compare(_, "in", code.Constant(_, str() as key), code.Name()):
            held = evaluate(run, frame, test.right)
            return held.get(key) is not None if isinstance(held, Record) else None
        case _:
            value = evaluate(run, frame, test)
            return True if isinstance(value, Record | Result) and not isinstance(test, code.Compare) else truth(value)


def _is_instance(value: Term, kind: Term) -> bool | None:
    """Whether a value is made by a class: by its constructor, or by a function of it (`Response.json(…)`)."""
    name = getattr(kind, "name", "")
    if isinstance(value, Literal | Record):
        return False
    if isinstance(value, Object) or not name:
        return None
    if isinstance(value, Result) and isinstance(value.callee, Global):
        return value.callee.name == name or value.callee.name.startswith(name + ".")
    return False if not isinstance(value, Result) else None


def _nodes(test: code.Expression) -> Iterator[object]:
    yield test
    match test:
        case code.Not(_, operand):
            yield from _nodes(operand)
        case code.Logical(_, _, operands):
            for operand in operands:
                yield from _nodes(operand)
        case code.Compare(_, _, left, right):
            yield from _nodes(left)
            yield from _nodes(right)
        case code.Attribute(_, base, _, _):
            yield from _nodes(base)
        case code.Call(_, _, arguments) if getattr(test.function, "id", "") == TYPE_TEST:
            for argument in arguments:
                yield from _nodes(argument.value)
        case code.Call():
            yield None


def _names(test: code.Expression) -> Iterator[str]:
    return (node.id for node in _nodes(test) if isinstance(node, code.Name))
