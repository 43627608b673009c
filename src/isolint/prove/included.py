"""Rows of relations that a query fetched beside its own: `include: { members: { where: { userId } } }`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.model.table import Table
from isolint.orms import layer
from isolint.prove.mapping import Reader, condition_of
from isolint.prove.terms import Column, Each, Entity, Item, Logic, Member, Query, Record, Rows, Term, Test, Where

if TYPE_CHECKING:
    from isolint.prove.run import Run

FETCHED = ("include", "select")
BELONGING = ("rows of",)
"""The column, as it were, by which related rows are restricted to those of the row that they were fetched with."""


def included(run: Run, base: Term, name: str) -> Rows | None:
    """What `base.name` holds when `base` is a fetched row, or a row fetched beside one, and the rows under that name
    were restricted; None where nothing restricts them, so that they are all that belong to the row.
    """
    row, path = _followed(base)
    target = _reached(run, row, (*path, name)) if row is not None and row.query.included is not None else None
    if row is None or target is None:
        return None
    fetched: Term | None = row.query.included
    for step in path:
        fetched = _inner(fetched, step)
    last = fetched.get(name) if isinstance(fetched, Record) else None
    where = last.get("where") if isinstance(last, Record) else None
    if where is None:
        return None
    conditions = Reader(run.program, layer(row.query.layer).words).conditions(target, where)
    return _restricted(run, row, target, tuple(map(condition_of, conditions)), Member(base, name))


def picked(run: Run, rows: Term, condition: Term) -> Rows | None:
    """Those of a row's related rows for which a condition on each of them holds; None for any other list."""
    row, path = _followed(rows)
    target = _reached(run, row, path) if row is not None and path else None
    tests = condition.operands if isinstance(condition, Logic) and condition.operator == "and" else (condition,)
    where = tuple(Where(test) for part in tests if (test := _of_each(part, rows)) is not None)
    return _restricted(run, row, target, where, rows) if row is not None and target is not None and where else None


def _of_each(test: Term, rows: Term) -> Test | None:
    """A comparison of an element's column as one of the column itself."""
    if not isinstance(test, Test) or test.operator != "eq":
        return None
    for side, other in ((test.left, test.right), (test.right, test.left)):
        if isinstance(side, Member) and side.base in {Each(rows), rows}:
            return Test("eq", Column(None, (side.name,)), other)
    return None


def _followed(value: Term) -> tuple[Rows | None, tuple[str, ...]]:
    """The fetched row that a value was read from, and the attributes that lead from it to the value."""
    path: list[str] = []
    while isinstance(value, Member | Item):
        if isinstance(value, Member):
            path.insert(0, value.name)
        value = value.base
    return (value, tuple(path)) if isinstance(value, Rows) else (None, ())


def _reached(run: Run, row: Rows, path: tuple[str, ...]) -> Table | None:
    table = _table(run, row.query)
    for step in path:
        table = _related(run, table, step)
    return table


def _inner(fetched: Term | None, step: str) -> Term | None:
    held = fetched.get(step) if isinstance(fetched, Record) else None
    for word in FETCHED:
        if isinstance(held, Record) and (found := held.get(word)) is not None:
            return found
    return None


def _table(run: Run, query: Query) -> Table | None:
    first = query.tables[0] if query.tables else None
    return run.program.tables.by_symbol.get(first.ref) if isinstance(first, Entity) else None  # type: ignore[arg-type]


def _related(run: Run, table: Table | None, name: str) -> Table | None:
    relation = table.relations.get(name) if table else None
    return run.program.tables.by_name.get(relation.target) if relation else None


def _restricted(run: Run, row: Rows, target: Table, where: tuple[Where, ...], own: Term) -> Rows:
    symbol = run.program.tables.symbol_of(target.name)
    tables = (Entity(symbol),) if symbol is not None else ()
    belongs = Where(Test("eq", Column(None, BELONGING), own))
    return Rows(Query(row.query.layer, row.query.site, tables, where=(belongs, *where)))
