"""Where the values inside one function's body come from, without running it: which parameters feed an expression."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from isolint.model.code import (
    Assign,
    Await,
    Call,
    Constant,
    Expression,
    Function,
    Logical,
    Name,
    Node,
    Operation,
    Return,
    Template,
    With,
)
from isolint.model.walk import body_of, inside_of

MAX_NESTED = 6


class Flow:
    """The assignments of a function, whatever their order, and what its expressions are made of."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.parameters = frozenset(p.name for p in function.parameters if p.name)
        self.body = body_of(function)
        self._sources: dict[int, tuple[str, ...]] = {}

    @cached_property
    def _assigned(self) -> dict[str, list[Expression]]:
        """What each variable is assigned."""
        found: dict[str, list[Expression]] = {}
        for node in self.body.parts:
            if isinstance(node, Assign | With) and isinstance(node.target, Name):
                found.setdefault(node.target.id, []).append(node.value)
        return found

    def parts(self, expression: Expression | None) -> tuple[Expression, ...]:
        """Every node of an expression, those of the variables in it included."""
        found: dict[int, Expression] = {}
        stack: list[object] = [expression]
        while stack:
            item = stack.pop()
            if isinstance(item, tuple):
                stack.extend(item)
            elif id(item) not in found and (inside := inside_of(item.__class__)) is not None:
                if isinstance(item, Node):
                    found[id(item)] = item  # type: ignore[assignment]  # only expressions are reached from one
                stack.extend(inside(item))
                if isinstance(item, Name):
                    stack.extend(self._assigned.get(item.id, ()))
        return tuple(found.values())

    def sources(self, expression: Expression | None) -> tuple[str, ...]:
        """The parameters that an expression is made of, in the order of the signature."""
        key = id(expression)
        if key not in self._sources:
            names = {node.id for node in self.parts(expression) if isinstance(node, Name)}
            self._sources[key] = tuple(p.name for p in self.function.parameters if p.name in names)
        return self._sources[key]

    def returned(self) -> list[Expression]:
        """Every value that the body returns."""
        return [node.value for node in self.body.of(Return) if node.value is not None]

    def results(self, expression: Expression | None, depth: int = 0) -> Iterator[Call]:
        """The calls whose result an expression is: the call itself, or those that its variable was assigned."""
        match expression:
            case Call():
                yield expression
            case Await(_, value):
                yield from self.results(value, depth)
            case Logical(_, _, operands):
                yield from (call for operand in operands for call in self.results(operand, depth))
            case Name(_, name) if depth < MAX_NESTED:
                yield from (call for value in self._assigned.get(name, ()) for call in self.results(value, depth + 1))

    def calls(self) -> list[Call]:
        """Every call of the body."""
        return self.body.of(Call)


def pieces(expression: Expression, depth: int = 0) -> tuple[Expression, ...]:
    """What text is put together from: the parts of a template or of a sum, in order."""
    if depth < MAX_NESTED:
        if isinstance(expression, Template):
            return tuple(piece for part in expression.parts for piece in pieces(part, depth + 1))
        if isinstance(expression, Operation) and expression.operator == "+" and expression.right is not None:
            return (*pieces(expression.left, depth + 1), *pieces(expression.right, depth + 1))
    return (expression,)


def text_of(node: Node) -> str:
    """A constant's text, '' for any other node."""
    return node.value if isinstance(node, Constant) and isinstance(node.value, str) else ""


def last_name(expression: Expression) -> str:
    """The name that a callee is called by, without what stands before its last dot."""
    return expression.id if isinstance(expression, Name) else getattr(expression, "name", "")
