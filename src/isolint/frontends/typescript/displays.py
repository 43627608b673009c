"""Object and array literals; destructuring patterns have the same forms."""

from __future__ import annotations

from tree_sitter import Node

from isolint.frontends.typescript.functions import lower_closure, modifiers
from isolint.frontends.typescript.lowering import ExpressionHandler, Lowering, inside
from isolint.model import code


def _object(lowering: Lowering, node: Node) -> code.Expression:
    entries = [entry for child in inside(node) if (entry := _entry(lowering, child)) is not None]
    return code.Mapping(lowering.at(node), tuple(entries))


def _entry(lowering: Lowering, node: Node) -> code.Entry | None:
    match node.type:
        case "pair" | "pair_pattern":
            return code.Entry(lowering.part(node, "key"), lowering.part(node, "value"))
        case "shorthand_property_identifier" | "shorthand_property_identifier_pattern":
            at, name = lowering.at(node), lowering.text(node)
            return code.Entry(code.Constant(at, name), code.Name(at, name))
        case "object_assignment_pattern":
            at = lowering.at(node)
            target = lowering.part(node, "left")
            key = code.Constant(target.at, target.id) if isinstance(target, code.Name) else target
            return code.Entry(key, code.Bind(at, target, lowering.part(node, "right")))
        case "spread_element" | "rest_pattern":
            return code.Entry(None, lowering.inner(node))
        case "method_definition":
            return _method(lowering, node)
    return code.Entry(None, lowering.expression(node))


def _method(lowering: Lowering, node: Node) -> code.Entry | None:
    """A method's value is a closure, a getter's what the closure returns; a setter gives nothing to read."""
    key = lowering.part(node, "name")
    closure = lower_closure(lowering, node)
    kinds = modifiers(node)
    if "set" in kinds:
        return None
    return code.Entry(key, code.Call(closure.at, closure) if "get" in kinds else closure)


def _array(lowering: Lowering, node: Node) -> code.Expression:
    items: list[code.Expression] = []
    empty = True
    for child in node.children:
        if child.type == ",":
            if empty:
                items.append(code.Constant(lowering.at(child), None, unset=True))
            empty = True
        elif child.is_named and child.type != "comment":
            items.append(lowering.expression(child))
            empty = False
    return code.Sequence(lowering.at(node), tuple(items))


def _spread(lowering: Lowering, node: Node) -> code.Expression:
    return code.Spread(lowering.at(node), lowering.inner(node))


def _default(lowering: Lowering, node: Node) -> code.Expression:
    return code.Bind(lowering.at(node), lowering.part(node, "left"), lowering.part(node, "right"))


def _shorthand(lowering: Lowering, node: Node) -> code.Expression:
    return code.Name(lowering.at(node), lowering.text(node))


def _key(lowering: Lowering, node: Node) -> code.Expression:
    return code.Constant(lowering.at(node), lowering.text(node))


def _computed_key(lowering: Lowering, node: Node) -> code.Expression:
    return lowering.inner(node)


HANDLERS: dict[str, ExpressionHandler] = {
    "object": _object,
    "object_pattern": _object,
    "array": _array,
    "array_pattern": _array,
    "spread_element": _spread,
    "rest_pattern": _spread,
    "assignment_pattern": _default,
    "object_assignment_pattern": _default,
    "shorthand_property_identifier": _shorthand,
    "shorthand_property_identifier_pattern": _shorthand,
    "property_identifier": _key,
    "computed_property_name": _computed_key,
}
