"""Functions, methods and lambdas."""

from __future__ import annotations

from typing import Literal

import libcst as cst

from isolint.frontends.python.lowering import ExpressionHandler, Lowering, Scope, StatementHandler
from isolint.model import code
from isolint.model.source import Span

_Kind = Literal["", "keyword", "*", "**"]


def lower_function(lowering: Lowering, node: cst.FunctionDef) -> code.Function:
    """Adds a function, and what its body defines, to the facts; the scope tells whether it is a method."""
    qualname = lowering.declare(node.name.value)
    at = definition_span(lowering, node)
    outer = lowering.scope
    # What runs when the function is defined is no part of its body, nor of any other.
    with lowering.entered(Scope(outer.prefix, outer.function)):
        decorators = tuple([lowering.expression(decorator.decorator) for decorator in node.decorators])
        parameters = _parameters(lowering, node.params)
        returns = None if node.returns is None else lowering.expression(node.returns.annotation)
    with lowering.entered(Scope(f"{qualname}.<locals>.", qualname)) as scope:
        body = lowering.block(node.body.body)
    function = code.Function(
        qualname=qualname,
        name=node.name.value,
        at=at,
        header=lowering.positions.header(node),
        parameters=parameters,
        decorators=decorators,
        body=body,
        owner=outer.owner,
        parent=outer.function,
        returns=returns,
        asynchronous=node.asynchronous is not None,
        calls=tuple(scope.calls),
    )
    lowering.functions.append(function)
    return function


def definition_span(lowering: Lowering, node: cst.FunctionDef | cst.ClassDef) -> Span:
    """The whole definition, from its first decorator."""
    return lowering.positions.between(node.decorators[0], node) if node.decorators else lowering.at(node)


def _define(lowering: Lowering, node: cst.FunctionDef, into: list[code.Statement]) -> None:
    function = lower_function(lowering, node)
    into.append(code.Define(function.at, function.name, function.qualname))


def _lambda(lowering: Lowering, node: cst.Lambda) -> code.Expression:
    at = lowering.at(node)
    qualname = f"<lambda:{at.line}:{at.column}>"
    outer = lowering.scope
    with lowering.entered(Scope(outer.prefix, outer.function)):
        parameters = _parameters(lowering, node.params)
    with lowering.entered(Scope(f"{qualname}.<locals>.", qualname)) as scope:
        value = lowering.expression(node.body)
    function = code.Function(
        qualname=qualname,
        name="<lambda>",
        at=at,
        header=_lambda_header(at, parameters),
        parameters=parameters,
        decorators=(),
        body=(code.Return(value.at, value),),
        parent=outer.function,
        calls=tuple(scope.calls),
    )
    lowering.functions.append(function)
    return code.Closure(at, qualname)


def _lambda_header(at: Span, parameters: tuple[code.Parameter, ...]) -> Span:
    if not parameters:
        return Span(at.line, at.column, at.line, at.column + len("lambda"))
    parts = [part for each in parameters for part in (each.at, each.default and each.default.at) if part]
    return Span(at.line, at.column, *max(part[2:] for part in parts))


def _parameters(lowering: Lowering, node: cst.Parameters) -> tuple[code.Parameter, ...]:
    parameters = [_parameter(lowering, parameter, "") for parameter in (*node.posonly_params, *node.params)]
    if isinstance(node.star_arg, cst.Param):
        parameters.append(_parameter(lowering, node.star_arg, "*"))
    parameters.extend([_parameter(lowering, parameter, "keyword") for parameter in node.kwonly_params])
    if node.star_kwarg is not None:
        parameters.append(_parameter(lowering, node.star_kwarg, "**"))
    return tuple(parameters)


def _parameter(lowering: Lowering, node: cst.Param, kind: _Kind) -> code.Parameter:
    annotation = None if node.annotation is None else lowering.expression(node.annotation.annotation)
    default = lowering.optional(node.default)
    return code.Parameter(lowering.at(node), node.name.value, annotation, default, kind)


EXPRESSIONS: dict[type[cst.CSTNode], ExpressionHandler] = {cst.Lambda: _lambda}
STATEMENTS: dict[type[cst.CSTNode], StatementHandler] = {cst.FunctionDef: _define}
