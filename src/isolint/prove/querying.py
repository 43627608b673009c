"""Calls that begin, extend or run a query, read by what the data layers say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.access import Operation
from isolint.model.source import Place, Span
from isolint.orms import FUNCTIONS, SESSION, layer
from isolint.orms.layer import Action, Form, Layer, Yields
from isolint.prove.builders import compared, completed
from isolint.prove.conditions import each, given_operators, joined
from isolint.prove.filters import default_filters
from isolint.prove.fragments import fragment
from isolint.prove.frame import Check
from isolint.prove.given import Given, lookup
from isolint.prove.instances import made, reference
from isolint.prove.joining import join, join_listed
from isolint.prove.keywords import keyword_lookups
from isolint.prove.mapping import Reader
from isolint.prove.members import member, table_of
from isolint.prove.payload import payload_of
from isolint.prove.sqltext import fragment_condition, on_sql
from isolint.prove.stored import stored
from isolint.prove.terms import (
    FALSE,
    NULL,
    Alias,
    Closed,
    Column,
    Either,
    Entity,
    Global,
    Handle,
    Items,
    Literal,
    Logic,
    Member,
    Object,
    Query,
    Record,
    Result,
    Rows,
    Term,
    Test,
    Text,
    Where,
    either,
    walk,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

COLUMN_OPERATORS = {
    "in_": "in", "is_": "eq", "is_not": "ne", "isnot": "ne", "not_in": "not in", "notin_": "not in", "like": "other",
    "ilike": "other", "startswith": "other", "endswith": "other", "contains": "other", "between": "other",
    "op": "other", "is_distinct_from": "ne", "is_null": "other", "not_like": "other", "overlap": "other", "any_": "in",
    "regexp": "other", "match": "other", "bin_and": "other", "icontains": "other",
}  # fmt: skip
ROW_METHODS = frozenset(
    "all first one one_or_none scalar scalars scalar_one scalar_one_or_none mappings unique fetchall fetchone "
    "fetchmany "
    "partitions tuples columns keys yield_per freeze items values dicts namedtuples iterator get refresh_from_db copy "
    "to_dict model_dump dict __iter__ __aiter__ __next__".split()
)
SESSION_WRITES = {"add", "add_all", "merge", "bulk_save_objects"}
FIND = Action(yields=Yields.ROWS, where={"**": Form.LOOKUPS})
"""A look-up by keywords that a project writes for its models."""
EXECUTORS = set("first_or_404 one_or_404 execute scalars scalar exec stream stream_scalars".split())


def begin_from_function(run: Run, frame: Frame, name: str, given: Given) -> Term | None:
    """`select(Model)`, `get_object_or_404(Model, …)`: a function of a data layer called by its dotted name."""
    module, _, last = name.rpartition(".")
    for known, action in FUNCTIONS.get(last, ()):
        if module.split(".")[0] not in known.modules:
            continue
        query = Query(known.name, Place(frame.path, given.at))
        first = given.positional[0] if given.positional else None
        if isinstance(first, Entity) and "objects" in known.attributes:
            managed = member(run, frame, first, "objects", given.at)
            if isinstance(managed, Either):
                ways = [replace(given, positional=(way, *given.positional[1:])) for way in managed.options]
                return either(tuple(found for way in ways if (found := begin_from_function(run, frame, name, way))))
            first = managed if isinstance(managed, Query) else first
        if isinstance(first, Query):
            query, given = first, replace(given, positional=given.positional[1:])
            action = replace(action, tables="")
        return apply(run, frame, query, action, given)
    return None


def begin_from_model(run: Run, frame: Frame, model: Term, method: str, given: Given) -> Term | None:
    """`Model.select()`, `Model.get_or_none(…)`: a method of the model's own class."""
    table = table_of(run, model)
    if table is None:
        return None
    action = layer(table.declaration.layer).model.get(method)
    if action is None and (named := keyword_lookups(run, model, method, given.keywords)) is not None:
        action, given = FIND, replace(given, positional=(), keywords=named)
    if action is None:
        return None
    return apply(run, frame, Query(table.declaration.layer, Place(frame.path, given.at), (model,)), action, given)


