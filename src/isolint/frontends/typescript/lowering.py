"""The state of lowering one file, which every handler is given with its node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tree_sitter import Node

from isolint.frontends.typescript.positions import Positions
from isolint.model import code

MAXIMUM_DEPTH = 200
"""Nesting of the facts themselves: their encoder and whoever walks them recurse."""

TOO_DEEP = "nested too deeply to be analysed"
HOISTED = frozenset(("function_declaration", "generator_function_declaration"))

ExpressionHandler = Callable[["Lowering", Node], code.Expression]
StatementHandler = Callable[["Lowering", Node, list[code.Statement]], None]


@dataclass(slots=True)
class Scope:
    """What encloses a node: `prefix` starts the names of definitions in it; `function` and `owner` may be ''."""

    prefix: str = ""
    function: str = ""
    owner: str = ""
    calls: dict[str, None] = field(default_factory=dict)


class Lowering:
    """Turns nodes into facts and collects the definitions, imports and exports met on the way.

    Handlers come from outside, so that each kind of node can be lowered in a module of its own. `depth` counts how deep
    the facts nest: a handler that makes more levels than it has calls of `expression` and `statement` adds them. What
    nests deeper than the limit becomes `Opaque`, and the innermost statement around it is named in `troubles`.
    """

    __slots__ = (
        "_deep",
        "_expressions",
        "_seen",
        "_statements",
        "at",
        "classes",
        "depth",
        "exports",
        "functions",
        "imports",
        "positions",
        "scope",
        "text",
        "troubles",
    )

    def __init__(
        self,
        expressions: Mapping[str, ExpressionHandler],
        statements: Mapping[str, StatementHandler],
        positions: Positions,
    ) -> None:
        self._expressions = expressions
        self._statements = statements
        self._seen: dict[str, int] = {}
        self._deep = False
        self.depth = 0
        self.scope = Scope()
        self.functions: list[code.Function] = []
        self.classes: list[code.Class] = []
        self.imports: dict[code.Import, None] = {}
        self.exports: dict[code.Export, None] = {}
        self.troubles: list[code.Trouble] = []
        self.positions = positions
        self.at = positions.at
        self.text = positions.text

    def expression(self, node: Node) -> code.Expression:
        """The facts of an expression or a type; what has no handler becomes `Opaque` with the expressions inside it."""
        if self.depth > MAXIMUM_DEPTH:
            self._deep = True
            return code.Opaque(self.at(node))
        self.depth += 1
        handler = self._expressions.get(node.type)
        lowered = self.opaque(node) if handler is None else handler(self, node)
        self.depth -= 1
        return lowered

    def part(self, node: Node, name: str) -> code.Expression:
        """`expression` of a field of a node; `Opaque` where a broken text lacks it."""
        child = node.child_by_field_name(name)
        return code.Opaque(self.at(node)) if child is None else self.expression(child)

    def optional(self, node: Node, name: str) -> code.Expression | None:
        """`expression` of a field that may be absent."""
        child = node.child_by_field_name(name)
        return None if child is None else self.expression(child)

    def inner(self, node: Node) -> code.Expression:
        """`expression` of the first node inside another that has nothing else of interest."""
        child = next(iter(inside(node)), None)
        return code.Opaque(self.at(node)) if child is None else self.expression(child)

    def opaque(self, node: Node) -> code.Opaque:
        """A node that the model has no word for, with the expressions inside it."""
        return code.Opaque(self.at(node), tuple([self.expression(child) for child in self._known(node)]))

    def _known(self, node: Node) -> Iterator[Node]:
        """The outermost expressions inside a node."""
        pending = inside(node)[::-1]
        while pending:
            child = pending.pop()
            if child.type in self._expressions:
                yield child
            else:
                pending.extend(reversed(inside(child)))

    def statement(self, node: Node, into: list[code.Statement]) -> None:
        """Adds what a statement lowers to: none, one or several statements."""
        if self.depth > MAXIMUM_DEPTH:
            self._deep = True
            return
        self.depth += 1
        handler = self._statements.get(node.type)
        if handler is not None:
            handler(self, node, into)
        elif node.type in self._expressions:
            value = self.expression(node)
            into.append(code.Evaluate(value.at, value))
        self.depth -= 1

    def block(self, nodes: Sequence[Node]) -> tuple[code.Statement, ...]:
        """What a list of statements lowers to; functions declared in it are defined before all else, as they run."""
        defined: list[code.Statement] = []
        into: list[code.Statement] = []
        for node in nodes:
            self.statement(node, defined if node.type in HOISTED else into)
            if self._deep:
                self._deep = False
                self.troubles.append(code.Trouble("too-deep", TOO_DEEP, self.at(node)))
        if not defined:
            return tuple(into)
        directives = 0
        while directives < len(into) and _is_directive(into[directives]):
            directives += 1
        return (*into[:directives], *defined, *into[directives:])

    def body(self, node: Node | None) -> tuple[code.Statement, ...]:
        """What a block, or a single statement in its place, lowers to."""
        if node is None:
            return ()
        return self.block(inside(node) if node.type == "statement_block" else (node,))

    def declare(self, name: str) -> str:
        """The qualified name of a definition in the current scope, unique in the file."""
        qualname = self.scope.prefix + name
        count = self._seen[qualname] = self._seen.get(qualname, 0) + 1
        return qualname if count == 1 else f"{qualname}#{count}"

    def called(self, function: code.Expression) -> None:
        """Notes the last name of what is called."""
        if isinstance(function, code.Attribute):
            self.scope.calls[function.name] = None
        elif isinstance(function, code.Name):
            self.scope.calls[function.id] = None

    @contextmanager
    def entered(self, scope: Scope) -> Iterator[Scope]:
        """Lowers in another scope."""
        outer, self.scope = self.scope, scope
        yield scope
        self.scope = outer


def _is_directive(statement: code.Statement) -> bool:
    return isinstance(statement, code.Evaluate) and isinstance(statement.value, code.Constant)


def inside(node: Node) -> list[Node]:
    """The nodes directly inside a node, without punctuation and comments."""
    return [child for child in node.named_children if child.type != "comment"]


def unwrapped(node: Node) -> Node:
    """The expression in parentheses and casts."""
    while node.type in ("parenthesized_expression", "as_expression", "satisfies_expression"):
        children = inside(node)
        if not children:
            break
        node = children[0]
    return node
