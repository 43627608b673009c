"""`export` statements."""

from __future__ import annotations

from tree_sitter import Node

from isolint.frontends.typescript.classes import define_class
from isolint.frontends.typescript.commonjs import assign_export
from isolint.frontends.typescript.declarations import DECLARATIONS
from isolint.frontends.typescript.functions import FUNCTIONS, lower_closure
from isolint.frontends.typescript.literals import string
from isolint.frontends.typescript.lowering import Lowering, StatementHandler, inside, unwrapped
from isolint.model import code

_CLASSES = frozenset(("class_declaration", "abstract_class_declaration", "class"))
_BOUND = {"pair_pattern": "value", "assignment_pattern": "left", "object_assignment_pattern": "left"}
"""What a part of a pattern binds, by the name of its field; other parts bind all that is in them."""


def _export(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    declaration, value = node.child_by_field_name("declaration"), node.child_by_field_name("value")
    words = {child.type for child in node.children}
    if value is not None:
        _export_default(lowering, node, value, into)
    elif declaration is not None:
        _export_declaration(lowering, node, declaration, "default" in words, into)
    elif "=" in words:
        _export_all(lowering, node, into)
    else:
        _export_names(lowering, node, words)


def _export_default(lowering: Lowering, node: Node, value: Node, into: list[code.Statement]) -> None:
    inner = unwrapped(value)
    local = "default"
    if inner.type == "class":
        local = define_class(lowering, inner, local, node.children_by_field_name("decorator"), into)
    elif inner.type == "identifier":
        local = lowering.text(inner)
    else:
        lowered = lower_closure(lowering, inner, local) if inner.type in FUNCTIONS else lowering.expression(value)
        into.append(code.Assign(lowering.at(node), code.Name(lowering.at(node), local), lowered))
    lowering.exports[code.Export("default", local)] = None


def _export_declaration(
    lowering: Lowering, node: Node, declaration: Node, default: bool, into: list[code.Statement]
) -> None:
    name = declaration.child_by_field_name("name")
    first = len(into)
    if declaration.type in _CLASSES and name is not None:
        define_class(lowering, declaration, lowering.text(name), node.children_by_field_name("decorator"), into)
    else:
        lowering.statement(declaration, into)
    if declaration.type in DECLARATIONS:
        for local in _declared(lowering, declaration):
            lowering.exports[code.Export(local, local)] = None
    elif name is not None:
        local = lowering.text(name)
        lowering.exports[code.Export("default" if default else local, local)] = None
    else:
        _export_inner(lowering, declaration, into[first:])


def _export_inner(lowering: Lowering, declaration: Node, added: list[code.Statement]) -> None:
    """What `export import x = …`, `export declare …` and `export namespace …` give names to."""
    for child in inside(declaration):
        name = child.child_by_field_name("name")
        if child.type in DECLARATIONS:
            for local in _declared(lowering, child):
                lowering.exports[code.Export(local, local)] = None
        elif name is not None:
            lowering.exports[code.Export(lowering.text(name), lowering.text(name))] = None
    for statement in added:
        if isinstance(statement, code.Assign) and isinstance(statement.target, code.Name):
            lowering.exports[code.Export(statement.target.id, statement.target.id)] = None


def _declared(lowering: Lowering, declaration: Node) -> list[str]:
    """The names that a declaration of variables binds."""
    names: list[str] = []
    pending = [
        name
        for child in inside(declaration)
        if child.type == "variable_declarator" and (name := child.child_by_field_name("name")) is not None
    ]
    while pending:
        node = pending.pop(0)
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            names.append(lowering.text(node))
        else:
            bound = _BOUND.get(node.type)
            pending.extend(inside(node) if bound is None else node.children_by_field_name(bound))
    return names


def _export_all(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    """`export = value`."""
    at = lowering.at(node)
    exports = code.Attribute(at, code.Name(at, "module"), "exports")
    for value in inside(node):
        assign_export(lowering, node, [exports], value, into)


def _export_names(lowering: Lowering, node: Node, words: set[str]) -> None:
    module = source_module(lowering, node)
    if module and "*" in words:
        lowering.exports[code.Export("*", "*", module)] = None
    for clause in inside(node):
        if clause.type == "namespace_export":
            for name in inside(clause):
                lowering.exports[code.Export(exported_name(lowering, name), "", module)] = None
        elif clause.type == "export_clause":
            for specifier in inside(clause):
                local = specifier.child_by_field_name("name")
                if local is not None:
                    exported = specifier.child_by_field_name("alias") or local
                    export = code.Export(exported_name(lowering, exported), exported_name(lowering, local), module)
                    lowering.exports[export] = None


def source_module(lowering: Lowering, node: Node) -> str:
    """The module that an import or export names, '' for none."""
    source = node.child_by_field_name("source")
    return "" if source is None else string(lowering.text(source))


def exported_name(lowering: Lowering, node: Node) -> str:
    """The name of an export, which may be a string."""
    text = lowering.text(node)
    return string(text) if node.type == "string" else text


STATEMENTS: dict[str, StatementHandler] = {"export_statement": _export}
