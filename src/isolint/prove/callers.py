"""The functions that stand around an access and around the calls that led to it."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.link import Program
from isolint.model.code import Function
from isolint.model.source import Place
from isolint.prove.frame import Seen

MODULE_LEVEL = "<module>"


def enclosing(program: Program, place: Place) -> Function | None:
    """The innermost function around a place, None at the module level."""
    best: Function | None = None
    for function in program.modules[place.path].facts.functions:
        if function.qualname == MODULE_LEVEL or function.name == "<lambda>":
            continue
        if function.at.line <= place.span.line <= function.at.end_line and (
            best is None or _size(function) < _size(best)
        ):
            best = function
    return best


def _size(function: Function) -> int:
    return function.at.end_line - function.at.line


def standing_in(program: Program, seen: Seen) -> Iterator[Function]:
    """The access's own function, then the one that called it, and so on outwards."""
    yield program.function(seen.function)
    for place in reversed(seen.stack):
        function = enclosing(program, place)
        if function is not None:
            yield function