def on_session(run: Run, frame: Frame, receiver: Term, method: str, given: Given) -> Term | None:
    """`session.query(Model)`, `session.execute(query)`, `session.add(instance)`: the arguments tell a session."""
    first = given.positional[0] if given.positional else None
    if isinstance(first, Either) and any(isinstance(option, Query) for option in first.options):
        return _each_way(run, frame, receiver, method, given, first)
    if isinstance(first, Query) and method == "query":
        return replace(first, receiver=receiver)
    if method in EXECUTORS and isinstance(first, Query):
        ran = replace(first, receiver=receiver)
        if ran.operation is Operation.CREATE:
            written = tuple(payload_of(run, "1", given))
            ran = replace(ran, payload=Record((*ran.payload.entries, *written)))
        run.see(frame, ran)
        return Rows(ran)
    if method in SESSION_WRITES and first is not None:
        for instance in first.items if isinstance(first, Items) else (first,):
            create(run, frame, instance, receiver, given.at)
        return first if method == "merge" else NULL
    for known, action in SESSION.get(method, ()):
        if action.tables and any(_is_model(run, value, known) for value in _chosen(run, action.tables, given)):
            query = Query(known.name, Place(frame.path, given.at), receiver=receiver)
            return apply(run, frame, query, action, given)
    return None


def _chosen(run: Run, slot: str, given: Given) -> list[Term]:
    """What a method of a session is given as models; where it takes any number of things, also columns of them."""
    values = [value for _, value in given.slot(slot)]
    return [model for value in values for model in _models(run, value)] if slot == "*" else values


def _each_way(run: Run, frame: Frame, receiver: Term, method: str, given: Given, choice: Either) -> Term | None:
    """Several queries may have been built by then: each runs, and what only the others restrict has been dropped
    from it.
    """
    rows = []
    for option in crossed(choice.options):
        if not isinstance(option, Query):
            continue
        way = replace(given, positional=(option, *given.positional[1:]))
        if (value := on_session(run, frame, receiver, method, way)) is not None:
            rows.append(value)
    return either(tuple(rows)) if rows else None


def crossed(options: tuple[Term, ...]) -> tuple[Term, ...]:
    """Queries of which one was built: what only the others restrict has been dropped from each."""
    queries = [option for option in options if isinstance(option, Query)]
    found: list[Term] = []
    for option in options:
        if isinstance(option, Query):
            others = [w for q in queries if q is not option and q.tables == option.tables for w in q.where]
            dropped = tuple(where for where in others if where not in option.where and where not in option.replaced)
            option = replace(option, replaced=option.replaced + dropped) if dropped else option
        found.append(option)
    return tuple(found)


def create(run: Run, frame: Frame, instance: Term, receiver: Term, at: Span) -> None:
    """A new instance is stored."""
    if isinstance(instance, Object) and (table := run.program.tables.by_symbol.get(instance.klass)):
        run.see(
            frame,
            Query(
                table.declaration.layer,
                instance.site or Place(frame.path, at),
                (Entity(instance.klass),),
                Operation.CREATE,
                payload=instance.fields,
                receiver=receiver,
            ),
        )


def extend(run: Run, frame: Frame, query: Query, method: str, given: Given) -> Term:
    """A method of a query: known ones do what the layer says, others are kept as a restriction of unknown meaning."""
    action = layer(query.layer).query.get(method)
    grown = _grown(run, query, given.at, frame)
    if action is None and (rows := on_sql(run, frame, query, method, given)) is not None:
        return rows
    if action is None:
        return _custom(run, frame, grown, method, given)
    if method == "exclude":
        return grown
    if method == "none":
        return replace(grown, where=(*query.where, Where(FALSE)))
    return apply(run, frame, grown, action, given)


def _grown(run: Run, query: Query, at: Span, frame: Frame) -> Query:
    """The chain's own text: a call that starts where the query was begun is the same expression, further on; a query
    that another function began is this one's from here on.
    """
    site = query.site
    if not any(_stands_in(run, site, ref) for ref in frame.active()):
        return replace(query, site=Place(frame.path, at), begun=query.begun or site)
    same = site.path == frame.path and site.span[:2] == at[:2]
    return replace(query, site=Place(site.path, at)) if same else query


