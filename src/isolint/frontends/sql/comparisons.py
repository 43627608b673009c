"""Single comparisons: which columns they restrict, and with what."""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec.structs import replace
from sqlglot import exp

from isolint.frontends.sql.names import folded, marker
from isolint.frontends.sql.operands import constant_text, listed, operand, stripped, targets_in
from isolint.frontends.sql.scope import Scope, Target
from isolint.frontends.sql.state import State, is_query
from isolint.frontends.sql.subjects import Subject, named_by_hole, subject
from isolint.model.sql import Condition, Operand

Position = Literal["where", "join", "having", "select", "set", "values", "conflict"]

OPERATORS: dict[type[exp.Expr], str] = {
    exp.EQ: "eq",
    exp.NullSafeEQ: "eq",
    exp.NEQ: "ne",
    exp.NullSafeNEQ: "ne",
    exp.LT: "lt",
    exp.LTE: "le",
    exp.GT: "gt",
    exp.GTE: "ge",
    exp.Is: "is",
    exp.Like: "like",
    exp.ILike: "like",
    exp.RegexpLike: "like",
    exp.RegexpILike: "like",
    exp.SimilarTo: "like",
}
_FLIPPED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "like": "other"}
_NEGATED = {
    "eq": "ne",
    "ne": "eq",
    "in": "not in",
    "not in": "in",
    "is": "is not",
    "is not": "is",
    "lt": "ge",
    "ge": "lt",
    "gt": "le",
    "le": "gt",
}


class Where(NamedTuple):
    """Where a comparison stands, and whether under a NOT."""

    position: Position
    negated: bool = False


class Comparison(NamedTuple):
    """`left operator right`; `right` is a tree or, for lists and ranges, an operand already."""

    left: exp.Expr
    operator: str
    right: exp.Expr | Operand


def judge(node: exp.Expr, scope: Scope, state: State, where: Where) -> list[Condition]:
    """The conditions of one predicate that is no AND, OR, NOT or EXISTS."""
    state.judged.add(id(node))
    if isinstance(node, exp.Escape):
        return judge(node.this, scope, state, where)
    if isinstance(node, exp.In):
        return _membership(node, scope, state, where)
    if isinstance(node, exp.Between):
        bounds = listed([node.args["low"], node.args["high"]], scope, state)
        return compare(Comparison(node.this, "between", bounds), scope, state, where)
    if isinstance(node, exp.Binary):
        if node.args.get("negate"):
            where = where._replace(negated=not where.negated)
        operator = OPERATORS.get(type(node), "other")
        return _binary(Comparison(node.this, operator, node.expression), scope, state, where)
    return _loosely(node, operand(node, scope, state), scope, where)


def _membership(node: exp.In, scope: Scope, state: State, where: Where) -> list[Condition]:
    query, values = node.args.get("query"), node.args.get("field") or node.args.get("unnest")
    if query is not None:
        return _in_query(node.this, "in", query, scope, state, where)
    if values is not None:
        return _any_of(node.this, "in", values, scope, state, where)
    left = stripped(node.this)
    if isinstance(left, exp.Tuple) and all(isinstance(row, exp.Tuple) for row in node.expressions):
        columns = [
            [row.expressions[i] for row in node.expressions if i < len(row.expressions)]
            for i in range(len(left.expressions))
        ]
        return [
            condition
            for part, items in zip(left.expressions, columns, strict=True)
            for condition in compare(Comparison(part, "in", listed(items, scope, state)), scope, state, where)
        ]
    return compare(Comparison(node.this, "in", listed(node.expressions, scope, state)), scope, state, where)


def _binary(it: Comparison, scope: Scope, state: State, where: Where) -> list[Condition]:
    """A binary predicate, with `= ANY (…)` and row values resolved."""
    right = it.right
    if isinstance(right, exp.Any):
        return _any_of(it.left, "in" if it.operator == "eq" else it.operator, right.this, scope, state, where)
    if isinstance(right, exp.Anonymous) and right.name.upper() in {"ALL", "SOME"} and len(right.expressions) == 1:
        member = {("SOME", "eq"): "in", ("ALL", "ne"): "not in"}.get((right.name.upper(), it.operator), "other")
        return _any_of(it.left, member, right.expressions[0], scope, state, where)
    if isinstance(right, exp.All):
        return _any_of(it.left, "not in" if it.operator == "ne" else "other", right.this, scope, state, where)
    left = stripped(it.left)
    if isinstance(left, exp.Tuple) and isinstance(right, exp.Expr):
        return _rows(left, it.operator, stripped(right), scope, state, where)
    return compare(it, scope, state, where)


