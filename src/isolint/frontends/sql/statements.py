"""Statements by their first words, and the facts of those that are no queries."""

from __future__ import annotations

from isolint.frontends.sql.lex import Token
from isolint.frontends.sql.values import unquoted
from isolint.model.sql import SqlOperation, SqlStatement, TableUse

_MODIFIERS = frozenset({
    "OR", "REPLACE", "TEMP", "TEMPORARY", "GLOBAL", "LOCAL", "UNLOGGED", "FOREIGN", "UNIQUE", "MATERIALIZED",
    "RECURSIVE", "CONCURRENTLY", "IF", "NOT", "EXISTS", "ONLY", "CONSTRAINT",
})  # fmt: skip
_ON_TABLE = frozenset({"INDEX", "TRIGGER", "POLICY", "RULE", "STATISTICS"})

SCHEMA_CHANGES = frozenset(
    {"CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE", "REINDEX", "REFRESH", "SECURITY", "IMPORT"}
)
ASIDE = frozenset({
    "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE", "DEALLOCATE",
    "EXECUTE", "EXEC", "DECLARE", "FETCH", "MOVE", "CLOSE", "SHOW", "LISTEN", "NOTIFY", "UNLISTEN", "VACUUM",
    "ANALYZE", "CLUSTER", "DO", "LOCK", "DISCARD", "PRAGMA", "USE", "CHECKPOINT", "LOAD", "CALL", "REASSIGN",
    "DESCRIBE", "DESC", "ATTACH", "DETACH", "KILL", "OPTIMIZE", "EXPLAIN", "SET", "RESET", "FLUSH", "HANDLER",
    "UNLOCK", "DELIMITER", "GO",
})  # fmt: skip
"""First words of statements that touch no rows or schema of their own."""


def schema_change(tokens: list[Token]) -> SqlStatement:
    """The facts of CREATE, ALTER, DROP and the like: the tables that they change."""
    return SqlStatement(SqlOperation.DDL, tuple(_changed(tokens)))


def truncation(tokens: list[Token]) -> SqlStatement:
    """TRUNCATE deletes every row of the tables that it names."""
    start = 2 if len(tokens) > 1 and tokens[1].upper == "TABLE" else 1
    return SqlStatement(SqlOperation.DELETE, tuple(_named(tokens, start, SqlOperation.DELETE)))


def copy(tokens: list[Token]) -> SqlStatement:
    """COPY of a table, in or out."""
    is_input = any(token.upper == "FROM" for token in tokens)
    operation = SqlOperation.INSERT if is_input else SqlOperation.READ
    return SqlStatement(operation, tuple(_named(tokens, 1, operation)[:1]))


def wrapped_query(tokens: list[Token]) -> int:
    """Where the query starts in EXPLAIN, DECLARE … FOR, PREPARE … AS, COPY (…) or CREATE … AS; 0 if there is none."""
    head, depth = tokens[0].upper, 0
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else token
        if token.upper in {"SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE"} and index:
            after = {"EXPLAIN": None, "DECLARE": {"FOR"}, "PREPARE": {"AS"}, "CREATE": {"AS"}}.get(head, {"("})
            if (after is None and depth == 0) or (after is not None and (before.upper or before.text) in after):
                return index
            if head == "CREATE" and depth and before.text == "(" and tokens[index - 2].upper == "AS":
                return index - 1
        depth += {"(": 1, ")": -1}.get(token.text, 0)
    return 0


def _changed(tokens: list[Token]) -> list[TableUse]:
    index = 1
    while index < len(tokens) and tokens[index].upper in _MODIFIERS:
        index += 1
    kind = tokens[index].upper if index < len(tokens) else ""
    if kind in {"TABLE", "VIEW"}:
        return _named(tokens, index + 1, SqlOperation.DDL)
    if kind in _ON_TABLE or tokens[0].upper in {"GRANT", "REVOKE", "COMMENT"}:
        ons = [at for at, token in enumerate(tokens) if token.upper == "ON"]
        start = ons[0] + 1 if ons else len(tokens)
        if start < len(tokens) and tokens[0].upper in {"GRANT", "REVOKE", "COMMENT"} and tokens[start].upper != "TABLE":
            return []
        return _named(tokens, start + (tokens[start].upper == "TABLE" if start < len(tokens) else 0), SqlOperation.DDL)
    return []


def _named(tokens: list[Token], index: int, operation: SqlOperation) -> list[TableUse]:
    """The tables of a comma-separated list of names."""
    found: list[TableUse] = []
    while index < len(tokens):
        while index < len(tokens) and tokens[index].upper in _MODIFIERS:
            index += 1
        parts, index = name_at(tokens, index)
        if not parts:
            break
        found.append(TableUse(parts[-1], parts[-2] if len(parts) > 1 else "", "", operation))
        if index >= len(tokens) or tokens[index].text != ",":
            break
        index += 1
    return found


def name_at(tokens: list[Token], index: int) -> tuple[list[str], int]:
    """The parts of the dotted name at the index, and the index behind it."""
    parts: list[str] = []
    while index < len(tokens) and tokens[index].kind in {"word", "quoted", "hole", "parameter"}:
        parts.append(unquoted(tokens[index]))
        index += 1
        if index >= len(tokens) or tokens[index].text != ".":
            break
        index += 1
    return parts, index
