"""`import` statements, namespaces and ambient declarations."""

from __future__ import annotations

from tree_sitter import Node

from isolint.frontends.typescript.declarations import DECLARATIONS
from isolint.frontends.typescript.exports import exported_name, source_module
from isolint.frontends.typescript.lowering import Lowering, StatementHandler, inside
from isolint.model import code


def _import(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    module = source_module(lowering, node)
    for clause in inside(node):
        if clause.type == "import_require_clause":
            _add_import(lowering, next(iter(inside(clause)), None), source_module(lowering, clause), "")
        elif clause.type == "import_clause":
            for child in inside(clause):
                _import_clause(lowering, child, module)


def _import_clause(lowering: Lowering, node: Node, module: str) -> None:
    if node.type == "identifier":
        _add_import(lowering, node, module, "default")
    elif node.type == "namespace_import":
        _add_import(lowering, next(iter(inside(node)), None), module, "")
    elif node.type == "named_imports":
        for specifier in inside(node):
            name = specifier.child_by_field_name("name")
            if name is not None:
                _add_import(
                    lowering, specifier.child_by_field_name("alias") or name, module, exported_name(lowering, name)
                )


def _add_import(lowering: Lowering, local: Node | None, module: str, name: str) -> None:
    if local is not None:
        lowering.imports[code.Import(lowering.text(local), module, name)] = None


def _alias(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    """`import name = some.thing`."""
    parts = [lowering.expression(child) for child in inside(node)]
    if len(parts) == 2:
        into.append(code.Assign(lowering.at(node), parts[0], parts[1]))


def _namespace(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    """A namespace is an object of what it exports; its contents are lowered as the file's own."""
    at = lowering.at(node)
    name = node.child_by_field_name("name")
    outer, lowering.exports = lowering.exports, {}
    into.extend(lowering.body(node.child_by_field_name("body")))
    members, lowering.exports = lowering.exports, outer
    if name is not None and name.type != "string":
        entries = [
            code.Entry(code.Constant(at, export.exported), code.Name(at, export.local))
            for export in members
            if not export.module
        ]
        first = lowering.text(name).partition(".")[0]
        into.append(code.Assign(at, code.Name(lowering.at(name), first), code.Mapping(at, tuple(entries))))


def _ambient(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    """`declare …`: types and classes; a declared variable has no value here."""
    for child in inside(node):
        if child.type not in DECLARATIONS:
            ignored: list[code.Statement] = []
            lowering.statement(child, ignored)


STATEMENTS: dict[str, StatementHandler] = {
    "import_statement": _import,
    "import_alias": _alias,
    "internal_module": _namespace,
    "module": _namespace,
    "ambient_declaration": _ambient,
}