def _rows(left: exp.Tuple, operator: str, right: exp.Expr, scope: Scope, state: State, where: Where) -> list[Condition]:
    """`(a, b) = (x, y)` is a comparison of each; the order of rows restricts none of them for sure."""
    operator = operator if operator in {"eq", "ne"} else "other"
    pairs: list[tuple[exp.Expr, exp.Expr | Operand]]
    if isinstance(right, exp.Tuple) and len(right.expressions) == len(left.expressions):
        pairs = list(zip(left.expressions, right.expressions, strict=True))
    else:
        value = operand(right, scope, state)
        pairs = [(part, value) for part in left.expressions]
    return [c for part, other in pairs for c in compare(Comparison(part, operator, other), scope, state, where)]


def _any_of(
    left: exp.Expr, operator: str, values: exp.Expr, scope: Scope, state: State, where: Where
) -> list[Condition]:
    values = stripped(values)
    if isinstance(values, exp.Array) and len(values.expressions) == 1 and is_query(values.expressions[0]):
        values = values.expressions[0]
    if is_query(values):
        return _in_query(left, operator, values, scope, state, where)
    if subject(values) is not None and not isinstance(stripped(left), exp.Tuple):
        return compare(Comparison(left, "other", values), scope, state, where)
    return _each(left, operator, operand(values, scope, state), scope, state, where)


def _in_query(
    left: exp.Expr, operator: str, query: exp.Expr, scope: Scope, state: State, where: Where
) -> list[Condition]:
    entered = state.enter(query, scope)
    negated = where.negated != (operator == "not in")
    found = [replace(c, position=where.position, negated=negated) for c in entered.foreign]
    return [*_each(left, operator, entered.operand, scope, state, where), *found]


def _each(left: exp.Expr, operator: str, right: Operand, scope: Scope, state: State, where: Where) -> list[Condition]:
    left = stripped(left)
    parts = left.expressions if isinstance(left, exp.Tuple) else [left]
    return [c for part in parts for c in compare(Comparison(part, operator, right), scope, state, where)]


def compare(it: Comparison, scope: Scope, state: State, where: Where) -> list[Condition]:
    """The conditions on the columns of both sides."""
    right = it.right if isinstance(it.right, exp.Expr) else None
    value = operand(it.right, scope, state) if isinstance(it.right, exp.Expr) else it.right
    left_subject, right_subject = subject(it.left), subject(right) if right is not None else None
    found: list[Condition] = []
    if left_subject:
        found += _about(left_subject, it.operator, value, right, scope, where)
    if right_subject:
        flipped = _FLIPPED.get(it.operator, it.operator)
        found += _about(right_subject, flipped, operand(it.left, scope, state), it.left, scope, where)
    if left_subject or right_subject:
        return found
    if it.operator not in {"is", "is not"} and (column := named_by_hole(it.left)):
        return [_condition(Target(scope.only_table(), folded(column.this)), it.operator, value, where)]
    loose = _loosely(it.left, value, scope, where)
    return loose + (_loosely(right, operand(it.left, scope, state), scope, where) if right is not None else [])


def _about(
    it: Subject, operator: str, value: Operand, other: exp.Expr | None, scope: Scope, where: Where
) -> list[Condition]:
    targets = scope.resolve(it.column)
    mentioned = targets_in(other, scope) if other is not None else set()
    return [
        _condition(target, operator, value, where, it.path, it.optional or target in mentioned) for target in targets
    ]


def _condition(
    target: Target, operator: str, value: Operand, where: Where, path: str = "", widened: bool = False
) -> Condition:
    column, negated = target.column + path, where.negated
    if negated and operator in _NEGATED:
        operator, negated = _NEGATED[operator], False
    return Condition(target.table, column, operator, value, where.position, widened or target.shared, negated)


def _loosely(node: exp.Expr, value: Operand, scope: Scope, where: Where) -> list[Condition]:
    """Conditions on columns that are compared only after something was made of them."""
    if is_query(node):
        return []
    return [_condition(target, "other", value, where) for target in sorted(targets_in(node, scope))]


def is_true(node: exp.Column, scope: Scope, where: Where) -> list[Condition]:
    """The condition of a column that is a condition by itself."""
    return [_condition(target, "is", Operand("constant", "true"), where) for target in scope.resolve(node)]


def holds_hole(node: exp.Expr) -> bool:
    """Whether the node is a hole that stands for a condition."""
    found = marker(stripped(node))
    return found is not None and found[0] == "hole"


def is_constant(node: exp.Expr) -> bool:
    """Whether the node has the same value for all rows."""
    return constant_text(node) is not None or isinstance(node, exp.Null) or marker(stripped(node)) is not None
