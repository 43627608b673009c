"""Facts about SQL text: which tables a statement touches and what confines each of them.

Text reaches the SQL frontend with its holes written `⟦0⟧`, `⟦1⟧`, …: the places where a program inserts something that
is not constant. Bound parameters stay what they are (`$1`, `%s`, `%(name)s`, `:name`, `?`, `@name`) and come out as
operands keyed `1`, `2`, … (positional, counted from 1 in order of appearance; `$n` keeps its n) or by name.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec


class SqlOperation(StrEnum):
    """What a statement does to a table."""

    READ = "read"
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    DDL = "ddl"


class Operand(msgspec.Struct, frozen=True):
    """The other side of a condition, or the value written.

    `kind` and what `text` holds: parameter (its key) · constant (the literal) · column (`table`, `text` = column
    name) · hole (the hole's
    number, also when it stands inside quotes or a call around it) · subquery (`tables` inside it) · expression (SQL
    text; `parameters` inside it are listed) · list (`items`).
    """

    kind: Literal["parameter", "constant", "column", "hole", "subquery", "expression", "list"]
    text: str = ""
    table: int = -1
    tables: tuple[int, ...] = ()
    items: tuple[Operand, ...] = ()
    parameters: tuple[str, ...] = ()


class Condition(msgspec.Struct, frozen=True):
    """`column` of `tables[table]` compared with an operand.

    `table` is -1 when an unqualified column may belong to several tables. `position` tells where it stands: only
    `where` and `join` confine
    (`join` of the outer-joined side does not: `outer`). `widened`: under an OR whose other branches do not
    restrict the same column.
    `values` (INSERT) and `set` (UPDATE) are payload. Operators: eq, ne, in, not in, is, is not, lt, le, gt, ge,
    like, between, other.
    """

    table: int
    column: str
    operator: str
    operand: Operand
    position: Literal["where", "join", "having", "select", "set", "values", "conflict"]
    widened: bool = False
    negated: bool = False


class TableUse(msgspec.Struct, frozen=True):
    """A table that a statement touches; CTE names, set-returning functions and derived tables are none.

    `schema` is '' when unqualified. Names are folded as PostgreSQL does: unquoted to lower case, quoted as
    written; either may contain
    holes (`org_⟦0⟧`). `outer` tells that its rows are only added by an outer join. `scope` numbers the SELECT it
    stands in; 0 is the outermost.
    """

    name: str
    schema: str
    alias: str
    operation: SqlOperation
    outer: bool = False
    scope: int = 0


class SearchPath(msgspec.Struct, frozen=True):
    """`SET [LOCAL|SESSION] search_path …` or `set_config('search_path', …, is_local)`; entries may hold holes or
    parameters (`$1`).
    """

    entries: tuple[str, ...]
    local: bool


class SqlStatement(msgspec.Struct, frozen=True):
    """One statement. `open` tells that a hole stands for a whole clause, so that there may be more conditions than
    listed.

    `columns` are the (table index, name) pairs mentioned anywhere. `role` is set by `SET ROLE`/row-level-security
    settings
    such as `set_config('app.tenant_id', …)`: (setting, value operand, local).
    """

    operation: SqlOperation | None
    tables: tuple[TableUse, ...] = ()
    conditions: tuple[Condition, ...] = ()
    open: bool = False
    search_path: SearchPath | None = None
    settings: tuple[tuple[str, Operand, bool], ...] = ()
    columns: tuple[tuple[int, str], ...] = ()
    limited: bool = False


class SqlFacts(msgspec.Struct, frozen=True):
    """What a text holds: its statements in order, or why it could not be parsed (`dynamic`: because of its holes)."""

    statements: tuple[SqlStatement, ...] = ()
    problem: str = ""
    dynamic: bool = False
