"""What is gathered while the tree of one statement is walked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import msgspec
from sqlglot import exp

from isolint.frontends.sql.names import folded, marker
from isolint.frontends.sql.scope import Scope, Source
from isolint.model.sql import Condition, Operand, SqlOperation, TableUse


@dataclass(frozen=True, slots=True)
class Entered:
    """A subquery that was read: what it is as an operand and as a source, and its conditions on rows around it."""

    operand: Operand
    source: Source
    foreign: tuple[Condition, ...] = ()


@dataclass(slots=True)
class State:
    """The facts of a statement in the making.

    `reading` reads a nested query; it is handed in because queries, conditions and operands contain each other.
    `entered` holds the nested queries that were read, `judged` the comparisons whose position is settled, both by `id`:
    the tree outlives the walk. `reads` counts how often a name is read, to tell which CTEs are shared.
    """

    reading: Callable[[exp.Expr, Scope, State], Entered]
    dialect: str = "postgres"
    tables: list[TableUse] = field(default_factory=list)
    conditions: dict[Condition, None] = field(default_factory=dict)
    columns: dict[tuple[int, str], None] = field(default_factory=dict)
    reads: dict[str, int] = field(default_factory=dict)
    entered: dict[int, Entered] = field(default_factory=dict)
    judged: set[int] = field(default_factory=set)
    open: bool = False
    last_scope: int = 0

    def next_scope(self) -> int:
        """The number of a further scope."""
        self.last_scope += 1
        return self.last_scope

    def add_table(self, node: exp.Table, operation: SqlOperation, scope: int) -> int:
        """Enter a table; its index."""
        alias = node.args.get("alias")
        self.tables.append(
            TableUse(
                folded(node.this),
                folded(node.args.get("db")),
                folded(alias.this) if isinstance(alias, exp.TableAlias) else "",
                operation,
                scope=scope,
            )
        )
        return len(self.tables) - 1

    def mention(self, column: exp.Column, scope: Scope) -> None:
        """Note which table columns a column stands for; holes and parameters are none."""
        if marker(column) is None:
            for table, name, _ in scope.resolve(column):
                self.columns[table, name] = None

    def mark_outer(self, tables: Iterable[int]) -> None:
        """Their rows are only added by an outer join."""
        for index in tables:
            self.tables[index] = msgspec.structs.replace(self.tables[index], outer=True)

    def emit(self, conditions: Iterable[Condition]) -> None:
        """Keep conditions; repeated ones once."""
        self.conditions.update(dict.fromkeys(conditions))

    def enter(self, query: exp.Expr, scope: Scope) -> Entered:
        """Read a nested query, once."""
        query = bare(query)
        if id(query) not in self.entered:
            self.entered[id(query)] = self.reading(query, scope, self)
        return self.entered[id(query)]

    def enter_value(self, query: exp.Expr, scope: Scope) -> Operand:
        """Read a nested query that yields a value: what it compares with rows around it confines none of them."""
        entered = self.enter(query, scope)
        self.emit(msgspec.structs.replace(condition, position="select") for condition in entered.foreign)
        return entered.operand


def bare(node: exp.Expr) -> exp.Expr:
    """The node without the parentheses around it."""
    while isinstance(node, (exp.Subquery, exp.Paren)) and not node.args.get("with_"):
        node = node.this
    return node


def is_query(node: object) -> bool:
    """Whether the node is a query with a scope of its own, parentheses aside."""
    if isinstance(node, (exp.Subquery, exp.Paren)):
        node = bare(node)
    return isinstance(node, (exp.Select, exp.SetOperation, exp.Subquery))


def own_nodes(root: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes below `root` that belong to its scope; nested queries are yielded but not what is in them."""

    def is_nested(node: exp.Expr) -> bool:
        return type(node) in _SCOPED and node is not root and (type(node) is exp.CTE or is_nested_query(node))

    return root.dfs(prune=is_nested)


_SCOPED = frozenset({exp.Select, exp.Union, exp.Intersect, exp.Except, exp.Subquery, exp.CTE})


def is_nested_query(node: exp.Expr) -> bool:
    """Whether the node is what `State.entered` knows a nested query by."""
    if type(node) not in _SCOPED:
        return False
    return isinstance(node, (exp.Select, exp.SetOperation)) or (
        isinstance(node, exp.Subquery) and bool(node.args.get("with_"))
    )
