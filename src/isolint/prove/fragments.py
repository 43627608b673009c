"""Conditions as a query builder takes them: text with aliases and named parameters, or functions that add to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.frontends import sql as frontend
from isolint.prove.given import Given
from isolint.prove.members import table_of
from isolint.prove.sqlbuilt import texts
from isolint.prove.sqltext import operand_of, where_of
from isolint.prove.terms import (
    Closed,
    Column,
    Computed,
    Global,
    Items,
    Literal,
    Logic,
    Query,
    Result,
    SqlTable,
    Term,
    Test,
    Unknown,
)

if TYPE_CHECKING:
    from isolint.model.table import Table
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

QUALIFIED = re.compile(r"""(?<![\w:."'`])[`"]?([A-Za-z_]\w*)[`"]?\.[`"]?([A-Za-z_]\w*)[`"]?(?![\w(])""")
SPREAD = re.compile(r":\.\.\.")
NESTING = frozenset({"Brackets", "NotBrackets"})
ROOT = "root"


def fragment(run: Run, frame: Frame, query: Query, given: Given) -> Iterator[Term]:
    """The conditions that the first argument of `where` stands for; the second binds its parameters."""
    first, rest = given.positional[0], Given(given.positional[1:], given.keywords, given.at)
    if isinstance(first, Result) and getattr(first.callee, "name", "").rpartition(".")[2] in NESTING:
        first = next(iter(first.arguments), first)
    if isinstance(first, Closed):
        yield from _nested(run, frame, query, first)
        return
    ways = [tuple(_read(run, query, text, holes, rest)) for text, holes in texts(first)]
    if not ways:
        yield first
    elif len(ways) == 1:
        yield from ways[0]
    else:
        yield Logic("or", tuple(Logic("and", way) for way in ways))


def _nested(run: Run, frame: Frame, query: Query, function: Closed) -> Iterator[Term]:
    """A function that is given a builder: what it adds holds together."""
    if not run.can_enter(function.function):
        return
    parent = run.frames[function.frame] if 0 <= function.frame < len(run.frames) else None
    number = len(run.frames)
    empty = replace(query, where=(), replaced=())
    value = run.enter(frame, function.function, (empty,), (), run.program.function(function.function).at, parent=parent)
    name = next(iter(run.program.function(function.function).parameters)).name
    held = value if isinstance(value, Query) else run.frames[number].names.get(name)
    if isinstance(held, Query):
        yield from (where.condition for where in held.where)
    elif not isinstance(value, Literal):
        yield Result(Global("condition"), (value,))


def _read(run: Run, query: Query, text: str, holes: tuple[Term, ...], rest: Given) -> Iterator[Term]:
    text = QUALIFIED.sub(r'"\1"."\2"', SPREAD.sub(":", text))
    names = list(dict.fromkeys(re.findall(r'"(\w+)"\."', text)))
    tables = ", ".join(f'"{name}"' for name in names) or ROOT
    facts = frontend.read(f"SELECT 1 FROM {tables} WHERE {text}")  # noqa: S608 - read, never run
    if facts.problem or not facts.statements:
        yield Unknown(text)
        return
    statement = facts.statements[0]
    used = tuple(SqlTable(use.name, "", use.alias) for use in statement.tables)
    for condition in statement.conditions:
        operand = operand_of(condition.operand, used, holes, rest)
        yield _placed(run, query, where_of(condition, used, operand).condition)
    if statement.open:
        yield Result(Global("condition"), holes)


def _placed(run: Run, query: Query, term: Term) -> Term:
    """A condition over aliases as one over the query's columns and relations."""
    match term:
        case Test(operator, left, right):
            return Test(operator, _placed(run, query, left), _placed(run, query, right))
        case Logic(operator, operands):
            return Logic(operator, tuple(_placed(run, query, operand) for operand in operands))
        case Items(items):
            return Items(tuple(_placed(run, query, item) for item in items))
        case Computed(operator, operands):
            return Computed(operator, tuple(_placed(run, query, operand) for operand in operands))
        case Column(table, path):
            return _column(run, query, getattr(table, "name", ""), path)
        case _:
            return term


def _column(run: Run, query: Query, alias: str, path: tuple[str, ...]) -> Column:
    for join in query.joins:
        if getattr(join.table, "name", "") == alias:
            joined = table_of(run, join.table)
            if join.path:
                return Column(None, (*join.path, _named(joined, path[-1])))
            return Column(join.table, (_named(joined, path[-1]),))
    table = table_of(run, query.tables[0]) if query.tables else None
    return Column(None, (*path[:-1], _named(table, path[-1])))


def _named(table: Table | None, name: str) -> str:
    """The property that a name in the text means: the property's own, whatever its case, or its column's."""
    lowered = name.lower()
    for column in table.columns.values() if table else ():
        if lowered in (column.name.lower(), column.sql_name.lower()):
            return column.name
    return name
