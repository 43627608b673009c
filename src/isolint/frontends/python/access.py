"""Attributes, subscripts and calls."""

from __future__ import annotations

import libcst as cst

from isolint.frontends.python.lowering import ExpressionHandler, Lowering
from isolint.model import code


def _attribute(lowering: Lowering, node: cst.Attribute) -> code.Expression:
    return code.Attribute(lowering.at(node), lowering.expression(node.value), node.attr.value)


def _subscript(lowering: Lowering, node: cst.Subscript) -> code.Expression:
    base = lowering.expression(node.value)
    keys = [_key(lowering, element) for element in node.slice]
    if len(keys) == 1:
        return code.Index(lowering.at(node), base, keys[0])
    span = lowering.positions.between(node.slice[0], node.slice[-1])
    return code.Index(lowering.at(node), base, code.Sequence(span, tuple(keys)))


def _key(lowering: Lowering, element: cst.SubscriptElement) -> code.Expression:
    if isinstance(element.slice, cst.Index):
        value = lowering.expression(element.slice.value)
        return value if element.slice.star is None else code.Spread(lowering.at(element), value)
    if isinstance(element.slice, cst.Slice):
        # The bounds have no place in the model, yet what they call is called.
        for bound in (element.slice.lower, element.slice.upper, element.slice.step):
            lowering.optional(bound)
    return code.Constant(lowering.at(element), None)


def _call(lowering: Lowering, node: cst.Call) -> code.Expression:
    function = lowering.expression(node.func)
    if name := _last_name(node.func):
        lowering.scope.calls[name] = None
    arguments = [
        code.Argument(
            lowering.expression(argument.value),
            "" if argument.keyword is None else argument.keyword.value,
            len(argument.star),
        )
        for argument in node.args
    ]
    return code.Call(lowering.at(node), function, tuple(arguments))


def _last_name(function: cst.BaseExpression) -> str:
    """`f` of `f()`, `a.f()` and the generic `f[T]()`; '' for what has no name."""
    while isinstance(function, cst.Subscript):
        function = function.value
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""


HANDLERS: dict[type[cst.CSTNode], ExpressionHandler] = {
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.Call: _call,
}
