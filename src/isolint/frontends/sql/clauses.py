"""WHERE and HAVING, and which of the conditions found belong to the scopes around."""

from __future__ import annotations

from sqlglot import exp

from isolint.frontends.sql.booleans import restrict
from isolint.frontends.sql.comparisons import Where
from isolint.frontends.sql.scope import Scope
from isolint.frontends.sql.state import State
from isolint.model.sql import Condition


def filters(node: exp.Expr, scope: Scope, state: State) -> list[Condition]:
    """The conditions of WHERE and HAVING."""
    where, having = node.args.get("where"), node.args.get("having")
    found = restrict(where.this, scope, state, Where("where")) if where is not None else []
    return found + (restrict(having.this, scope, state, Where("having")) if having is not None else [])


def settle(found: list[Condition], scope: Scope, state: State) -> list[Condition]:
    """Keep the conditions on the scope's own tables; the others, on rows of the scopes around it, are returned."""
    owned, foreign = scope.owned(), []
    for condition in found:
        if scope.outer is None or condition.table < 0 or condition.table in owned:
            state.emit([condition])
        else:
            foreign.append(condition)
    return foreign
