"""Queries: SELECT, set operations, VALUES, and the CTEs before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from msgspec import structs
from sqlglot import exp

from isolint.frontends.sql.clauses import filters, settle
from isolint.frontends.sql.names import folded
from isolint.frontends.sql.scope import Around, Branch, Scope, Source
from isolint.frontends.sql.sources import From
from isolint.frontends.sql.state import Entered, State, bare
from isolint.frontends.sql.sweep import branch_of, sweep
from isolint.frontends.sql.writes import read_write
from isolint.model.sql import Condition, Operand, SqlOperation


def read_nested(node: exp.Expr, scope: Scope, state: State) -> Entered:
    """Read a query inside another: its tables, its own conditions, and those on rows of the queries around it."""
    first, source = len(state.tables), Source()
    foreign = read_query(node, Around(state.next_scope(), scope, scope.ctes), state, source)
    tables = tuple(sorted({*range(first, len(state.tables)), *source.tables()}))
    outputs = source.branches[0].outputs if source.branches and not source.branches[0].stars else {}
    targets = next(iter(outputs.values())) if len(outputs) == 1 else ()
    column, table = (targets[0].column, targets[0].table) if targets else ("", -1)
    return Entered(Operand("subquery", column, table, tables), source, tuple(foreign))


def read_query(node: exp.Expr, around: Around, state: State, source: Source) -> list[Condition]:
    """Read a query or a data-changing statement into `source`; conditions on rows of the scopes around it."""
    node = bare(node)
    ctes = _with(node.args.get("with_"), around, state)
    around = Around(around.number, around.outer, ctes)
    if isinstance(node, exp.Subquery):
        return read_query(node.this, around, state, source)
    if isinstance(node, exp.SetOperation):
        return _set_operation(node, around, state, source)
    if isinstance(node, exp.Select):
        return _select(node, around, state, source)
    if isinstance(node, (exp.Insert, exp.Update, exp.Delete, exp.Merge)):
        return read_write(node, around, state, source)
    return _rows(node, around, state, source)


def _with(with_: object, around: Around, state: State) -> Mapping[str, Source]:
    ctes: dict[str, Source] = dict(around.ctes)
    if not isinstance(with_, exp.With):
        return ctes
    for cte in with_.expressions:
        alias = cte.args.get("alias")
        name = folded(alias.this) if isinstance(alias, exp.TableAlias) else ""
        columns = alias.args.get("columns") or [] if isinstance(alias, exp.TableAlias) else []
        source = Source(shared=state.reads.get(name, 0) > 1, names=[folded(column) for column in columns])
        # What a recursion does with its earlier rows says nothing of the rows that it starts from.
        visible = {**ctes, name: replace(source, shared=True)} if with_.args.get("recursive") else ctes
        foreign = read_query(cte.this, Around(state.next_scope(), around.outer, visible), state, source)
        state.emit(structs.replace(condition, position="select") for condition in foreign)
        ctes = {**ctes, name: source}
    return ctes


def _set_operation(node: exp.SetOperation, around: Around, state: State, source: Source) -> list[Condition]:
    branches: list[exp.Expr] = []
    pending: list[exp.Expr] = [node]
    while pending:
        part = bare(pending.pop())
        if isinstance(part, exp.SetOperation) and (part is node or not part.args.get("with_")):
            pending += [part.expression, part.this]
        else:
            branches.append(part)
    found: list[Condition] = []
    for index, branch in enumerate(branches):
        number = state.next_scope() if index else around.number
        found += read_query(branch, Around(number, around.outer, around.ctes), state, source)
    return found


def _select(node: exp.Select, around: Around, state: State, source: Source) -> list[Condition]:
    scope = around.scope()
    sources = From(scope, state)
    if (from_ := node.args.get("from_")) is not None:
        sources.add(from_.this)
    sources.add_joins(node)
    if (into := node.args.get("into")) is not None and isinstance(into.this, exp.Table):
        state.add_table(into.this, SqlOperation.INSERT, scope.number)
    found = sources.conditions + filters(node, scope, state)
    sweep(node, scope, state)
    source.branches.append(branch_of(node.expressions, scope))
    return settle(found, scope, state)


def _rows(node: exp.Expr, around: Around, state: State, source: Source) -> list[Condition]:
    """VALUES, or a table in parentheses."""
    scope = around.scope()
    if isinstance(node, exp.Table):
        sources = From(scope, state)
        sources.add(node)
        source.branches.append(Branch(stars=list(scope.sources.values())))
        return settle(sources.conditions, scope, state)
    sweep(node, scope, state)
    return []
