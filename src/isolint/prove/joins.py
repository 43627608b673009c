"""Joins that reach into other tenants: on a key that is unique only within one."""

from __future__ import annotations

from isolint.model.evidence import Reason, Step
from isolint.model.table import Table
from isolint.prove.case import Case, Found
from isolint.prove.columns import Meaning, read_column
from isolint.prove.confine import own_table
from isolint.prove.show import show
from isolint.prove.terms import Column, Logic, Query, SqlTable, Term, Test, walk
from isolint.tenancy.owned import is_user_table


def unscoped_joins(case: Case, query: Query) -> Found | None:
    """The first join of an owned table by a natural key without the tenant's."""
    primary = own_table(case, query)
    for join in query.joins:
        table = case.table(join.table)
        if table is None or case.ownership(table) is None or not (join.on or isinstance(join.table, SqlTable)):
            continue
        if not _is_divided(case, table):
            continue
        pairs = [test for condition in join.on for test in _equations(condition)]
        if not join.on:
            pairs += [test for where in query.where for test in _equations(where.condition)]
        mine = [pair for pair in pairs if _touches(case, pair, table, primary)]
        if (
            mine
            and not any(_is_safe(case, pair, primary) for pair in mine)
            and not _restricted(case, query, table, primary)
        ):
            return joined_on(table, show(mine[0]))
    inner = (part for where in query.where for part in walk(where.condition, 60) if isinstance(part, Query))
    return next((found for one in (query, *inner) if (found := _correlated(case, one)) is not None), None)


def _correlated(case: Case, query: Query) -> Found | None:
    """A subquery that finds its rows by what the query around it holds, on a key that is unique only in a tenant."""
    table = own_table(case, query)
    if table is None or not _has_key(case, table):
        return None
    inside = {table.name, *(joined.name for join in query.joins if (joined := case.table(join.table)) is not None)}
    pairs = [test for where in query.where for test in _equations(where.condition)]
    outer = [pair for pair in pairs if not _tables_of(case, pair) <= inside and table.name in _tables_of(case, pair)]
    if not outer or any(_is_safe(case, pair, table) for pair in outer) or _restricted(case, query, table, table):
        return None
    return joined_on(table, show(outer[0]))


def joins_by_nature(case: Case, table: Table, condition: Term) -> str:
    """The equation by which a declared relation joins a table on a natural key alone, '' when there is none.

    Of several branches each joins by itself.
    """
    if isinstance(condition, Logic) and condition.operator == "or":
        return next((found for part in condition.operands if (found := joins_by_nature(case, table, part))), "")
    pairs = _equations(condition)
    if not pairs or not _has_key(case, table) or any(_is_safe(case, pair, None) for pair in pairs):
        return ""
    return show(pairs[0])


def joined_on(table: Table, subject: str) -> Found:
    """The finding on a join by a natural key."""
    step = Step(f"{table.name} is joined on `{subject}`, which is unique only within a tenant")
    return Found(Reason.NATURAL_KEY_JOIN, subject, (step,))


def _has_key(case: Case, table: Table) -> bool:
    ownership = case.ownership(table)
    return ownership is not None and bool(ownership.columns)


def _tables_of(case: Case, pair: Test) -> set[str]:
    tables = [case.table(side.table) for side in (pair.left, pair.right) if isinstance(side, Column)]
    return {table.name for table in tables if table is not None}


def _is_divided(case: Case, table: Table) -> bool:
    """Whether a table has the tenant's key itself, or something unique only together with the key of what holds it."""
    ownership = case.ownership(table)
    if ownership is None:
        return False
    key = ownership.path[0][0] if ownership.path else ""
    return bool(ownership.columns) or any(key in columns and len(columns) > 1 for columns in table.declaration.uniques)


def _equations(condition: Term) -> list[Test]:
    return [
        part
        for part in walk(condition, 60)
        if isinstance(part, Test)
        and part.operator == "eq"
        and isinstance(part.left, Column)
        and isinstance(part.right, Column)
    ]


def _touches(case: Case, pair: Test, table: Table, primary: Table | None) -> bool:
    return any(isinstance(side, Column) and case.table(side.table) is table for side in (pair.left, pair.right))


def _is_safe(case: Case, pair: Test, primary: Table | None) -> bool:
    """Keys, foreign keys and tenant columns identify rows across tenants; natural keys do not, nor does what both rows
    share with those of other tenants.
    """
    if _shares_parent(case, pair, primary):
        return False
    for side in (pair.left, pair.right):
        if isinstance(side, Column):
            reading = read_column(case, side, primary)
            if reading.meaning in {Meaning.KEY, Meaning.TENANT, Meaning.PARENT}:
                return True
            column = reading.table.columns.get(reading.name) if reading.table else None
            if column is None or column.unique or reading.name in reading.table.foreign_keys:  # type: ignore[union-attr]
                return True
    return False


def _shares_parent(case: Case, pair: Test, primary: Table | None) -> bool:
    """Whether both sides are keys of the same table of no tenant; people are not meant: they are asked for as such."""
    parents = {_shared_parent(case, side, primary) for side in (pair.left, pair.right)}
    return len(parents) == 1 and "" not in parents


def _shared_parent(case: Case, side: Term, primary: Table | None) -> str:
    reading = read_column(case, side, primary) if isinstance(side, Column) else None
    own = reading.table if reading else None
    target = case.related(own, reading.name) if reading else None
    if target is not None and reading is not None and reading.name in target.foreign_keys:
        target = case.related(target, reading.name)  # a part of a key of several columns
    if target is None or own is None or is_user_table(target) or target.name in case.tenancy.roots:
        return ""
    return target.name if case.ownership(target) is None and case.ownership(own) is not None else ""


def _restricted(case: Case, query: Query, table: Table, primary: Table | None) -> bool:
    """The joined table has a tenant restriction of its own."""
    for where in query.where:
        for part in walk(where.condition, 60):
            if isinstance(part, Test) and isinstance(part.left, Column) and case.table(part.left.table) is table:
                if read_column(case, part.left, primary).meaning is Meaning.TENANT:
                    return True
    return False
