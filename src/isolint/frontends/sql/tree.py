"""From the tree of one query or data-changing statement to its facts."""

from __future__ import annotations

from sqlglot import exp

from isolint.frontends.sql.configuration import calls_of
from isolint.frontends.sql.names import folded
from isolint.frontends.sql.query import read_nested, read_query
from isolint.frontends.sql.scope import Around, Source
from isolint.frontends.sql.state import State, bare
from isolint.model.sql import SqlOperation, SqlStatement, TableUse

_OPERATIONS: dict[type[exp.Expr], SqlOperation] = {
    exp.Insert: SqlOperation.INSERT,
    exp.Update: SqlOperation.UPDATE,
    exp.Delete: SqlOperation.DELETE,
}


def statement_of(tree: exp.Expr, dialect: str, is_open: bool, written: tuple[TableUse, ...] = ()) -> SqlStatement:
    """The facts of a tree; `written` are tables that the text around the query writes, which come first."""
    state = State(read_nested, dialect, tables=list(written), open=is_open)
    if tree.find(exp.With) is not None:
        _count_reads(tree, state)
    read_query(tree, Around(), state, Source())
    search_path, settings = calls_of(tree, state)
    return SqlStatement(
        SqlOperation.DDL if written else _operation(bare(tree), state),
        tuple(state.tables),
        tuple(state.conditions),
        state.open,
        search_path,
        settings,
        tuple(state.columns),
        any(node.args.get("limit") is not None for node in (tree, bare(tree))),
        () if written else tuple(statement_of(branch, dialect, is_open) for branch in _branches(bare(tree))),
    )


def _branches(tree: exp.Expr) -> list[exp.Expr]:
    """The queries of a UNION, each with the CTEs that stand before them all; none for other trees."""
    if not isinstance(tree, exp.Union):
        return []
    before, pending, found = tree.args.get("with_"), [tree.expression, tree.this], list[exp.Expr]()
    while pending:
        part = bare(pending.pop())
        if isinstance(part, exp.Union) and not part.args.get("with_"):
            pending += [part.expression, part.this]
        else:
            found.append(part.copy())
    for branch in found:
        if before is not None and not branch.args.get("with_"):
            branch.set("with_", before.copy())
    return found


def _operation(tree: exp.Expr, state: State) -> SqlOperation:
    if isinstance(tree, exp.Merge):
        written = (table.operation for table in state.tables if table.operation is not SqlOperation.READ)
        return next(written, SqlOperation.UPDATE)
    return _OPERATIONS.get(type(tree), SqlOperation.READ)


def _count_reads(tree: exp.Expr, state: State) -> None:
    """Count how often each name is read, but for a CTE by itself."""
    for table in tree.find_all(exp.Table):
        name = folded(table.this)
        inside = table.find_ancestor(exp.CTE)
        is_recursion = inside is not None and folded(inside.args["alias"].this) == name
        if not table.args.get("db") and not is_recursion:
            state.reads[name] = state.reads.get(name, 0) + 1
