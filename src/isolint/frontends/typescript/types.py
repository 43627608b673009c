"""Types where the model has a place for them: of parameters, fields and results. They are expressions."""

from __future__ import annotations

from tree_sitter import Node

from isolint.frontends.typescript.lowering import ExpressionHandler, Lowering, inside
from isolint.frontends.typescript.operators import LONGEST_CHAIN
from isolint.model import code


def _annotation(lowering: Lowering, node: Node) -> code.Expression:
    return lowering.inner(node)


def _name(lowering: Lowering, node: Node) -> code.Expression:
    return code.Name(lowering.at(node), lowering.text(node))


def _qualified(lowering: Lowering, node: Node) -> code.Expression:
    name = node.child_by_field_name("name")
    return code.Attribute(lowering.at(node), lowering.part(node, "module"), "" if name is None else lowering.text(name))


def _generic(lowering: Lowering, node: Node) -> code.Expression:
    base = lowering.part(node, "name")
    given = node.child_by_field_name("type_arguments")
    return base if given is None else applied(lowering, node, base, given)


def applied(lowering: Lowering, node: Node, base: code.Expression, given: Node) -> code.Expression:
    """`base<given>` as an index, like the generics of other languages."""
    keys = tuple([lowering.expression(child) for child in inside(given)])
    key = keys[0] if len(keys) == 1 else code.Sequence(lowering.at(given), keys)
    return code.Index(lowering.at(node), base, key)


def _array(lowering: Lowering, node: Node) -> code.Expression:
    at = lowering.at(node)
    return code.Index(at, code.Name(at, "Array"), lowering.inner(node))


def _tuple(lowering: Lowering, node: Node) -> code.Expression:
    return code.Sequence(lowering.at(node), tuple([lowering.expression(child) for child in inside(node)]))


def _union(lowering: Lowering, node: Node) -> code.Expression:
    members = combined(node)
    if len(members) > LONGEST_CHAIN:
        return code.Opaque(lowering.at(node))
    lowering.depth += len(members)
    lowered = [lowering.expression(member) for member in members]
    lowering.depth -= len(members)
    union = lowered[0] if lowered else code.Opaque(lowering.at(node))
    for member in lowered[1:]:
        union = code.Operation(lowering.at(node), "|" if node.type == "union_type" else "&", union, member)
    return union


def combined(node: Node) -> list[Node]:
    """The members of a union or an intersection, which nest to the left."""
    kind = node.type
    members: list[Node] = []
    while node.type == kind:
        children = inside(node)
        members.extend(reversed(children[1:]))
        if not children:
            break
        node = children[0]
    return [*([] if node.type == kind else [node]), *reversed(members)]


def _object(lowering: Lowering, node: Node) -> code.Expression:
    entries = [
        code.Entry(lowering.part(child, "name"), property_type(lowering, child) or code.Opaque(lowering.at(child)))
        for child in inside(node)
        if child.type in ("property_signature", "method_signature")
    ]
    return code.Mapping(lowering.at(node), tuple(entries))


def property_type(lowering: Lowering, node: Node) -> code.Expression | None:
    """The type of a declared property; that of an optional one is a union with null."""
    annotation = lowering.optional(node, "type")
    if annotation is not None and any(child.type == "?" for child in node.children):
        return code.Operation(annotation.at, "|", annotation, code.Constant(annotation.at, None))
    return annotation


def _lookup(lowering: Lowering, node: Node) -> code.Expression:
    base, *keys = [lowering.expression(child) for child in inside(node)]
    return code.Index(lowering.at(node), base, keys[0]) if keys else base


def _inner(lowering: Lowering, node: Node) -> code.Expression:
    return lowering.inner(node)


def _opaque(lowering: Lowering, node: Node) -> code.Expression:
    return code.Opaque(lowering.at(node))


HANDLERS: dict[str, ExpressionHandler] = {
    "type_annotation": _annotation,
    "type_identifier": _name,
    "predefined_type": _name,
    "this_type": _name,
    "nested_type_identifier": _qualified,
    "generic_type": _generic,
    "array_type": _array,
    "tuple_type": _tuple,
    "union_type": _union,
    "intersection_type": _union,
    "object_type": _object,
    "lookup_type": _lookup,
    "literal_type": _inner,
    "parenthesized_type": _inner,
    "readonly_type": _inner,
    "rest_type": _inner,
    "optional_type": _inner,
    "flow_maybe_type": _inner,
    **dict.fromkeys(
        (
            "asserts_annotation",
            "conditional_type",
            "constructor_type",
            "function_type",
            "index_type_query",
            "infer_type",
            "template_literal_type",
            "type_predicate_annotation",
        ),
        _opaque,
    ),
}