def _stands_in(run: Run, site: Place, ref: FunctionRef) -> bool:
    at = run.program.function(ref).at
    return site.path == ref.path and at[:2] <= site.span[:2] <= at[2:]


def _custom(run: Run, frame: Frame, query: Query, method: str, given: Given) -> Term:
    """A manager's or query set's own method: followed when the project defines it, else a restriction by its
    arguments.
    """
    own = _own_method(run, query, method)
    if own is not None and run.can_enter(own):
        value = run.enter(frame, own, given.positional, given.keywords, given.at, receiver=query)
        return replace(value, site=query.site) if isinstance(value, Query) else value
    opaque = Result(Member(Global("query"), method), given.positional, given.keywords)
    return replace(query, where=(*query.where, Where(opaque)))


def _own_method(run: Run, query: Query, method: str) -> FunctionRef | None:
    first = query.tables[0] if query.tables else None
    if not isinstance(first, Entity) or not isinstance(first.ref, ClassRef):
        return None
    table = run.program.tables.by_symbol.get(first.ref)
    for _, manager in table.declaration.managers if table else ():
        path, _, qualname = manager.partition("::")
        if qualname and (found := run.program.method(ClassRef(path, qualname), method)):
            return found
    return None


def apply(run: Run, frame: Frame, query: Query, action: Action, given: Given) -> Term:
    """What one call does to a query, and what it gives back."""
    if action.tables:
        models = tuple(m for _, value in given.slot(action.tables) for m in _models(run, value))
        query = replace(query, tables=tuple(dict.fromkeys((*query.tables, *models))))
        if not query.tables:
            query = _of_subquery(query, given.slot(action.tables))
    if action.operation is not None:
        query = replace(query, operation=action.operation)
    if action.replaces:
        query = replace(query, where=(), replaced=query.where)
    if action.where:
        query = replace(query, where=(*query.where, *default_filters(run, query, given)))
    if action.join:
        query = join(run, frame, query, action, given)
    for slot in action.joins:
        query = join_listed(run, query, tuple(value for _, value in given.slot(slot)))
    if Form.OPERAND in action.where.values():
        return completed(query, action, given)
    found = [c for slot in action.where for c in _conditions(run, frame, query, action, slot, given)]
    conditions = [Where(part, optional=optional) for c in found for part, optional in each(c)]
    query = _widened(query, conditions) if action.widens else replace(query, where=(*query.where, *conditions))
    if not query.tables and (named := _tables_named(conditions)):
        query = replace(query, tables=named)
    for slot in action.payload:
        table = table_of(run, query.tables[0]) if query.tables else None
        written = stored(run, query, table, tuple(payload_of(run, slot, given)))
        query = replace(query, payload=Record((*query.payload.entries, *written)))
    fetched = [value for slot in action.include for _, value in given.slot(slot) if isinstance(value, Record)]
    if fetched:
        query = replace(query, included=Record(tuple(entry for record in fetched for entry in record.entries)))
    if query.operation is Operation.CREATE and action.where:
        query = _with_defaults(query, given)
    if action.yields is Yields.QUERY:
        return query
    if action.yields is Yields.HANDLE:
        return Handle(query.layer, query.tables[0], query.receiver)
    if action.yields is Yields.REFERENCE:
        return reference(run, frame, query)
    if action.yields is not Yields.INSTANCE or action.operation is Operation.CREATE:
        run.see(frame, query)
    if action.yields is Yields.INSTANCE:
        return made(query)
    rows = Rows(query)
    if action.raises and rows not in frame.known:
        frame.known += (rows,)
        note_found(run, frame, rows, given.at)
    return rows


def _of_subquery(query: Query, chosen: Iterator[tuple[str, Term]]) -> Query:
    """`select(part.c.id)` of nothing but one subquery has its rows."""
    inner = {found for _, value in chosen for found in walk(value, 40) if isinstance(found, Query)}
    if len(inner) != 1:
        return query
    (one,) = inner
    return replace(query, tables=one.tables, where=(*one.where, *query.where), joins=(*one.joins, *query.joins))


def _widened(query: Query, conditions: list[Where]) -> Query:
    """The rows that the query had so far, or those that the conditions let in."""
    if not query.where:
        return replace(query, where=tuple(conditions))
    sides = tuple(Logic("and", tuple(w.condition for w in side)) for side in (query.where, conditions))
    return replace(query, where=(Where(Logic("or", sides)),))


