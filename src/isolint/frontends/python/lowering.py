"""The state of lowering one file, which every handler is given with its node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import libcst as cst

from isolint.frontends.python.depth import TooDeep
from isolint.frontends.python.positions import Positions
from isolint.model import code
from isolint.model.source import Span

MAXIMUM_DEPTH = 200
"""Nesting of the facts themselves: their encoder and whoever walks them recurse."""

ExpressionHandler = Callable[["Lowering", Any], code.Expression]
StatementHandler = Callable[["Lowering", Any, list[code.Statement]], None]


@dataclass(slots=True)
class Scope:
    """What encloses a node. `prefix` starts the names of definitions in it; `function` and `owner` may be ''."""

    prefix: str = ""
    function: str = ""
    owner: str = ""
    calls: dict[str, None] = field(default_factory=dict)


class Lowering:
    """Turns nodes into facts and collects the definitions and imports met on the way.

    Handlers come from outside, so that each kind of node can be lowered in a module of its own. A file is lowered from
    several texts when it does not parse as a whole; `positions` serves the text at hand. `depth` counts how deep the
    facts nest: a handler that makes more levels than it has calls of `expression` and `block` adds them.
    """

    __slots__ = (
        "_expressions",
        "_seen",
        "_statements",
        "at",
        "classes",
        "depth",
        "functions",
        "imports",
        "positions",
        "scope",
    )

    def __init__(
        self,
        expressions: Mapping[type[cst.CSTNode], ExpressionHandler],
        statements: Mapping[type[cst.CSTNode], StatementHandler],
    ) -> None:
        self._expressions = expressions
        self._statements = statements
        self.depth = 0
        self._seen: dict[str, int] = {}
        self.scope = Scope()
        self.functions: list[code.Function] = []
        self.classes: list[code.Class] = []
        self.imports: dict[code.Import, None] = {}
        self.positions: Positions
        self.at: Callable[[cst.CSTNode], Span]

    def module(self, module: cst.Module, positions: Positions) -> tuple[code.Statement, ...]:
        """The statements of a module or of a part of it; keeps nothing of it on TooDeep or RecursionError."""
        self.positions = positions
        self.at = positions.at
        self.depth = 0
        functions, classes = len(self.functions), len(self.classes)
        imports, outermost, calls = dict(self.imports), self.scope, dict(self.scope.calls)
        try:
            return self.block(module.body)
        except (TooDeep, RecursionError):
            del self.functions[functions:], self.classes[classes:]
            self.imports, self.scope, self.scope.calls = imports, outermost, calls
            raise

    def expression(self, node: cst.BaseExpression) -> code.Expression:
        """The facts of an expression; what has no handler becomes `Opaque` with the expressions inside it."""
        if self.depth > MAXIMUM_DEPTH:
            raise TooDeep
        self.depth += 1
        handler = self._expressions.get(type(node))
        lowered = self.opaque(node) if handler is None else handler(self, node)
        self.depth -= 1
        return lowered

    def optional(self, node: cst.BaseExpression | None) -> code.Expression | None:
        """`expression` of a node that may be absent."""
        return None if node is None else self.expression(node)

    def opaque(self, node: cst.CSTNode) -> code.Opaque:
        """A node that the model has no word for, with the expressions directly inside it."""
        inside = [child for child in node.children if isinstance(child, cst.BaseExpression)]
        return code.Opaque(self.at(node), tuple([self.expression(child) for child in inside]))

    def statement(self, node: cst.CSTNode, into: list[code.Statement]) -> None:
        """Adds what a statement lowers to: none, one or several statements."""
        handler = self._statements.get(type(node))
        if handler is not None:
            handler(self, node, into)

    def block(self, nodes: Sequence[cst.CSTNode]) -> tuple[code.Statement, ...]:
        """What the statements of a suite lower to; raises TooDeep."""
        if self.depth > MAXIMUM_DEPTH:
            raise TooDeep
        self.depth += 1
        into: list[code.Statement] = []
        for node in nodes:
            self.statement(node, into)
        self.depth -= 1
        return tuple(into)

    def declare(self, name: str) -> str:
        """The qualified name of a definition in the current scope, unique in the file."""
        qualname = self.scope.prefix + name
        count = self._seen[qualname] = self._seen.get(qualname, 0) + 1
        return qualname if count == 1 else f"{qualname}#{count}"

    @contextmanager
    def entered(self, scope: Scope) -> Iterator[Scope]:
        """Lowers in another scope; a scope left by an exception is put right by `module`."""
        outer, self.scope = self.scope, scope
        yield scope
        self.scope = outer
