"""Look-ups by what is unique only within a tenant, in functions that do not ask for the tenant.

A name, a default flag or a status says which row is meant only together with the tenant. Where a function looks rows up
by nothing else, what counts is whether those who call it know the tenant, and so could have handed it on.
"""

from __future__ import annotations

from collections.abc import Iterator

from isolint.link.symbols import FunctionRef
from isolint.model.code import Assign, Attribute, Call, Constant, Expression, Function, Mapping, Name
from isolint.model.evidence import Reason, Step
from isolint.model.identifiers import split
from isolint.model.table import Table
from isolint.model.walk import nodes
from isolint.prove.callers import standing_in
from isolint.prove.case import Case, Found
from isolint.prove.columns import Meaning, read_column
from isolint.prove.terms import Column, Literal, Logic, Query, Test, lookups
from isolint.tenancy.words import tenant_word


def natural_keys(case: Case, query: Query, table: Table) -> list[str]:
    """The columns that alone say which rows are meant; none when a key does, or what does is not known.

    A function that asks for the tenant itself has been told: what it does with it is another question.
    """
    ownership = case.ownership(table)
    if ownership is None or not ownership.columns or query.open or query.joins or _asks_for_tenant(case):
        return []
    if any(not isinstance(where.condition, Test | Logic) for where in query.where):
        return []
    tests = [test for test in lookups(query) if isinstance(test.left, Column)]
    if all(isinstance(test.right, Literal) for test in tests):
        return []  # a state that rows are in, such as `deleted == False`, says which rows of all tenants are meant
    columns = list(dict.fromkeys(test.left for test in tests if isinstance(test.left, Column)))
    if any(read_column(case, column, table).meaning is not Meaning.OTHER for column in columns):
        return []
    names = [".".join(column.path) for column in columns]
    return [] if any(_is_unique(table, name) for name in names) else names


def _is_unique(table: Table, name: str) -> bool:
    """Unique for all tenants, or an id that another system gave, which is unique there."""
    column, words = table.columns.get(name), split(name)
    given_elsewhere = words[-1:] == ("id",) and "external" not in words
    return column is None or column.unique or (name,) in table.declaration.uniques or given_elsewhere


def without_tenant(case: Case, names: list[str]) -> Found | None:
    """The finding on a look-up by natural keys when somebody on the way to it knows the tenant."""
    holder = _tenant_at_hand(case) if names else None
    if holder is None:
        return None
    subject = ", ".join(names)
    step = Step(f"`{subject}` says which row is meant only within one {', '.join(case.tenancy.roots)}")
    known = Step(f"{holder[0]} has `{holder[1]}` at hand and does not hand it on", assumed=True)
    return Found(Reason.NO_PREDICATE, subject, (step, known))


def _asks_for_tenant(case: Case) -> bool:
    own = case.run.program.function(case.seen.function)
    return any(tenant_word(parameter.name) in _tenant_words(case) for parameter in own.parameters)


def _tenant_words(case: Case) -> set[str]:
    return {tenant_word(key) for key in case.tenancy.keys} - {""}


def _tenant_at_hand(case: Case) -> tuple[str, str] | None:
    """The function on the way to the access that knows the tenant, and under which name."""
    words = _tenant_words(case)
    for function in _around(case):
        if (model := _row_of_event(case, function)) is not None:
            return function.name, model
        for name in _names_in(function):
            if tenant_word(name) in words:
                return function.name, name
    return None


def _around(case: Case) -> Iterator[Function]:
    yield from standing_in(case.run.program, case.seen)
    yield from _written_callers(case, case.seen.function)


def _written_callers(case: Case, ref: FunctionRef) -> Iterator[Function]:
    """Functions that call this one by its name, whether or not a run came through them."""
    program = case.run.program
    for caller in program.callers_of(program.function(ref).name):
        function = program.function(caller)
        calls = (node for node in nodes(function) if isinstance(node, Call))
        if any(program.resolve(caller.path, call.function) == ref for call in calls):
            yield function


def _names_in(function: Function) -> Iterator[str]:
    """Parameters, local variables and what is given to others by name."""
    yield from (parameter.name for parameter in function.parameters)
    for node in nodes(function):
        if isinstance(node, Assign) and isinstance(node.target, Name):
            yield node.target.id
        elif isinstance(node, Call):
            yield from (argument.name for argument in node.arguments)
        elif isinstance(node, Mapping):
            keys = (entry.key for entry in node.entries)
            yield from (key.value for key in keys if isinstance(key, Constant) and isinstance(key.value, str))


def _row_of_event(case: Case, function: Function) -> str | None:
    """The model whose rows a function is told of by the data layer: `@listens_for(Model.column, "set")`."""
    for decorator in function.decorators:
        for argument in decorator.arguments if isinstance(decorator, Call) else ():
            name = _model_name(argument.value)
            ownership = case.ownership(case.run.program.tables.by_name.get(name))
            if ownership is not None and ownership.columns:
                return f"a row of {name}"
    return None


def _model_name(expression: Expression) -> str:
    while isinstance(expression, Attribute):
        expression = expression.base
    return expression.id if isinstance(expression, Name) else ""
