"""Operators and what else combines expressions without being a call."""

from __future__ import annotations

from typing import Literal

from tree_sitter import Node

from isolint.frontends.typescript.lowering import ExpressionHandler, Lowering, inside, unwrapped
from isolint.model import code

LONGEST_CHAIN = 100
"""More operands than these make one flat Opaque: `Operation` is binary, so a chain nests as deep as it is long."""

_Comparator = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "not in"]
_COMPARATORS: dict[str, _Comparator] = {
    "==": "eq",
    "===": "eq",
    "!=": "ne",
    "!==": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "in": "in",
}
_Connective = Literal["and", "or", "??"]
_CONNECTIVES: dict[str, _Connective] = {"&&": "and", "||": "or", "??": "??"}
_ARITHMETIC = frozenset(("+", "-", "*", "/", "%", "**", "|", "&", "^", "<<", ">>", ">>>"))


def _binary(lowering: Lowering, node: Node) -> code.Expression:
    operator = _operator(node)
    if operator in _CONNECTIVES:
        return _connected(lowering, node, operator)
    if operator in _ARITHMETIC:
        return _computed(lowering, node)
    at = lowering.at(node)
    left, right = lowering.part(node, "left"), lowering.part(node, "right")
    if operator in _COMPARATORS:
        return code.Compare(at, _COMPARATORS[operator], left, right)
    if operator == "instanceof":
        return code.Call(at, code.Name(at, operator), (code.Argument(left), code.Argument(right)))
    return code.Opaque(at, (left, right))


def _operator(node: Node) -> str:
    child = node.child_by_field_name("operator")
    return "" if child is None else child.type


def _connected(lowering: Lowering, node: Node, operator: str) -> code.Expression:
    chain = _links(node, frozenset((operator,)))
    operands = [lowering.part(chain[-1], "left"), *[lowering.part(link, "right") for link in reversed(chain)]]
    return code.Logical(lowering.at(node), _CONNECTIVES[operator], tuple(operands))


def _computed(lowering: Lowering, node: Node) -> code.Expression:
    chain = _links(node, _ARITHMETIC)
    flat = len(chain) >= LONGEST_CHAIN
    added = 0 if flat else len(chain) - 1
    lowering.depth += added
    operand = lowering.part(chain[-1], "left")
    lowering.depth -= added
    if flat:
        return code.Opaque(lowering.at(node), (operand, *[lowering.part(link, "right") for link in reversed(chain)]))
    for link in reversed(chain):
        operand = code.Operation(lowering.at(link), _operator(link), operand, lowering.part(link, "right"))
    return operand


def _links(node: Node, operators: frozenset[str]) -> list[Node]:
    """The operations of a chain, outermost first: chains lean to the left, and a loop saves the stack."""
    chain = [node]
    while True:
        left = chain[-1].child_by_field_name("left")
        left = None if left is None else unwrapped(left)
        if left is None or left.type != "binary_expression" or _operator(left) not in operators:
            return chain
        chain.append(left)


def _unary(lowering: Lowering, node: Node) -> code.Expression:
    at = lowering.at(node)
    operator = _operator(node)
    operand = lowering.part(node, "argument")
    if operator == "!":
        return code.Not(at, operand)
    value = operand.value if isinstance(operand, code.Constant) else None
    if operator == "void":
        return code.Opaque(at, (operand,)) if value is None else code.Constant(at, None, unset=True)
    if operator in ("-", "+") and isinstance(value, int | float) and not isinstance(value, bool):
        return code.Constant(at, -value if operator == "-" else value)
    return code.Operation(at, operator, operand)


def _choice(lowering: Lowering, node: Node) -> code.Expression:
    test = lowering.part(node, "condition")
    return code.Choice(lowering.at(node), test, lowering.part(node, "consequence"), lowering.part(node, "alternative"))


def _await(lowering: Lowering, node: Node) -> code.Expression:
    return code.Await(lowering.at(node), lowering.inner(node)) if inside(node) else code.Opaque(lowering.at(node))


def _assignment(lowering: Lowering, node: Node) -> code.Expression:
    return code.Bind(lowering.at(node), lowering.part(node, "left"), lowering.part(node, "right"))


def _augmented(lowering: Lowering, node: Node) -> code.Expression:
    target, value = lowering.part(node, "left"), lowering.part(node, "right")
    return code.Bind(lowering.at(node), target, combined(lowering, node, target, value))


def combined(lowering: Lowering, node: Node, target: code.Expression, value: code.Expression) -> code.Expression:
    """What `target op= value` assigns."""
    operator = _operator(node).removesuffix("=")
    before = _held(target)
    if operator in _CONNECTIVES:
        return code.Logical(lowering.at(node), _CONNECTIVES[operator], (before, value))
    return code.Operation(lowering.at(node), operator, before, value)


def _held(target: code.Expression) -> code.Expression:
    """What a target holds before it is assigned to. One that does something itself (`a[i++]`) does that once, and is
    not written down twice: nested, it would double with each level.
    """
    part = target
    while isinstance(part, code.Attribute | code.Index):
        if isinstance(part, code.Index) and not isinstance(part.key, code.Name | code.Constant):
            break
        part = part.base
    return target if isinstance(part, code.Name) else code.Opaque(target.at)


def _update(lowering: Lowering, node: Node) -> code.Expression:
    at = lowering.at(node)
    target = lowering.part(node, "argument")
    return code.Bind(at, target, code.Operation(at, _operator(node)[:1], _held(target), code.Constant(at, 1)))


def _comma(lowering: Lowering, node: Node) -> code.Expression:
    parts = [lowering.expression(child) for child in inside(node)]
    effects = [part for part in parts[:-1] if not isinstance(part, code.Constant)]
    return code.Opaque(lowering.at(node), tuple(parts)) if effects else parts[-1]


def _transparent(lowering: Lowering, node: Node) -> code.Expression:
    """Parentheses, casts, non-null assertions and type arguments: what is inside stands for the whole."""
    while node.type in HANDLERS and HANDLERS[node.type] is _transparent:
        children = inside(node)
        if not children:
            return code.Opaque(lowering.at(node))
        node = children[-1] if node.type == "type_assertion" else children[0]
    return lowering.expression(node)


HANDLERS: dict[str, ExpressionHandler] = {
    "binary_expression": _binary,
    "unary_expression": _unary,
    "ternary_expression": _choice,
    "await_expression": _await,
    "yield_expression": _await,
    "assignment_expression": _assignment,
    "augmented_assignment_expression": _augmented,
    "update_expression": _update,
    "sequence_expression": _comma,
    "parenthesized_expression": _transparent,
    "as_expression": _transparent,
    "satisfies_expression": _transparent,
    "non_null_expression": _transparent,
    "type_assertion": _transparent,
    "instantiation_expression": _transparent,
}
