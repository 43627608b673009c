"""Conditions that a data layer takes as text and reads itself: `or_(A.b == C.d, and_(…))`."""

from __future__ import annotations

import re

from isolint.model.code import Argument, Attribute, Call, Compare, Expression, Name
from isolint.model.source import Span

TOKEN = re.compile(r"\s*(==|[A-Za-z_][\w.]*|\S)")


def read_condition(text: str, at: Span) -> Expression | None:
    """The condition as an expression that stands at `at`; None for what is more than names, calls and equations."""
    reader = _Reader(TOKEN.findall(text), at)
    found = reader.condition()
    return found if reader.ended else None


class _Reader:
    """Reads tokens one after the other; what it cannot read ends it early."""

    def __init__(self, tokens: list[str], at: Span) -> None:
        self._tokens = tokens
        self._next = 0
        self._at = at

    @property
    def ended(self) -> bool:
        """Whether all tokens were read."""
        return self._next == len(self._tokens)

    def _take(self, token: str) -> bool:
        taken = self._next < len(self._tokens) and self._tokens[self._next] == token
        self._next += taken
        return taken

    def condition(self) -> Expression | None:
        """`name(conditions)`, `name == name` or `name`."""
        left = self._name()
        if left is None:
            return None
        if self._take("("):
            return self._call(left)
        if self._take("=="):
            right = self._name()
            return Compare(self._at, "eq", left, right) if right is not None else None
        return left

    def _call(self, function: Expression) -> Expression | None:
        arguments = []
        while not self._take(")"):
            argument = self.condition()
            if argument is None:
                return None
            arguments.append(Argument(argument))
            self._take(",")
        return Call(self._at, function, tuple(arguments))

    def _name(self) -> Expression | None:
        if self.ended or not self._tokens[self._next][0].isidentifier():
            return None
        first, *rest = self._tokens[self._next].split(".")
        self._next += 1
        found: Expression = Name(self._at, first)
        for part in rest:
            found = Attribute(self._at, found, part)
        return found
