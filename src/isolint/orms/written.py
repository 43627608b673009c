"""Variables as data layers read them: expressions, with what the names in them mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from isolint.model.code import Attribute, Call, Expression, Mapping, Sequence
from isolint.model.source import Place
from isolint.orms.declare import text

MAX_STEPS = 8
"""How many names and helpers are followed from one expression."""


class Names(Protocol):
    """What the names in expressions mean; `path` is the file that an expression stands in."""

    def qualified(self, path: str, expression: Expression) -> str:
        """The dotted name of something outside the project, `path::name` for a definition of the project, '' if
        neither.
        """
        ...

    def behind(self, path: str, expression: Expression) -> tuple[str, Expression] | None:
        """What a variable holds, or a closure or a function of the project returns, with the file it stands in."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """An expression where it was written."""

    expression: Expression
    path: str
    names: Names

    def part(self, expression: Expression) -> Written:
        """An expression inside this one."""
        return Written(expression, self.path, self.names)

    def qualified(self) -> str:
        """The name that the expression stands for."""
        return self.names.qualified(self.path, self.expression)

    def behind(self) -> Written | None:
        """What a name holds, or a function returns."""
        found = self.names.behind(self.path, self.expression)
        return Written(found[1], found[0], self.names) if found is not None else None

    def resolved(self) -> Written:
        """The same with names replaced by what they hold, and closures and calls by what they return."""
        current = self
        for _ in range(MAX_STEPS):
            found = current.behind()
            if found is None:
                break
            current = found
        return current


@dataclass(frozen=True, slots=True)
class VariableView:
    """A variable of a module with its value."""

    name: str
    place: Place
    value: Written


def method_calls(expression: Expression) -> tuple[Expression, list[tuple[str, Call]]]:
    """`a(x).b().c(y)` taken apart: the first call, and the methods that are called on it, in order."""
    methods: list[tuple[str, Call]] = []
    while isinstance(expression, Call) and isinstance(expression.function, Attribute):
        if not isinstance(expression.function.base, Call):
            break
        methods.append((expression.function.name, expression))
        expression = expression.function.base
    return expression, methods[::-1]


def entries(value: Written) -> Iterator[tuple[str, Written]]:
    """The entries of an object literal under literal keys, those of the objects that are spread into it included."""
    resolved = value.resolved()
    if not isinstance(resolved.expression, Mapping):
        return
    for entry in resolved.expression.entries:
        if entry.key is None:
            yield from entries(resolved.part(entry.value))
        elif key := text(entry.key):
            yield key, resolved.part(entry.value)


def entry(value: Written | None, name: str) -> Written | None:
    """The entry of that name."""
    return next((found for key, found in entries(value) if key == name), None) if value is not None else None


def items(value: Written | None) -> tuple[Written, ...]:
    """The items of an array literal."""
    resolved = value.resolved() if value is not None else None
    if resolved is None or not isinstance(resolved.expression, Sequence):
        return ()
    return tuple(resolved.part(item) for item in resolved.expression.items)
