"""What is written: SET assignments and VALUES rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from isolint.frontends.sql.names import folded
from isolint.frontends.sql.operands import operand, stripped
from isolint.frontends.sql.scope import Scope, Target
from isolint.frontends.sql.state import State
from isolint.frontends.sql.subjects import named_by_hole
from isolint.frontends.sql.sweep import sweep
from isolint.model.sql import Condition, Operand

_MANY_ROWS = 20
"""Constants of further rows of VALUES say nothing new."""


def assign(nodes: Iterable[exp.Expr], table: int, scope: Scope, state: State) -> None:
    """The conditions of `SET column = value, …` on the table that is written."""
    for node in nodes:
        if isinstance(node, exp.EQ):
            state.judged.add(id(node))
            _assign_one(node, table, scope, state)
            sweep(node.expression, scope, state)
        elif column := named_by_hole(node):
            value = Operand("hole", operand(column, scope, state).text)
            state.emit([Condition(table, folded(column.this), "other", value, "set")])


def _assign_one(node: exp.EQ, table: int, scope: Scope, state: State) -> None:
    left, right = node.this, stripped(node.expression)
    columns = left.expressions if isinstance(left, (exp.Tuple, exp.Paren)) and left.expressions else [left]
    if len(columns) > 1 and isinstance(right, exp.Tuple) and len(right.expressions) == len(columns):
        values = [operand(value, scope, state) for value in right.expressions]
    else:
        values = [operand(right, scope, state)] * len(columns)
    for column, value in zip(columns, values, strict=True):
        for target in _written(column, table, scope):
            state.columns[target.table, target.column] = None
            state.emit([Condition(target.table, target.column, "eq", value, "set")])


def _written(node: exp.Expr, table: int, scope: Scope) -> tuple[Target, ...]:
    """The column that an assignment is to, also when only an element or a field of it is written."""
    column = node if isinstance(node, exp.Column) else node.find(exp.Column)
    if column is None:
        return ()
    if column.args.get("table"):
        return scope.resolve(column)
    return (Target(table, folded(column.this)),)


def whole_row(row: list[Operand], size: int) -> list[Operand]:
    """The values of a row of VALUES; a hole or parameter that stands alone is all of them."""
    return row * size if len(row) == 1 and row[0].kind in {"hole", "parameter"} else row


def put(columns: Sequence[str], rows: Iterable[Sequence[Operand]], table: int, state: State) -> None:
    """The conditions of rows that are inserted into the columns, as far as the values of a row are known."""
    for number, row in enumerate(rows):
        for column, value in zip(columns, row, strict=False):
            if number < _MANY_ROWS or value.kind != "constant":
                state.emit([Condition(table, column, "eq", value, "values")])