def note_found(run: Run, frame: Frame, rows: Rows, at: Span) -> None:
    """What follows a fetch that raises for want of a row is only reached when there is one."""
    run.trace.checks.append(Check((rows,), Place(frame.path, at), run.trace.tick(), frame.stack, frame.known))


def _tables_named(conditions: list[Where]) -> tuple[Term, ...]:
    """`exists().where(Model.column == …)` names its table only there."""
    for where in conditions:
        for part in walk(where.condition, 40):
            if isinstance(part, Column) and part.table is not None:
                return (part.table,)
    return ()


def _with_defaults(query: Query, given: Given) -> Query:
    """`get_or_create(column=value, defaults={…})` writes what it looks for."""
    looked_up = tuple((Literal(key), value, ()) for key, value in given.keywords if key != "defaults")
    defaults = given.keyword("defaults")
    extra = defaults.entries if isinstance(defaults, Record) else ()
    return replace(query, payload=Record((*looked_up, *extra)))


def _models(run: Run, value: Term) -> Iterator[Term]:
    """The tables that an argument of `select` or `query` speaks of: a model, a column of one, or a subquery's."""
    if _is_model(run, value):
        yield value
    elif isinstance(value, Column) and value.table is not None:
        yield value.table
    elif isinstance(value, Items):
        for item in value.items:
            yield from _models(run, item)
    elif isinstance(value, Result):
        for item in value.operands():
            yield from _models(run, item)
    elif isinstance(value, Member):
        yield from _models(run, value.base)


def _is_model(run: Run, value: Term, known: Layer | None = None) -> bool:
    """Whether a value is a model, of that layer if one is given."""
    if isinstance(value, Alias):
        return _is_model(run, value.table, known)
    table = table_of(run, value) if isinstance(value, Entity) else None
    return table is not None and (known is None or table.declaration.layer == known.name)


def _conditions(run: Run, frame: Frame, query: Query, action: Action, slot: str, given: Given) -> Iterator[Term]:
    form = action.where[slot]
    for name, value in given.slot(slot):
        if form is Form.FRAGMENT and not _is_mapping(value):
            yield from fragment(run, frame, query, given)
        elif form is Form.KEY or (form is Form.CRITERIA and not _is_mapping(value)):
            operator = "in" if isinstance(value, Items) else "eq"
            yield Test(operator, Column(None, (primary_key(run, query),)), value)
        elif form is Form.LOOKUPS:
            if name not in {"defaults", "create_defaults"}:
                yield lookup(name, value)
        elif form in {Form.MAPPING, Form.CRITERIA, Form.FRAGMENT}:
            table = table_of(run, query.tables[0]) if query.tables else None
            yield from Reader(run.program, layer(query.layer).words).conditions(table, value)
        elif form is Form.COMPARISON:
            yield from compared(run, frame, query, action, given)
        elif form is Form.CONDITION:
            yield from _free_form(run, frame, query, value, given)
        elif form is Form.NAMED:
            yield Result(Global(form), (value,))
        elif not isinstance(value, Text | Literal):
            yield value


def _is_mapping(value: Term) -> bool:
    """Whether a value is an object, or one of several or a list of those."""
    if isinstance(value, Items | Either):
        return any(_is_mapping(part) for part in (value.items if isinstance(value, Items) else value.options))
    return isinstance(value, Record)


def _free_form(run: Run, frame: Frame, query: Query, value: Term, given: Given) -> Iterator[Term]:
    """A condition as an expression, an object, or a function that makes one."""
    if isinstance(value, Closed):
        value = given_operators(run, frame, query, value, given)
    if isinstance(value, Record):
        table = table_of(run, query.tables[0]) if query.tables else None
        yield from Reader(run.program, layer(query.layer).words).conditions(table, value)
    else:
        yield joined("and", (fragment_condition(run, value),))


def primary_key(run: Run, query: Query) -> str:
    """The name of the primary key's (first) column of the query's table."""
    table = table_of(run, query.tables[0]) if query.tables else None
    return min(table.primary_key) if table else "id"
