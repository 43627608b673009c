"""Look-ups that only ask whether a value is taken that must be unique over all tenants: nothing of the row is used."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.model.access import Operation
from isolint.model.code import Assign, Await, Branch, Compare, Constant, Expression, Function, Logical, Name
from isolint.model.evidence import Reason, Step
from isolint.model.source import Span
from isolint.model.table import Table
from isolint.model.walk import nodes, nodes_in
from isolint.prove.case import Case, Found
from isolint.prove.denial import denies
from isolint.prove.terms import Column, Query, lookups


def asks_if_taken(case: Case, query: Query, table: Table) -> Found | None:
    """The caller is refused when there is such a row, and goes on when there is none. Without the tenants of others
    the answer would be wrong: the schema lets no two of them have the value.
    """
    names = [_column(test.left) for test in lookups(query) if test.operator == "eq"] if _reads(query) else []
    unique = next((name for name in names if _is_unique(table, name)), "")
    if not unique or not _only_refuses(case.run.program.function(case.seen.function), query.site.span):
        return None
    step = Step(f"`{unique}` is unique over all tenants, and the row is only asked for to refuse what is taken")
    return Found(Reason.UNIQUENESS_CHECK, unique, (step,))


def _reads(query: Query) -> bool:
    return query.operation is Operation.READ


def _column(side: object) -> str:
    return side.path[0] if isinstance(side, Column) and len(side.path) == 1 else ""


def _is_unique(table: Table, name: str) -> bool:
    column = table.columns.get(name)
    return column is not None and column.unique and name not in table.primary_key


def _only_refuses(function: Function, at: Span) -> bool:
    """Whether the value of the call at a place decides over a refusal, and is used for nothing else."""
    name = next((_target(node) for node in nodes(function) if isinstance(node, Assign) and _is_at(node.value, at)), "")
    asking = [test for test in _refusals(function) if _is_there(test, name, at)]
    if not asking:
        return False
    used = sum(_uses(name, statement) for statement in function.body)
    stored = sum(_target(node) == name for node in nodes(function) if isinstance(node, Assign))
    return not name or used - stored == sum(_uses(name, test) for test in asking)


def _refusals(function: Function) -> Iterator[Expression]:
    return (node.test for node in nodes(function) if isinstance(node, Branch) and denies(node.then))


def _target(node: Assign) -> str:
    return node.target.id if isinstance(node.target, Name) else ""


def _uses(name: str, root: object) -> int:
    return sum(isinstance(node, Name) and node.id == name for node in nodes_in(root))  # type: ignore[arg-type]


def _is_at(value: Expression, at: Span) -> bool:
    while isinstance(value, Await):
        value = value.value
    return value.at[:2] == at[:2]


def _is_there(test: Expression, name: str, at: Span) -> bool:
    """Whether a condition holds only when there is a row."""
    match test:
        case Name(id=held):
            return bool(name) and held == name
        case Logical(operator="and", operands=operands):
            return any(_is_there(operand, name, at) for operand in operands)
        case Compare(operator="ne" | "gt", left=left, right=Constant(value=None | 0)):
            return _is_there(left, name, at)
        case _:
            return _is_at(test, at)
