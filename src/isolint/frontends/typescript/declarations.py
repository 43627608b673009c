"""Variables and assignments."""

from __future__ import annotations

from tree_sitter import Node

from isolint.frontends.typescript.classes import define_class
from isolint.frontends.typescript.commonjs import assign_export, required
from isolint.frontends.typescript.functions import FUNCTIONS, lower_closure
from isolint.frontends.typescript.lowering import Lowering, StatementHandler, inside, unwrapped
from isolint.frontends.typescript.operators import combined
from isolint.model import code

DECLARATIONS = frozenset(("lexical_declaration", "variable_declaration", "using_declaration"))

_CONNECTIVES = frozenset(("&&=", "||=", "??="))


def _declare(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    for child in inside(node):
        if child.type == "variable_declarator":
            _variable(lowering, child, into)


def _variable(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None:
        return
    if value is not None and (klass := unwrapped(value)).type == "class" and name.type == "identifier":
        define_class(lowering, klass, lowering.text(name), [], into)
        return
    at = lowering.at(node)
    target = lowering.expression(name)
    if value is None:
        into.append(code.Assign(at, target, code.Constant(at, None, unset=True)))
        return
    lowered = _value(lowering, value, target)
    if not required(lowering, target, lowered):
        into.append(code.Assign(at, target, lowered))


def _value(lowering: Lowering, node: Node, target: code.Expression) -> code.Expression:
    """The value of an assignment; a function directly assigned to a name is called by it."""
    function = unwrapped(node)
    if function.type in FUNCTIONS and isinstance(target, code.Name):
        return lower_closure(lowering, function, target.id)
    return lowering.expression(node)


def _expression(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    for child in inside(node):
        _effect(lowering, child, into)


def _effect(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    """An expression in the place of a statement."""
    node = unwrapped(node)
    match node.type:
        case "assignment_expression":
            _assign(lowering, node, into)
        case "augmented_assignment_expression":
            _augment(lowering, node, into)
        case "update_expression":
            at, operator = lowering.at(node), node.child_by_field_name("operator")
            sign = "" if operator is None else operator.type[:1]
            into.append(code.Assign(at, lowering.part(node, "argument"), code.Constant(at, 1), sign))
        case "sequence_expression":
            for child in inside(node):
                lowering.statement(unwrapped(child), into)
        case "internal_module":
            lowering.statement(node, into)
        case _:
            into.append(code.Evaluate(lowering.at(node), lowering.expression(node)))


def _assign(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    """`a = b = value`: the last target is assigned first."""
    links = [node]
    while (right := links[-1].child_by_field_name("right")) is not None and right.type == "assignment_expression":
        links.append(right)
    targets = [lowering.part(link, "left") for link in links]
    if right is None or assign_export(lowering, node, targets, right, into):
        return
    value = _value(lowering, right, targets[-1])
    for link, target in zip(reversed(links), reversed(targets), strict=True):
        into.append(code.Assign(lowering.at(link), target, value))
        value = target


def _augment(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    at = lowering.at(node)
    target, value = lowering.part(node, "left"), lowering.part(node, "right")
    operator = node.child_by_field_name("operator")
    sign = "" if operator is None else operator.type
    if sign in _CONNECTIVES:
        into.append(code.Assign(at, target, combined(lowering, node, target, value)))
    else:
        into.append(code.Assign(at, target, value, sign.removesuffix("=")))


STATEMENTS: dict[str, StatementHandler] = {
    **dict.fromkeys(DECLARATIONS, _declare),
    "expression_statement": _expression,
    "assignment_expression": _assign,
    "augmented_assignment_expression": _augment,
    "sequence_expression": _expression,
    "update_expression": _effect,
}
