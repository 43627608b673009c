"""Classes: their fields and methods."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tree_sitter import Node

from isolint.frontends.typescript.functions import FUNCTIONS, Naming, lower_function
from isolint.frontends.typescript.lowering import (
    ExpressionHandler,
    Lowering,
    Scope,
    StatementHandler,
    inside,
    unwrapped,
)
from isolint.frontends.typescript.types import applied, property_type
from isolint.model import code

_FIELDS = frozenset(("public_field_definition", "field_definition"))
_ROLES = {"static": "staticmethod", "get": "property"}
"""What a method's modifiers make of it, in the words that the facts of other languages use."""


@dataclass(slots=True)
class _Members:
    """What a class body holds; `rest` is what runs in it besides, `decorators` wait for the method behind them."""

    qualname: str
    fields: list[code.Field] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    rest: list[code.Statement] = field(default_factory=list)
    decorators: list[Node] = field(default_factory=list)


def define_class(lowering: Lowering, node: Node, name: str, decorators: list[Node], into: list[code.Statement]) -> str:
    """Adds a class; `decorators` are those that stand before it. What its body runs becomes the enclosing body's."""
    qualname = lowering.declare(name)
    outer = lowering.scope
    carried = [*decorators, *node.children_by_field_name("decorator")]
    with lowering.entered(Scope(outer.prefix, outer.function)):
        decorating = tuple([lowering.inner(each) for each in carried])
        bases = tuple(_bases(lowering, node))
    members = _Members(qualname)
    with lowering.entered(Scope(f"{qualname}.", outer.function, qualname, outer.calls)):
        body = node.child_by_field_name("body")
        for child in [] if body is None else inside(body):
            _member(lowering, child, members)
    at = lowering.at(node) if not carried else lowering.positions.between(min(carried, key=_start), node)
    lowering.classes.append(
        code.Class(
            qualname=qualname,
            name=name,
            at=at,
            bases=bases,
            decorators=decorating,
            fields=tuple(members.fields),
            methods=tuple(members.methods),
            parent=outer.owner or outer.function,
        )
    )
    into.append(code.Define(at, name, qualname))
    into.extend(members.rest)
    return qualname


def _start(node: Node) -> int:
    return node.start_byte


def _define(lowering: Lowering, node: Node, into: list[code.Statement]) -> None:
    name = node.child_by_field_name("name")
    define_class(lowering, node, "" if name is None else lowering.text(name), [], into)


def _expression(lowering: Lowering, node: Node) -> code.Expression:
    """A class as a value is known by its own name, or by one that no source can have."""
    at = lowering.at(node)
    name = node.child_by_field_name("name")
    rest: list[code.Statement] = []
    qualname = define_class(lowering, node, lowering.text(name) if name else f"<class:{at.line}:{at.column}>", [], rest)
    return code.Name(at, qualname)


def _bases(lowering: Lowering, node: Node) -> list[code.Expression]:
    heritage = next((child for child in node.children if child.type == "class_heritage"), None)
    if heritage is None:
        return []
    clause = next((child for child in heritage.children if child.type == "extends_clause"), None)
    if clause is None:
        # JavaScript has no clause, TypeScript may have one that only implements.
        return [lowering.expression(child) for child in inside(heritage) if child.type != "implements_clause"]
    base = lowering.part(clause, "value")
    given = clause.child_by_field_name("type_arguments")
    return [base if given is None else applied(lowering, clause, base, given)]


def _member(lowering: Lowering, node: Node, members: _Members) -> None:
    if node.type == "decorator":
        members.decorators.append(node)
        return
    if node.type == "method_definition":
        _method(lowering, node, members)
    elif node.type in _FIELDS:
        _field(lowering, node, members)
    elif node.type == "class_static_block":
        members.rest.extend(lowering.body(node.child_by_field_name("body")))
    elif node.is_error:
        lowering.statement(node, members.rest)
    members.decorators.clear()


def _method(lowering: Lowering, node: Node, members: _Members) -> None:
    name = _name(lowering, node, "name")
    decorators = [*members.decorators, *node.children_by_field_name("decorator")]
    outer = lowering.scope
    with lowering.entered(Scope(outer.prefix, outer.function)):
        carried = [lowering.inner(each) for each in decorators]
    for child in node.children:
        if child.type in _ROLES:
            carried.append(code.Name(lowering.at(child), _ROLES[child.type]))
        elif child.type == "set":
            carried.append(code.Attribute(lowering.at(child), code.Name(lowering.at(child), name), "setter"))
    naming = Naming(lowering.declare(name), name, members.qualname, tuple(carried), next(iter(decorators), None))
    members.methods.append(lower_function(lowering, node, naming).qualname)
    if name == "constructor":
        members.fields.extend(_properties(lowering, node))


def _properties(lowering: Lowering, node: Node) -> list[code.Field]:
    """The fields that a constructor declares among its parameters."""
    parameters = node.child_by_field_name("parameters")
    return [
        code.Field(lowering.at(child), lowering.text(name), property_type(lowering, child))
        for child in ([] if parameters is None else inside(parameters))
        if any(each.type in ("accessibility_modifier", "override_modifier", "readonly") for each in child.children)
        and (name := child.child_by_field_name("pattern")) is not None
    ]


def _field(lowering: Lowering, node: Node, members: _Members) -> None:
    name = _name(lowering, node, "property" if node.type == "field_definition" else "name")
    value = node.child_by_field_name("value")
    # The calls made for a field are found in the class, not in the function around it.
    with lowering.entered(replace(lowering.scope, calls={})):
        decorators = tuple([lowering.inner(each) for each in node.children_by_field_name("decorator")])
        annotation = property_type(lowering, node)
        lowered = None if value is None else _value(lowering, value, name, members)
    members.fields.append(code.Field(lowering.at(node), name, annotation, lowered, decorators))


def _value(lowering: Lowering, node: Node, name: str, members: _Members) -> code.Expression:
    """A field's value; a function in it is a method in all but form."""
    function = unwrapped(node)
    if function.type not in FUNCTIONS:
        return lowering.expression(node)
    lowered = lower_function(lowering, function, Naming(lowering.declare(name), name, members.qualname))
    members.methods.append(lowered.qualname)
    return code.Closure(lowered.at, lowered.qualname)


def _name(lowering: Lowering, node: Node, field: str) -> str:
    name = node.child_by_field_name(field)
    if name is None:
        return ""
    key = lowering.expression(name)
    return key.value if isinstance(key, code.Constant) and isinstance(key.value, str) else lowering.text(name)


EXPRESSIONS: dict[str, ExpressionHandler] = {"class": _expression}
STATEMENTS: dict[str, StatementHandler] = {
    "class_declaration": _define,
    "abstract_class_declaration": _define,
}
