"""INSERT, UPDATE, DELETE and MERGE."""

from __future__ import annotations

from msgspec.structs import replace
from sqlglot import exp

from isolint.frontends.sql.booleans import restrict
from isolint.frontends.sql.clauses import filters, settle
from isolint.frontends.sql.comparisons import Where
from isolint.frontends.sql.names import folded
from isolint.frontends.sql.operands import operand
from isolint.frontends.sql.payload import assign, put, whole_row
from isolint.frontends.sql.scope import Around, Scope, Source
from isolint.frontends.sql.sources import From
from isolint.frontends.sql.state import State, is_query
from isolint.frontends.sql.sweep import branch_of, sweep
from isolint.model.sql import Condition, Operand, SqlOperation


def read_write(node: exp.Expr, around: Around, state: State, source: Source) -> list[Condition]:
    """Read a statement that changes rows; `source` gets what it returns. Conditions on scopes around are returned."""
    sources = From(around.scope(), state)
    if isinstance(node, exp.Insert):
        found = _insert(node, sources)
    elif isinstance(node, exp.Update):
        found = _update(node, sources)
    elif isinstance(node, exp.Delete):
        found = _delete(node, sources)
    else:
        found = _merge(node, sources)
    if (returning := node.args.get("returning")) is not None:
        sweep(returning, sources.scope, state)
        source.branches.append(branch_of(returning.expressions, sources.scope))
    return settle(sources.conditions + found, sources.scope, state)


def _update(node: exp.Update, sources: From) -> list[Condition]:
    scope, state = sources.scope, sources.state
    table = sources.add_written(node.this, SqlOperation.UPDATE) if isinstance(node.this, exp.Table) else -1
    if (from_ := node.args.get("from_")) is not None:
        sources.add(from_.this)
        sweep(from_, scope, state)
    assign(node.expressions, table, scope, state)
    found = filters(node, scope, state)
    sweep(node.args.get("where"), scope, state)
    return found


def _delete(node: exp.Delete, sources: From) -> list[Condition]:
    scope, state = sources.scope, sources.state
    first = len(state.tables)
    if isinstance(node.this, exp.Table):
        sources.add_written(node.this, SqlOperation.DELETE)
    names = {folded(table.this) for table in node.args.get("tables") or []}
    for used in node.args.get("using") or []:
        sources.add(used)
    for index in range(first, len(state.tables)) if names else ():
        table = state.tables[index]
        operation = SqlOperation.DELETE if {table.alias, table.name} & names else SqlOperation.READ
        state.tables[index] = replace(table, operation=operation)
    found = filters(node, scope, state)
    sweep(node, scope, state)
    return found


def _insert(node: exp.Insert, sources: From) -> list[Condition]:
    scope, state, into = sources.scope, sources.state, node.this
    columns = [folded(column) for column in into.expressions] if isinstance(into, exp.Schema) else []
    into = into.this if isinstance(into, exp.Schema) else into
    if not isinstance(into, exp.Table):
        return []
    table = sources.add_written(into, SqlOperation.INSERT)
    state.columns.update({(table, column): None for column in columns if "⟦" not in column})
    put(columns, _inserted(node.expression, len(columns), scope, state), table, state)
    return _conflict(node.args.get("conflict"), table, scope, state)


def _inserted(rows: object, size: int, scope: Scope, state: State) -> list[list[Operand]]:
    """The values of VALUES or of the projections of a query, which cannot see the target table."""
    inside = Scope(scope.number, scope.outer, scope.ctes)
    if isinstance(rows, exp.Values):
        sweep(rows, inside, state)
        values = [[operand(value, inside, state) for value in row.expressions] for row in rows.expressions]
        return [whole_row(row, size) for row in values]
    if not isinstance(rows, exp.Expr) or not is_query(rows):
        return []
    branches = state.enter(rows, inside).source.branches
    return [
        [operand(value.unalias(), branch.scope, state) for value in _leading(branch.values)]
        for branch in branches
        if branch.scope
    ]


def _leading(values: list[exp.Expr]) -> list[exp.Expr]:
    """The projections up to a star, after which positions are unknown."""
    for index, value in enumerate(values):
        if value.is_star:
            return values[:index]
    return values


def _conflict(conflict: object, table: int, scope: Scope, state: State) -> list[Condition]:
    if not isinstance(conflict, exp.OnConflict):
        return []
    for key in conflict.args.get("conflict_keys") or []:
        column = key.find(exp.Column)
        name = folded(column.this) if column is not None else ""
        if name:
            state.emit([Condition(table, name, "eq", Operand("expression", f"excluded.{name}"), "conflict")])
    scope.add("excluded", Source())
    assign(conflict.expressions, table, scope, state)
    found = filters(conflict, scope, state)
    sweep(conflict, scope, state)
    return found


def _merge(node: exp.Expr, sources: From) -> list[Condition]:
    scope, state = sources.scope, sources.state
    whens = [when for when in node.args["whens"].expressions if isinstance(when.args.get("then"), exp.Expr)]
    table = sources.add_written(node.this, _merged(whens)) if isinstance(node.this, exp.Table) else -1
    sources.add(node.args["using"])
    on = node.args.get("on")
    found = restrict(on, scope, state, Where("join")) if on is not None else []
    for when in whens:
        if (condition := when.args.get("condition")) is not None:
            found += [replace(c, widened=True) for c in restrict(condition, scope, state, Where("where"))]
        _merge_action(when.args["then"], table, scope, state)
    sweep(node, scope, state)
    return found


def _merge_action(then: exp.Expr, table: int, scope: Scope, state: State) -> None:
    if isinstance(then, exp.Update):
        assign(then.expressions, table, scope, state)
    elif isinstance(then, exp.Insert) and isinstance(then.this, exp.Tuple) and isinstance(then.expression, exp.Tuple):
        columns = [
            folded(column.this if isinstance(column, exp.Column) else column) for column in then.this.expressions
        ]
        put(columns, [[operand(value, scope, state) for value in then.expression.expressions]], table, state)


def _merged(whens: list[exp.Expr]) -> SqlOperation:
    """What a MERGE does to its target, the most telling first."""
    actions = [when.args["then"] for when in whens]
    if any(isinstance(action, exp.Update) for action in actions):
        return SqlOperation.UPDATE
    return SqlOperation.INSERT if any(isinstance(a, exp.Insert) for a in actions) else SqlOperation.DELETE
