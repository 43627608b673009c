"""What a call that joins adds to a query."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.orms import layer
from isolint.orms.layer import Action
from isolint.prove.builders import joined_on, named_table
from isolint.prove.fragments import fragment
from isolint.prove.given import Given
from isolint.prove.mapping import Reader, condition_of
from isolint.prove.members import accessed, table_of
from isolint.prove.terms import (
    NULL,
    Alias,
    Column,
    Entity,
    Global,
    Items,
    Joined,
    Literal,
    Logic,
    Maybe,
    Negated,
    Query,
    Record,
    Result,
    Term,
    Test,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run


def join(run: Run, frame: Frame, query: Query, action: Action, given: Given) -> Query:
    """The query with the table or relation that the first argument names, on the condition that comes with it."""
    if not given.positional:
        return query
    target, *rest = given.positional
    if layer(query.layer).mutable:
        return _join_by_alias(run, frame, query, action, given)
    if (named := named_table(run, target)) is not None:
        return replace(query, joins=(*query.joins, Joined(named, joined_on(query, named, tuple(rest)), action.outer)))
    on = tuple(rest[:1]) or tuple(v for n in ("on", "onclause") if (v := given.keyword(n)) is not None)
    outer = action.outer or any(given.keyword(n) == Literal(True) for n in ("isouter", "full", "outer"))
    if isinstance(target, Column) and target.table is not None:
        target = _relation_target(run, target) or target
    return replace(query, joins=(*query.joins, Joined(target, tuple(c for c in on if _is_on(c)), outer)))


def _join_by_alias(run: Run, frame: Frame, query: Query, action: Action, given: Given) -> Query:
    """`innerJoin('user.org', 'org', condition, parameters)`, `innerJoin(Org, 'org', condition)`."""
    target, alias = given.positional[0], given.positional[1] if len(given.positional) > 1 else NULL
    name = str(alias.value) if isinstance(alias, Literal) else ""
    path: tuple[str, ...] = ()
    if isinstance(target, Literal) and isinstance(target.value, str):
        before, _, relation = target.value.rpartition(".")
        start = next((join.path for join in query.joins if getattr(join.table, "name", "") == before), ())
        path = (*start, relation)
        target = relation_target(run, query, path) or Global(target.value)
    joined = Joined(Alias(target, name), outer=action.outer, path=path)
    query = replace(query, joins=(*query.joins, joined))
    if len(given.positional) > 2:
        on = tuple(fragment(run, frame, query, replace(given, positional=given.positional[2:])))
        query = replace(query, joins=(*query.joins[:-1], replace(joined, on=on)))
    return query


def join_listed(run: Run, query: Query, listed: tuple[Term, ...]) -> Query:
    """`include: [{ model: Org, where: {…}, include: […] }]`: conditions on a joined table restrict the rows unless it
    may be missing (`required: false`).
    """
    words = layer(query.layer).words
    for item in listed:
        for one in item.items if isinstance(item, Items) else (item,):
            model = one.get("model") if isinstance(one, Record) else one
            if model is not None and (symbol := accessed(run, query.site.path, model)) is not None:
                model = Entity(symbol)
            table = table_of(run, model)
            if table is None or model is None:
                continue
            where = one.get("where") if isinstance(one, Record) else None
            asked = one.get("required") if isinstance(one, Record) else None
            outer = asked != Literal(True) and (where is None or asked == Literal(False))
            query = replace(query, joins=(*query.joins, Joined(model, outer=outer)))
            if where is not None and not outer:
                parts = Reader(run.program, words).conditions(table, where)
                query = replace(query, where=(*query.where, *(condition_of(_of(model, part)) for part in parts)))
            if isinstance(one, Record) and not outer and (inner := one.get("include")) is not None:
                query = join_listed(run, query, (inner,))
    return query


def _of(table: Term, part: Term) -> Term:
    """A condition on columns of a joined table."""
    match part:
        case Test(operator, Column(None, path), right):
            return Test(operator, Column(table, path), right)
        case Logic(operator, operands):
            return Logic(operator, tuple(_of(table, operand) for operand in operands))
        case Negated(operand):
            return Negated(_of(table, operand))
        case Maybe(value, conditions):
            return Maybe(_of(table, value), conditions)
        case _:
            return part


def relation_target(run: Run, query: Query, path: tuple[str, ...]) -> Term | None:
    """The model that relations of a query's table lead to."""
    table = table_of(run, query.tables[0]) if query.tables else None
    for part in path:
        relation = table.relations.get(part) if table else None
        table = run.program.tables.by_name.get(relation.target) if relation else None
    symbol = run.program.tables.symbol_of(table.name) if table else None
    return Entity(symbol) if symbol is not None else None


def _is_on(term: Term) -> bool:
    return isinstance(term, Test | Logic | Result | Negated)


def _relation_target(run: Run, column: Column) -> Term | None:
    table = table_of(run, column.table)
    relation = table.relations.get(column.path[-1]) if table else None
    target = run.program.tables.by_name.get(relation.target) if relation else None
    for ref, candidate in run.program.tables.by_symbol.items():
        if candidate is target:
            return Entity(ref)
    return None
