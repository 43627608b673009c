"""What the readers of clauses leave over: mentioned columns, nested queries and comparisons in odd places."""

from __future__ import annotations

from sqlglot import exp

from isolint.frontends.sql.booleans import COMPARISONS
from isolint.frontends.sql.comparisons import Where, judge
from isolint.frontends.sql.names import folded
from isolint.frontends.sql.scope import Branch, Scope
from isolint.frontends.sql.state import State, is_nested_query, own_nodes
from isolint.frontends.sql.subjects import subject

_SELECT = Where("select")


def sweep(root: object, scope: Scope, state: State) -> None:
    """Note the columns below `root`, read the nested queries and judge the comparisons that no clause has claimed."""
    if not isinstance(root, exp.Expr):
        return
    for part in own_nodes(root):
        if isinstance(part, exp.Column):
            state.mention(part, scope)
        elif part is not root and is_nested_query(part):
            if id(part) not in state.entered:
                state.enter_value(part, scope)
        elif type(part) in COMPARISONS and id(part) not in state.judged:
            state.emit(judge(part, scope, state, _SELECT))


def branch_of(values: list[exp.Expr], scope: Scope) -> Branch:
    """What a list of selected or returned expressions yields."""
    branch = Branch(values=values, scope=scope)
    for value in values:
        inner = value.this if isinstance(value, exp.Alias) else value
        if isinstance(inner, exp.Star):
            branch.stars += scope.sources.values()
        elif isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star):
            source = scope.sources.get(folded(inner.args.get("table")))
            branch.stars += [source] if source is not None else []
        else:
            name = folded(value.args.get("alias") if isinstance(value, exp.Alias) else inner.this)
            if not name or name in branch.outputs:
                name = f"\n{len(branch.outputs)}"
            column = subject(inner)
            is_plain = column is not None and not column.path and not column.optional
            branch.outputs[name] = scope.resolve(column.column) if column and is_plain else ()
    return branch
