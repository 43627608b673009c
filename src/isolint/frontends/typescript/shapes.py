"""Interfaces, type aliases and enums: classes that only say which fields something has."""

from __future__ import annotations

from tree_sitter import Node

from isolint.frontends.typescript.lowering import Lowering, StatementHandler, inside
from isolint.frontends.typescript.types import combined, property_type
from isolint.model import code


def _interface(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    clause = next((child for child in node.children if child.type == "extends_type_clause"), None)
    bases = [] if clause is None else [lowering.expression(child) for child in inside(clause)]
    _add(lowering, node, "interface", bases, _properties(lowering, node.child_by_field_name("body")))


def _alias(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    """An alias of an object type has its fields; what it is put together from are its bases."""
    bases: list[code.Expression] = []
    fields: list[code.Field] = []
    value = node.child_by_field_name("value")
    for member in [] if value is None else combined(value) if value.type == "intersection_type" else [value]:
        if member.type == "object_type":
            fields.extend(_properties(lowering, member))
        elif member.type in ("type_identifier", "nested_type_identifier", "generic_type"):
            bases.append(lowering.expression(member))
    _add(lowering, node, "type", bases, fields)


def _properties(lowering: Lowering, node: Node | None) -> list[code.Field]:
    fields: list[code.Field] = []
    for child in [] if node is None else inside(node):
        if child.type in ("property_signature", "method_signature"):
            annotation = property_type(lowering, child) or code.Opaque(lowering.at(child))
            fields.append(code.Field(lowering.at(child), _name(lowering, child), annotation))
    return fields


def _enum(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    body = node.child_by_field_name("body")
    fields: list[code.Field] = []
    for child in [] if body is None else inside(body):
        if child.type == "enum_assignment":
            fields.append(
                code.Field(lowering.at(child), _name(lowering, child), None, lowering.optional(child, "value"))
            )
        else:
            fields.append(code.Field(lowering.at(child), _text(lowering.expression(child))))
    defined = _add(lowering, node, "enum", [], fields)
    into.append(code.Define(defined.at, defined.name, defined.qualname))


def _add(
    lowering: Lowering, node: Node, kind: str, bases: list[code.Expression], fields: list[code.Field]
) -> code.Class:
    """Adds a class of a kind, which it has as a keyword."""
    at = lowering.at(node)
    name = node.child_by_field_name("name")
    text = "" if name is None else lowering.text(name)
    defined = code.Class(
        qualname=lowering.declare(text),
        name=text,
        at=at,
        bases=tuple(bases),
        keywords=(code.Argument(code.Constant(at, kind), "kind"),),
        fields=tuple(fields),
        parent=lowering.scope.function,
    )
    lowering.classes.append(defined)
    return defined


def _name(lowering: Lowering, node: Node) -> str:
    name = node.child_by_field_name("name")
    return "" if name is None else _text(lowering.expression(name)) or lowering.text(name)


def _text(key: code.Expression) -> str:
    return key.value if isinstance(key, code.Constant) and isinstance(key.value, str) else ""


STATEMENTS: dict[str, StatementHandler] = {
    "interface_declaration": _interface,
    "type_alias_declaration": _alias,
    "enum_declaration": _enum,
}
