"""`base.name`: attributes of classes, instances, rows, columns and modules."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import commonpath
from typing import TYPE_CHECKING

from isolint.link.symbols import ClassRef, FunctionRef, ModuleRef, TableSymbol, VariableRef
from isolint.model.source import Place, Span
from isolint.model.table import Table
from isolint.orms import LAYERS, layer
from isolint.prove.absent import MISSING
from isolint.prove.ambient import attribute
from isolint.prove.included import included
from isolint.prove.serializers import is_serializer
from isolint.prove.terms import (
    NULL,
    Alias,
    Bound,
    Column,
    Each,
    Either,
    Entity,
    Global,
    Handle,
    Injected,
    Item,
    Literal,
    Lost,
    Member,
    Object,
    Outcome,
    Pending,
    Query,
    Record,
    Rows,
    Term,
    Test,
    Where,
    either,
)
from isolint.prove.typed import declared_field

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

PROPERTY_DECORATORS = {"property", "cached_property", "hybrid_property"}
DECLARING_DECORATORS = {"declared_attr"}
"""Methods that stand for a column or relation of the class: rows have that, and nobody calls them."""


def member(run: Run, frame: Frame, base: Term, name: str, at: Span) -> Term:
    """The term for `base.name`."""
    if isinstance(base, Pending):
        base = base.value
    if frame.boundary is not None and (value := attribute(run, frame, base, name, at)) is not None:
        return value
    if (base, name) in run.overlay:
        return run.overlay[base, name]
    match base:
        case Entity(ref) if isinstance(ref, ModuleRef):
            symbol = run.program.member(ref, name)
            return run.symbol(symbol) if symbol is not None else Global(name)
        case Entity(ref) if isinstance(ref, ClassRef):
            return _class_member(run, frame, ref, name, at)
        case Entity(ref) if isinstance(ref, VariableRef):
            return Column(base, (name,))
        case Object(klass, fields, _):
            if name == "data" and is_serializer(run.program, klass):
                return Global("what the serializer renders")
            found = fields.get(name)
            return found if found is not None else _instance_member(run, frame, base, klass, name, at)
        case Global(prefix):
            return Global(f"{prefix}.{name}")
        case Record():
            found = base.get(name)
            spread = _only_spread(base) if found is None else None
            return member(run, frame, spread, name, at) if spread is not None else found or Member(base, name)
        case Either(options, fallback):
            live = [option for option in options if option not in MISSING]
            return either(tuple(member(run, frame, option, name, at) for option in live), fallback) if live else NULL
        case Outcome(_, _, returns):
            values = tuple(value for value, _ in returns if not isinstance(value, Literal))
            return member(run, frame, either(values), name, at) if values else Member(base, name)
        case Injected(_, _, value) if not isinstance(value, Literal):
            inner = member(run, frame, value, name, at)
            return inner if isinstance(inner, Bound) else Member(base, name)
        case Handle(_, _, _, own) if own is not None:
            method = run.program.method(own, name)
            return Bound(method, base) if method is not None else Member(base, name)
        case Rows(query):
            return _row_member(run, frame, base, query, name, at)
        case Each(source) if isinstance(source, Rows):
            return member(run, frame, source, name, at)
        case Column(table, path):
            return _column_member(run, base, table, path, name)
        case Alias(inner, _) if table_of(run, inner) is not None:
            return Column(base, (name,))
        case Member() | Item():
            found = included(run, base, name)
            return found if found is not None else Member(base, name)
        case Lost(value, called, boundary):
            inner = member(run, frame, value, name, at)
            return inner if isinstance(inner, Bound | Entity) else Lost(inner, called, boundary)
        case _:
            return Member(base, name)


def _only_spread(record: Record) -> Term | None:
    """What an object has under all names that are not written there; None when that cannot be told."""
    unnamed = [(key, value) for key, value, _ in record.entries if not isinstance(key, Literal)]
    return unnamed[0][1] if len(unnamed) == 1 and unnamed[0][0] is None else None


def _class_member(run: Run, frame: Frame, ref: ClassRef, name: str, at: Span) -> Term:
    table = run.program.tables.by_symbol.get(ref)
    if table is not None:
        if name in table.columns or name in table.relations:
            return Column(Entity(ref), (name,))
        if name in layer(table.declaration.layer).attributes or name in dict(table.declaration.managers):
            query = Query(
                table.declaration.layer, Place(frame.path, at), (Entity(ref),), receiver=Member(Entity(ref), name)
            )
            return _managed(run, frame, query, dict(table.declaration.managers).get(name, ""), at)
        if name in layer(table.declaration.layer).transparent:
            return Entity(ref)
    nested = run.program.member(ref, name)
    if nested is not None:
        return run.symbol(nested)
    method = run.program.method(ref, name)
    if method is not None and table is not None and _decorated(run, method, DECLARING_DECORATORS):
        return Column(Entity(ref), (name,))
    if method is not None:
        return Bound(method, Entity(ref))
    found = run.program.field(ref, name)
    if found is not None and found[1].value is not None:
        return run.class_value(found[0], found[1].value)
    if table is not None:
        return Column(Entity(ref), (name,))
    external = _external_manager(run, ref, name)
    if external is not None:
        return Query(external, Place(frame.path, at), (Entity(ref),))
    return Member(Entity(ref), name)


def _managed(run: Run, frame: Frame, query: Query, manager: str, at: Span) -> Term:
    """What the manager's own `get_queryset` makes of the query, when the project defines one."""
    path, _, qualname = manager.partition("::")
    method = run.program.method(ClassRef(path, qualname), "get_queryset") if qualname else None
    if method is None or not run.can_enter(method):
        return query
    value = run.enter(frame, method, (), (), at, receiver=query)
    if isinstance(value, Outcome):
        value = either(tuple(item for item, _ in value.returns))
    return value if isinstance(value, Query | Either) else query


