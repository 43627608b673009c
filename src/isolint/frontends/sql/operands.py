"""The values that columns are compared with or set to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from isolint.frontends.sql.lex import HOLE
from isolint.frontends.sql.names import first_hole, folded, marker
from isolint.frontends.sql.scope import Scope, Target
from isolint.frontends.sql.state import State, is_nested_query, is_query, own_nodes
from isolint.frontends.sql.values import readable, text_operand
from isolint.model.sql import Operand

_TRANSPARENT = (exp.Paren, exp.Cast, exp.TryCast, exp.Lower, exp.Upper, exp.Trim, exp.Collate)
_TEXTS = (exp.Literal, exp.RawString, exp.ByteString, exp.National, exp.HexString, exp.BitString, exp.UnicodeString)


def stripped(node: exp.Expr) -> exp.Expr:
    """The node without what does not change what it stands for: parentheses, casts, letter case."""
    while isinstance(node, _TRANSPARENT) and not is_query(node) and isinstance(node.this, exp.Expr):
        node = node.this
    return node


def operand(node: exp.Expr, scope: Scope, state: State) -> Operand:
    """What a value is."""
    node = stripped(node)
    if found := marker(node):
        return Operand(found[0], found[1])  # type: ignore[arg-type]
    if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
        return _column(node, scope, state)
    if isinstance(node, _TEXTS):
        return text_operand(node.name)
    if isinstance(node, exp.Boolean):
        return Operand("constant", "true" if node.this else "false")
    if isinstance(node, exp.Null):
        return Operand("constant", "null")
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return Operand("constant", f"-{node.this.name}")
    if is_query(node):
        return state.enter_value(node, scope)
    return _compound(node, scope, state)


def _compound(node: exp.Expr, scope: Scope, state: State) -> Operand:
    if isinstance(node, (exp.Tuple, exp.Array)):
        if len(node.expressions) == 1 and is_query(node.expressions[0]):
            return state.enter_value(node.expressions[0], scope)
        return listed(node.expressions, scope, state)
    return _expression(node, scope, state)


def listed(nodes: list[exp.Expr], scope: Scope, state: State) -> Operand:
    """The operand of a list of values."""
    return Operand("list", items=tuple(operand(node, scope, state) for node in nodes))


def _column(node: exp.Column, scope: Scope, state: State) -> Operand:
    name = folded(node.this)
    if not HOLE.sub("", name):
        return Operand("hole", first_hole(name))
    targets = scope.resolve(node)
    if name == "default" and not node.args.get("table"):
        return Operand("expression", "DEFAULT")
    if targets:
        return Operand("column", targets[0].column, table=targets[0].table)
    qualifier = folded(node.args.get("table"))
    return Operand("expression", f"{qualifier}.{name}" if qualifier else name)


@dataclass(slots=True)
class _Leaves:
    """What an expression is made of."""

    parameters: dict[str, None]
    holes: dict[str, None]
    rows: bool = False


def _expression(node: exp.Expr, scope: Scope, state: State) -> Operand:
    leaves = _Leaves({}, {})
    for part in own_nodes(node):
        _note(part, leaves, scope, state)
    if len(leaves.holes) == 1 and not leaves.rows and not leaves.parameters:
        return Operand("hole", next(iter(leaves.holes)))
    return Operand(
        "expression",
        sql_of(node, state),
        items=tuple(Operand("hole", hole) for hole in leaves.holes),
        parameters=tuple(leaves.parameters),
    )


def _note(part: exp.Expr, leaves: _Leaves, scope: Scope, state: State) -> None:
    if isinstance(part, exp.Column):
        found = marker(part)
        if found is None:
            leaves.rows = True
        elif found[0] == "hole":
            leaves.holes[found[1]] = None
        else:
            leaves.parameters[found[1]] = None
    elif isinstance(part, _TEXTS):
        leaves.holes.update(dict.fromkeys(HOLE.findall(part.name)))
    elif is_nested_query(part):
        leaves.rows = True
        state.enter_value(part, scope)


def sql_of(node: exp.Expr, state: State) -> str:
    """The node as SQL text, parameters as `$key`."""
    return readable(node.sql(dialect=state.dialect))


def constant_text(node: object) -> str | None:
    """The text of a constant, None for anything else."""
    if not isinstance(node, exp.Expr):
        return None
    node = stripped(node)
    if isinstance(node, exp.Boolean):
        return "true" if node.this else "false"
    return node.name if isinstance(node, _TEXTS) else None


def targets_in(node: exp.Expr, scope: Scope) -> set[Target]:
    """All table columns that the node mentions in its own scope."""
    columns = [part for part in own_nodes(node) if isinstance(part, exp.Column) and marker(part) is None]
    return {target for column in columns for target in scope.resolve(column)}
