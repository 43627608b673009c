"""Models that code asks a client for and no schema that was read declares: what is written of them is their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from isolint.model.code import Argument, Attribute, Call, Constant, Entry, Expression, Mapping, Name
from isolint.model.source import Place
from isolint.model.table import Column, Declaration, Relation
from isolint.model.walk import body_of
from isolint.orms import LAYERS
from isolint.orms.layer import Layer

if TYPE_CHECKING:
    from isolint.link.program import Program
    from isolint.link.tables import TableSet

OF_ROWS = frozenset({"where", "data", "create", "update", "select", "include", "orderBy"})
"""The keys of a delegate's argument whose own keys are columns and relations."""


@dataclass(slots=True)
class _Model:
    """What is known of one accessor: where it is first asked for, the names that are written of it, and whether it was
    asked for by a method of nothing else.
    """

    place: Place
    sure: bool = False
    names: dict[str, None] = field(default_factory=dict)


def undeclared_tables(program: Program, tables: TableSet) -> list[Declaration]:
    """A declaration for each model that is only used: by a method of nothing else, on a client of declared models."""
    found: list[Declaration] = []
    for known in LAYERS:
        if known.sure and known.name in tables.layers:
            found.extend(_of_layer(program, tables, known))
    return found


def _of_layer(program: Program, tables: TableSet, known: Layer) -> Iterator[Declaration]:
    asked = list(_delegated(program, known))
    clients = {_dotted(delegate.base) for _, _, delegate in asked if delegate.name in tables.by_accessor}
    models: dict[str, _Model] = {}
    for path, call, delegate in asked:
        if delegate.name not in tables.by_accessor and _dotted(delegate.base) in clients:
            model = models.setdefault(delegate.name[:1].upper() + delegate.name[1:], _Model(Place(path, call.at)))
            model.sure |= getattr(call.function, "name", "") in known.sure
            model.names.update(dict.fromkeys(_written(call, known)))
    for name, model in models.items():
        if model.sure and tables.of_sql(name) is None:
            yield _declaration(tables, known, name, model)


def _delegated(program: Program, known: Layer) -> Iterator[tuple[str, Call, Attribute]]:
    """Calls of the layer's methods on an attribute of a client, with the file that they stand in."""
    for ref, function in program.functions():
        if known.delegates.keys().isdisjoint(function.calls):
            continue
        for call in body_of(function).of(Call):
            method = call.function
            if isinstance(method, Attribute) and method.name in known.delegates and isinstance(method.base, Attribute):
                yield ref.path, call, method.base


def _written(call: Call, known: Layer) -> Iterator[str]:
    """The names of columns and relations in the argument of a delegate's method."""
    first = call.arguments[0] if call.arguments else None
    for part, value in _entries(first.value if isinstance(first, Argument) else None):
        if part in OF_ROWS:
            yield from _names(value, known)


def _names(value: Expression, known: Layer) -> Iterator[str]:
    words = known.words
    for name, inner in _entries(value):
        if name in words.every | words.any | words.none:
            yield from _names(inner, known)
        elif name:
            yield name


def _entries(value: Expression | None) -> Iterator[tuple[str, Expression]]:
    for entry in value.entries if isinstance(value, Mapping) else ():
        yield _key(entry), entry.value


def _key(entry: Entry) -> str:
    return entry.key.value if isinstance(entry.key, Constant) and isinstance(entry.key.value, str) else ""


def _declaration(tables: TableSet, known: Layer, name: str, model: _Model) -> Declaration:
    relations = {item: refs[0] for item in model.names if (refs := tables.by_accessor.get(item))}
    return Declaration(
        name=name,
        place=model.place,
        layer=known.name,
        columns=tuple(Column(item) for item in model.names if item not in relations),
        relations=tuple(Relation(item, tables.by_symbol[ref].name) for item, ref in relations.items()),
    )


def _dotted(expression: Expression) -> str:
    """A client as it is written: `prisma`, `this.db`."""
    if isinstance(expression, Name):
        return expression.id
    return f"{_dotted(expression.base)}.{expression.name}" if isinstance(expression, Attribute) else ""
