"""Members, subscripts and calls."""

from __future__ import annotations

from tree_sitter import Node

from isolint.frontends.typescript.literals import template
from isolint.frontends.typescript.lowering import ExpressionHandler, Lowering, inside
from isolint.model import code


def _member(lowering: Lowering, node: Node) -> code.Expression:
    base = lowering.part(node, "object")
    name = node.child_by_field_name("property")
    optional = node.child_by_field_name("optional_chain") is not None
    return code.Attribute(lowering.at(node), base, "" if name is None else lowering.text(name), optional)


def _subscript(lowering: Lowering, node: Node) -> code.Expression:
    return code.Index(lowering.at(node), lowering.part(node, "object"), lowering.part(node, "index"))


def _call(lowering: Lowering, node: Node) -> code.Expression:
    function = lowering.part(node, "function")
    lowering.called(function)
    given = node.child_by_field_name("arguments")
    if given is not None and given.type == "template_string":
        return code.Call(lowering.at(node), function, (code.Argument(template(lowering, given)),), tagged=True)
    return code.Call(lowering.at(node), function, arguments(lowering, given))


def _new(lowering: Lowering, node: Node) -> code.Expression:
    function = lowering.part(node, "constructor")
    lowering.called(function)
    return code.Call(lowering.at(node), function, arguments(lowering, node.child_by_field_name("arguments")))


def arguments(lowering: Lowering, node: Node | None) -> tuple[code.Argument, ...]:
    """The arguments of a call; none for a `new` without parentheses."""
    if node is None:
        return ()
    return tuple([_argument(lowering, child) for child in inside(node)])


def _argument(lowering: Lowering, node: Node) -> code.Argument:
    if node.type == "spread_element":
        return code.Argument(lowering.inner(node), stars=1)
    return code.Argument(lowering.expression(node))


def _meta(lowering: Lowering, node: Node) -> code.Expression:
    at = lowering.at(node)
    if lowering.text(node).startswith("import"):
        return code.Attribute(at, code.Name(at, "import"), "meta")
    return code.Opaque(at)


HANDLERS: dict[str, ExpressionHandler] = {
    "member_expression": _member,
    "nested_identifier": _member,
    "subscript_expression": _subscript,
    "call_expression": _call,
    "new_expression": _new,
    "meta_property": _meta,
}
