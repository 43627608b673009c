"""The tenant among what a function is given: where an access is not restricted by it, it was there and not used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from isolint.model.access import Role
from isolint.model.code import Assign, Attribute, Await, Bind, Constant, Expression, Function, Mapping, Name
from isolint.model.table import Table
from isolint.prove.case import Case
from isolint.prove.columns import Meaning, read_column
from isolint.prove.origins import Kind, origin
from isolint.prove.terms import Column, Query, Term, lookups
from isolint.tenancy.words import tenant_word


def unused_tenant(case: Case, table: Table) -> str:
    """A parameter of the access's own function, or a part of one, that names the tenant or what holds its rows."""
    function = case.run.program.function(case.seen.function)
    words = {tenant_word(key) for key in case.tenancy.keys} | {tenant_word(root) for root in case.tenancy.roots}
    for name in _given(function, deep=case.entry.role is Role.JOB):
        if name in case.tenancy.keys or tenant_word(name) in words - {""} or _holds_rows(case, table, name):
            return name
    return ""


def owner_not_used(case: Case, query: Query, root: Table) -> str:
    """The parameter that names whose a tenant's row is, where tenants are people's own (an account that one user has
    connected), and the row is looked up by another key that callers choose; '' where it is used or not there.
    """
    asked = lookups(query)
    by_caller = any(origin(test.right).kind in {Kind.CALLER, Kind.REQUEST} for test in asked)
    if not by_caller or any(read_column(case, t.left, root).meaning is Meaning.USER for t in asked if _own(t.left)):
        return ""
    owners = {
        column
        for column, target in root.foreign_keys.items()
        if target in case.tenancy.users and not root.columns[column].nullable
    }
    return next(
        (name for name in _given(case.run.program.function(case.seen.function), deep=False) if name in owners), ""
    )


def _own(column: Term) -> TypeGuard[Column]:
    return isinstance(column, Column) and column.table is None


def _holds_rows(case: Case, table: Table, name: str) -> bool:
    """Whether the table has a column of that name for the project, environment or the like that its rows are in."""
    if name not in table.columns or not case.tenancy.containers:
        return False
    reading = read_column(case, Column(None, (name,)), table)
    contains = reading.table is not None and reading.table.name in case.tenancy.containers
    return reading.meaning is Meaning.PARENT and contains


def _given(function: Function, *, deep: bool) -> Iterator[str]:
    """The names of the parameters and of the parts of those that are taken apart; with `deep` also in the body."""
    for parameter in function.parameters:
        if parameter.pattern is None:
            yield parameter.name
        else:
            yield from _taken(parameter.pattern)
    own = {parameter.name for parameter in function.parameters}
    for statement in function.body if deep else ():
        if isinstance(statement, Assign) and isinstance(statement.target, Mapping) and _root(statement.value) in own:
            yield from _taken(statement.target)


def _taken(pattern: Expression) -> Iterator[str]:
    for entry in pattern.entries if isinstance(pattern, Mapping) else ():
        if isinstance(entry.value, Mapping):
            yield from _taken(entry.value)
        elif isinstance(entry.key, Constant) and isinstance(entry.key.value, str):
            yield entry.key.value


def _root(expression: Expression) -> str:
    while isinstance(expression, Attribute | Await | Bind):
        expression = expression.base if isinstance(expression, Attribute) else expression.value
    return expression.id if isinstance(expression, Name) else ""
