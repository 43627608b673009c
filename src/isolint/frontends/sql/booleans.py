"""Boolean structure: what of a WHERE, ON or HAVING holds for every row, and what only for some."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace
from sqlglot import exp

from isolint.frontends.sql.comparisons import OPERATORS, Where, holds_hole, is_constant, is_true, judge
from isolint.frontends.sql.operands import stripped
from isolint.frontends.sql.scope import Scope
from isolint.frontends.sql.state import State, is_query, own_nodes
from isolint.model.sql import Condition

_RESTRICTING = frozenset({"eq", "in", "is", "lt", "le", "gt", "ge", "like", "between"})
COMPARISONS: frozenset[type[exp.Expr]] = frozenset({exp.In, exp.Between, *OPERATORS})


def restrict(node: exp.Expr, scope: Scope, state: State, where: Where) -> list[Condition]:
    """The conditions of a boolean expression; those that only some rows meet are widened."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Not):
        return restrict(node.this, scope, state, where._replace(negated=not where.negated))
    if isinstance(node, (exp.And, exp.Or)):
        branches = [restrict(part, scope, state, where) for part in _flattened(node)]
        is_conjunction = isinstance(node, exp.And) != where.negated
        return [c for branch in branches for c in branch] if is_conjunction else _either(branches)
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean) and _is_boolean(stripped(node.this)):
        state.judged.add(id(node))
        is_negation = bool(node.args.get("negate")) == bool(node.expression.this)
        return restrict(node.this, scope, state, where._replace(negated=where.negated != is_negation))
    return _predicate(node, scope, state, where)


def _is_boolean(node: exp.Expr) -> bool:
    return isinstance(node, (exp.And, exp.Or, exp.Not, exp.Exists)) or type(node) in COMPARISONS


def _predicate(node: exp.Expr, scope: Scope, state: State, where: Where) -> list[Condition]:
    if isinstance(node, exp.Exists):
        entered = state.enter(node.this, scope)
        return [replace(c, position=where.position, negated=where.negated) for c in entered.foreign]
    if holds_hole(node):
        state.open = state.open or where.position != "select"
        return []
    if is_constant(node):
        return []
    bare = stripped(node)
    if isinstance(bare, exp.Column):
        return is_true(bare, scope, where)
    if is_query(node):
        state.enter_value(node, scope)
        return []
    if isinstance(node, (exp.Binary, exp.In, exp.Between, exp.Escape)) and not isinstance(node, exp.Dot):
        return judge(node, scope, state, where)
    return _somewhere_in(node, scope, state, where)


def _somewhere_in(node: exp.Expr, scope: Scope, state: State, where: Where) -> list[Condition]:
    """Comparisons inside a CASE or a call hold for some rows at most; a call without any is a comparison itself."""
    inner = list(unjudged(node, state))
    if not inner:
        return judge(node, scope, state, where)
    return [replace(c, widened=True) for part in inner for c in judge(part, scope, state, where)]


def unjudged(root: exp.Expr, state: State) -> Iterator[exp.Expr]:
    """The comparisons in the scope of `root` whose position is not settled."""
    for part in own_nodes(root):
        if type(part) in COMPARISONS and id(part) not in state.judged:
            yield part


def _flattened(node: exp.And | exp.Or) -> list[exp.Expr]:
    """The operands of a chain of the same connective, left to right, without recursion along the chain."""
    parts: list[exp.Expr] = []
    pending: list[exp.Expr] = [node]
    while pending:
        part = pending.pop()
        if type(part) is type(node):
            pending += [part.expression, part.this]
        else:
            parts.append(part)
    return parts


def _either(branches: list[list[Condition]]) -> list[Condition]:
    """Conditions of alternatives: they hold only on columns that every alternative restricts."""
    restricted = [
        {(c.table, c.column) for c in branch if c.operator in _RESTRICTING and not (c.widened or c.negated)}
        for branch in branches
    ]
    common = set.intersection(*restricted)
    return [
        c if (c.table, c.column) in common and c.operator in _RESTRICTING else replace(c, widened=True)
        for branch in branches
        for c in branch
    ]
