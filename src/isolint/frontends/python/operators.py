"""Operators and what else combines expressions without being a call."""

from __future__ import annotations

from typing import Literal

import libcst as cst

from isolint.frontends.python.lowering import ExpressionHandler, Lowering
from isolint.model import code
from isolint.model.source import Span

LONGEST_CHAIN = 100
"""More operands than these make one flat Opaque: `Operation` is binary, so a chain nests as deep as it is long."""

_BINARY: dict[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.MatrixMultiply: "@",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitOr: "|",
    cst.BitAnd: "&",
    cst.BitXor: "^",
}
AUGMENTED: dict[type[cst.CSTNode], str] = {
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.MatrixMultiplyAssign: "@",
    cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//",
    cst.ModuloAssign: "%",
    cst.PowerAssign: "**",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
    cst.BitOrAssign: "|",
    cst.BitAndAssign: "&",
    cst.BitXorAssign: "^",
}
_UNARY: dict[type[cst.CSTNode], str] = {cst.Plus: "+", cst.Minus: "-", cst.BitInvert: "~"}
_Comparator = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "not in"]
_COMPARATORS: dict[type[cst.CSTNode], _Comparator] = {
    cst.Equal: "eq",
    cst.Is: "eq",
    cst.NotEqual: "ne",
    cst.IsNot: "ne",
    cst.LessThan: "lt",
    cst.LessThanEqual: "le",
    cst.GreaterThan: "gt",
    cst.GreaterThanEqual: "ge",
    cst.In: "in",
    cst.NotIn: "not in",
}


def _unary(lowering: Lowering, node: cst.UnaryOperation) -> code.Expression:
    at = lowering.at(node)
    operand = lowering.expression(node.expression)
    if isinstance(node.operator, cst.Not):
        return code.Not(at, operand)
    operator = _UNARY[type(node.operator)]
    value = operand.value if isinstance(operand, code.Constant) else None
    if operator != "~" and isinstance(value, int | float) and not isinstance(value, bool):
        return code.Constant(at, -value if operator == "-" else value)
    return code.Operation(at, operator, operand)


def _binary(lowering: Lowering, node: cst.BinaryOperation) -> code.Expression:
    # Chains lean to the left; a loop saves the stack.
    chain = [node]
    while isinstance(chain[-1].left, cst.BinaryOperation):
        chain.append(chain[-1].left)
    flat = len(chain) >= LONGEST_CHAIN
    added = 0 if flat else len(chain) - 1
    lowering.depth += added
    operand = lowering.expression(chain[-1].left)
    lowering.depth -= added
    if flat:
        return code.Opaque(lowering.at(node), (operand, *[lowering.expression(link.right) for link in reversed(chain)]))
    for link in reversed(chain):
        operator = _BINARY[type(link.operator)]
        operand = code.Operation(lowering.at(link), operator, operand, lowering.expression(link.right))
    return operand


def _boolean(lowering: Lowering, node: cst.BooleanOperation) -> code.Expression:
    kind = type(node.operator)
    operands: list[cst.BaseExpression] = [node.right]
    left = node.left
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is kind:
        operands.append(left.right)
        left = left.left
    operands.append(left)
    operator: Literal["and", "or"] = "and" if kind is cst.And else "or"
    return code.Logical(lowering.at(node), operator, tuple([lowering.expression(x) for x in reversed(operands)]))


def _comparison(lowering: Lowering, node: cst.Comparison) -> code.Expression:
    at = lowering.at(node)
    left = lowering.expression(node.left)
    compared: list[code.Expression] = []
    for target in node.comparisons:
        right = lowering.expression(target.comparator)
        whole = at if len(node.comparisons) == 1 else Span(*left.at[:2], *right.at[2:])
        compared.append(code.Compare(whole, _COMPARATORS[type(target.operator)], left, right))
        left = right
    return compared[0] if len(compared) == 1 else code.Logical(at, "and", tuple(compared))


def _choice(lowering: Lowering, node: cst.IfExp) -> code.Expression:
    test = lowering.expression(node.test)
    return code.Choice(lowering.at(node), test, lowering.expression(node.body), lowering.expression(node.orelse))


def _walrus(lowering: Lowering, node: cst.NamedExpr) -> code.Expression:
    return code.Bind(lowering.at(node), lowering.expression(node.target), lowering.expression(node.value))


def _await(lowering: Lowering, node: cst.Await) -> code.Expression:
    return code.Await(lowering.at(node), lowering.expression(node.expression))


def _yield(lowering: Lowering, node: cst.Yield) -> code.Expression:
    if node.value is None:
        return code.Opaque(lowering.at(node))
    value = node.value.item if isinstance(node.value, cst.From) else node.value
    return code.Await(lowering.at(node), lowering.expression(value))


HANDLERS: dict[type[cst.CSTNode], ExpressionHandler] = {
    cst.UnaryOperation: _unary,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.Comparison: _comparison,
    cst.IfExp: _choice,
    cst.NamedExpr: _walrus,
    cst.Await: _await,
    cst.Yield: _yield,
}