def _external_manager(run: Run, ref: ClassRef, name: str) -> str | None:
    """The layer of an abstract or unread model's manager (`objects`), when a base outside the project has its name."""
    externals = run.program.externals(ref)
    for known in LAYERS:
        if name in known.attributes and any(base.split(".")[0] in known.modules for base in externals):
            return known.name
    return None


def _instance_member(run: Run, frame: Frame, base: Object, ref: TableSymbol, name: str, at: Span) -> Term:
    method = run.program.method(ref, name)
    if method is not None:
        if _decorated(run, method, DECLARING_DECORATORS):
            return Member(base, name)
        if _decorated(run, method, PROPERTY_DECORATORS):
            return run.enter(frame, method, (), (), at, receiver=base) if run.can_enter(method) else Member(base, name)
        return Bound(method, base)
    found = run.program.field(ref, name)
    if found is not None and run.program.tables.by_symbol.get(ref) is None:
        if found[1].value is not None:
            return run.class_value(found[0], found[1].value)
        annotation = found[1].annotation
        if isinstance(ref, ClassRef) and annotation is not None:
            return declared_field(run, ref, found[0], name, annotation) or Member(base, name)
    return Member(base, name)


def _row_member(run: Run, frame: Frame, base: Rows, query: Query, name: str, at: Span) -> Term:
    """A row's method is bound to the row; a relation or column stays a member of it."""
    if any(known.name == query.layer and name in known.transparent for known in LAYERS):
        return base
    if (rows := included(run, base, name)) is not None:
        return rows
    ref = _class_of(query)
    if ref is not None:
        if (children := _children(run, frame, base, ref, name, at)) is not None:
            return children
        method = run.program.method(ref, name)
        if method is not None:
            called = not _decorated(run, method, PROPERTY_DECORATORS | DECLARING_DECORATORS)
            return Bound(method, base) if called else Member(base, name)
    return Member(base, name)


def _decorated(run: Run, method: FunctionRef, names: set[str]) -> bool:
    return any(getattr(d, "id", getattr(d, "name", "")) in names for d in run.program.function(method).decorators)


def _children(run: Run, frame: Frame, base: Rows, ref: TableSymbol, name: str, at: Span) -> Query | None:
    """`parent.children`: a query for the rows that point to this one."""
    table = run.program.tables.by_symbol.get(ref)
    back = table.reverse.get(name) if table else None
    child = run.program.tables.symbol_of(back[0]) if back else None
    if back is None or child is None or table is None:
        return None
    where = Where(Test("eq", Column(None, (back[1],)), base))
    return Query(table.declaration.layer, Place(frame.path, at), (Entity(child),), where=(where,))


def _class_of(query: Query) -> ClassRef | None:
    first = query.tables[0] if query.tables else None
    return first.ref if isinstance(first, Entity) and isinstance(first.ref, ClassRef) else None


def _column_member(run: Run, base: Column, table: Term | None, path: tuple[str, ...], name: str) -> Term:
    """`Child.parent.column` follows a relation; anything else is an operator of the column."""
    current = table_of(run, table)
    for part in path:
        relation = current.relations.get(part) if current else None
        current = run.program.tables.by_name.get(relation.target) if relation else None
    if current is not None and (name in current.columns or name in current.relations):
        return Column(table, (*path, name))
    return Member(base, name)


def accessed(run: Run, path: str, term: Term) -> TableSymbol | None:
    """The table that an attribute of a client or of a registry of models leads to, the one nearest to the file when
    there are several.
    """
    if not isinstance(term, Member | Global):
        return None
    symbols = run.program.tables.by_accessor.get(term.name.rpartition(".")[2], ())
    return _nearest(run, path, symbols) if len(symbols) > 1 else next(iter(symbols), None)


def _nearest(run: Run, path: str, symbols: Sequence[TableSymbol]) -> TableSymbol:
    """Of several copies of a schema the one in the package of the file or of what it imports; of copies elsewhere the
    one that knows most columns, for others have fallen behind.
    """
    program = run.program
    near = {program.package_of(one) for one in (path, *program.imported_by(path))}

    def rank(symbol: TableSymbol) -> tuple[int, int]:
        close = len(commonpath((symbol.path, path))) if program.package_of(symbol.path) in near else -1
        return close, len(program.tables.by_symbol[symbol].columns)

    return max(symbols, key=rank)


def table_of(run: Run, term: Term | None) -> Table | None:
    """The declared table that a term stands for: a model class, an alias of one, or a name in SQL."""
    from isolint.prove.terms import SqlTable

    if isinstance(term, Alias):
        return table_of(run, term.table)
    if isinstance(term, Entity) and isinstance(term.ref, ClassRef | VariableRef):
        return run.program.tables.by_symbol.get(term.ref)
    if isinstance(term, SqlTable):
        return run.program.tables.of_sql(term.name)
    return None
