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

    What `text` holds depends on `kind`: parameter: its key, with a hole in it for `$⟦n⟧` · constant: the literal ·
    column: the column's name, `table` its table · hole: the hole's number, also when it stands inside quotes or in a
    call or concatenation of constants around it · subquery: the only column that it selects (with its `table`) or '',
    `tables` are all tables inside it · expression: SQL text, `parameters` and, as `items`, the holes inside it are
    listed · list: '', see `items`. Casts, `lower`, `upper` and `trim` around a value do not exist here.
    """

    kind: Literal["parameter", "constant", "column", "hole", "subquery", "expression", "list"]
    text: str = ""
    table: int = -1
    tables: tuple[int, ...] = ()
    items: tuple[Operand, ...] = ()
    parameters: tuple[str, ...] = ()


class Condition(msgspec.Struct, frozen=True):
    """`column` of `tables[table]` compared with an operand.

    `table` is -1 when an unqualified column may belong to several tables; a JSON path is a column `data.key`.
    `position` tells where the condition stands: only `where` and `join` confine; `values` (INSERT) and `set` (UPDATE)
    are payload; `conflict` names the columns of ON CONFLICT. `widened`: rows exist for which it need not hold, since it
    stands under an OR whose other branches do not restrict the same column, compares the column with itself
    (`COALESCE($1, org_id)`), or stands in the ON of an outer join and its table is the side that is kept whole.
    `negated`: under a NOT that no operator expresses (NOT LIKE, or about the outer row inside NOT EXISTS). Operators:
    eq, ne, in, not in, is, is not, lt, le, gt, ge, like, between, other. `= ANY` is `in`; a column compared with a
    column gives a condition for each of them.
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

    `schema` is '' when unqualified. Names are folded as PostgreSQL does: unquoted to lower case, quoted as written;
    either may contain holes (`org_⟦0⟧`), a name that is a parameter is `$key`, and a hole for a whole query is a table
    `⟦0⟧`. `outer` tells that its rows are only added by an outer join. `scope` numbers the SELECT it stands in; 0 is
    the outermost.
    """

    name: str
    schema: str
    alias: str
    operation: SqlOperation
    outer: bool = False
    scope: int = 0


class SearchPath(msgspec.Struct, frozen=True):
    """`SET [LOCAL|SESSION] search_path …` or `set_config('search_path', …, is_local)`.

    Entries are folded names; they may hold holes or parameters (`$1`), or be the SQL text of a call. `RESET` and
    `DEFAULT` have no entries. A set_config whose third argument is not a constant counts as local.
    """

    entries: tuple[str, ...]
    local: bool


class SqlStatement(msgspec.Struct, frozen=True):
    """One statement; `operation` is None for those that touch no rows or schema (SET, BEGIN, CALL, …).

    `open` tells that a hole stands for a whole clause, so that there may be more conditions than listed. `columns` are
    the (table index, name) pairs mentioned anywhere, -1 for an ambiguous one. `settings` are (name, value, local), set
    by SET, SET ROLE (`role`) and calls such as `set_config('app.tenant_id', …)`. `limited`: the outermost query has a
    LIMIT. `branches` are the queries of a UNION, each as a statement of its own: it yields the rows of all of them.
    """

    operation: SqlOperation | None
    tables: tuple[TableUse, ...] = ()
    conditions: tuple[Condition, ...] = ()
    open: bool = False
    search_path: SearchPath | None = None
    settings: tuple[tuple[str, Operand, bool], ...] = ()
    columns: tuple[tuple[int, str], ...] = ()
    limited: bool = False
    branches: tuple[SqlStatement, ...] = ()


class SqlFacts(msgspec.Struct, frozen=True):
    """What a text holds: its statements in order, without those that could not be parsed, and what the first such is.

    `dynamic` tells that holes stand in the statement that could not be parsed.
    """

    statements: tuple[SqlStatement, ...] = ()
    problem: str = ""
    dynamic: bool = False


class CreatedColumn(msgspec.Struct, frozen=True, array_like=True):
    """A column of CREATE TABLE or ADD COLUMN; `type` is lower-case SQL text without constraints (`varchar(36)`).

    `unique` and `primary` hold for a key of this column alone. `references_*` name the target of a foreign key of this
    column alone, declared with the column or with the table; `references_column` is '' when the target's primary key is
    meant.
    """

    name: str
    type: str = ""
    not_null: bool = False
    unique: bool = False
    primary: bool = False
    references_table: str = ""
    references_schema: str = ""
    references_column: str = ""


class CreatedForeignKey(msgspec.Struct, frozen=True, array_like=True):
    """A foreign key of any number of columns; `target_columns` is empty when the target's primary key is meant."""

    columns: tuple[str, ...]
    table: str
    schema: str = ""
    target_columns: tuple[str, ...] = ()


class CreatedTable(msgspec.Struct, frozen=True, array_like=True):
    """A table as CREATE TABLE and the ALTER TABLE and CREATE UNIQUE INDEX statements of the same text declare it.

    Names are folded as in `TableUse`; what is inserted when the statement runs is a hole. `uniques` holds every unique
    key but the primary one, without partial and expression indexes. `like` names the table whose columns are copied
    (`LIKE schema.table`), '' if none. `altered` tells that the text changes the table but does not create it: only what
    it adds is listed.
    """

    name: str
    schema: str = ""
    columns: tuple[CreatedColumn, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[CreatedForeignKey, ...] = ()
    like: str = ""
    altered: bool = False
