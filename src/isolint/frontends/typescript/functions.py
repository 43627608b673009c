"""Functions, methods, arrow functions and their parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tree_sitter import Node

from isolint.frontends.typescript.lowering import ExpressionHandler, Lowering, Scope, StatementHandler, inside
from isolint.model import code
from isolint.model.source import Span

FUNCTIONS = frozenset(("arrow_function", "function_expression", "generator_function"))
ANONYMOUS = "<lambda>"

_HEADS = frozenset(("formal_parameters", "identifier", "property_identifier", "statement_block", "=>"))


@dataclass(frozen=True, slots=True)
class Naming:
    """What a function is called, and for a method what it belongs to and carries."""

    qualname: str
    name: str
    owner: str = ""
    decorators: tuple[code.Expression, ...] = ()
    first: Node | None = None


def lower_function(lowering: Lowering, node: Node, naming: Naming) -> code.Function:
    """Adds a function, and what its body defines, to the facts; `naming.first` is its first decorator."""
    outer = lowering.scope
    prefix = f"{naming.qualname}.<locals>."
    with lowering.entered(Scope(prefix, naming.qualname)):
        parameters = _parameters(lowering, node)
        returns = lowering.optional(node, "return_type")
    with lowering.entered(Scope(prefix, naming.qualname)) as scope:
        body = _body(lowering, node)
    at = lowering.at(node)
    function = code.Function(
        qualname=naming.qualname,
        name=naming.name,
        at=at if naming.first is None else lowering.positions.between(naming.first, node),
        header=_header(lowering, node, at),
        parameters=parameters,
        decorators=naming.decorators,
        body=body,
        owner=naming.owner,
        parent=outer.function,
        returns=returns,
        asynchronous="async" in modifiers(node),
        calls=tuple(scope.calls),
    )
    lowering.functions.append(function)
    return function


def lower_closure(lowering: Lowering, node: Node, name: str = "") -> code.Closure:
    """A function as a value: `name` is what it is directly assigned to, '' for none."""
    at = lowering.at(node)
    qualname = lowering.declare(name) if name else f"<lambda:{at.line}:{at.column}>"
    lower_function(lowering, node, Naming(qualname, name.rpartition(".")[2] or ANONYMOUS))
    return code.Closure(at, qualname)


def modifiers(node: Node) -> set[str]:
    """The words in front of a function's or a field's name: `async`, `static`, `get`, `*`…"""
    found: set[str] = set()
    for child in node.children:
        if child.type in _HEADS:
            break
        found.add(child.type)
    return found


def _define(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    name = node.child_by_field_name("name")
    text = "" if name is None else lowering.text(name)
    function = lower_function(lowering, node, Naming(lowering.declare(text), text))
    into.append(code.Define(function.at, function.name, function.qualname))


def _closure(lowering: Lowering, node: Node) -> code.Expression:
    return lower_closure(lowering, node)


def _body(lowering: Lowering, node: Node) -> tuple[code.Statement, ...]:
    body = node.child_by_field_name("body")
    if body is None or body.type == "statement_block":
        return lowering.body(body)
    value = lowering.expression(body)
    return (code.Return(value.at, value),)


def _header(lowering: Lowering, node: Node, at: Span) -> Span:
    for field in ("return_type", "parameters", "parameter"):
        last = node.child_by_field_name(field)
        if last is not None:
            return Span(*at[:2], *lowering.at(last)[2:])
    return at


def _parameters(lowering: Lowering, node: Node) -> tuple[code.Parameter, ...]:
    single = node.child_by_field_name("parameter")
    if single is not None:
        return (code.Parameter(lowering.at(single), lowering.text(single)),)
    listed = node.child_by_field_name("parameters")
    nodes = [] if listed is None else inside(listed)
    return tuple([parameter for child in nodes if (parameter := _parameter(lowering, child)) is not None])


def _parameter(lowering: Lowering, node: Node) -> code.Parameter | None:
    """A parameter; None for the `this` of a signature, which nothing is passed for."""
    typed = node.type in ("required_parameter", "optional_parameter")
    target = node.child_by_field_name("pattern") if typed else node
    annotation, default = lowering.optional(node, "type"), None
    if typed:
        default = lowering.optional(node, "value")
    elif node.type == "assignment_pattern":
        target, default = node.child_by_field_name("left"), lowering.part(node, "right")
    if target is None or target.type == "this":
        return None
    if default is None and node.type == "optional_parameter":
        default = code.Constant(lowering.at(target), None, unset=True)
    decorators = tuple([lowering.inner(each) for each in node.children_by_field_name("decorator")])
    name, pattern, kind = _target(lowering, target)
    return code.Parameter(lowering.at(node), name, annotation, default, kind, pattern, decorators)


def _target(lowering: Lowering, node: Node) -> tuple[str, code.Expression | None, Literal["", "*"]]:
    """The name of a parameter, or its pattern, and whether it takes the rest."""
    kind: Literal["", "*"] = ""
    if node.type == "rest_pattern":
        kind = "*"
        node = next(iter(inside(node)), node)
    if node.type == "identifier":
        return lowering.text(node), None, kind
    return "", lowering.expression(node), kind


EXPRESSIONS: dict[str, ExpressionHandler] = dict.fromkeys(FUNCTIONS, _closure)
STATEMENTS: dict[str, StatementHandler] = {
    "function_declaration": _define,
    "generator_function_declaration": _define,
}
