"""What the words of SQL tell of the place after them."""

from __future__ import annotations

from isolint.frontends.sql.lex import Token

QUERY = frozenset({"SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE"})

CLAUSE = frozenset({
    "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", "WINDOW", "UNION", "INTERSECT",
    "EXCEPT", "RETURNING", "ON", "USING", "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "SET",
    "VALUES", "SELECT", "AND", "OR", "THEN", "ELSE", "WHEN", "END", "AS", "ASC", "DESC", "NULLS", "DO", "INTO",
})  # fmt: skip
"""Words that cannot start an operand."""

# A word that is not listed ends an operand: identifiers, NULL, TRUE, END, ASC, CURRENT_DATE…
_OPENS_OPERAND = frozenset({
    "SELECT", "DISTINCT", "ALL", "ANY", "SOME", "FROM", "JOIN", "LATERAL", "ONLY", "WHERE", "AND", "OR", "NOT", "ON",
    "HAVING", "BY", "LIMIT", "OFFSET", "SET", "IN", "LIKE", "ILIKE", "GLOB", "REGEXP", "RLIKE", "SIMILAR", "TO",
    "ESCAPE", "BETWEEN", "THEN", "ELSE", "WHEN", "CASE", "VALUES", "RETURNING", "USING", "AS", "EXISTS", "IS",
    "INTERVAL", "TABLE", "WITH", "RECURSIVE", "UNION", "EXCEPT", "INTERSECT", "INTO", "UPDATE", "INSERT", "DELETE",
    "MERGE", "FOR", "DIV", "MOD", "XOR", "COLLATE", "ZONE", "FETCH", "FIRST", "NEXT", "ROWS", "RANGE", "BINARY",
    "RETURN", "EXPLAIN", "ANALYZE", "CALL",
})  # fmt: skip

KEYWORDS = QUERY | CLAUSE | _OPENS_OPERAND


def ends_operand(token: Token, expected: bool) -> bool:
    """Whether a value, name or list is complete after the token; `expected`: one was still missing before it."""
    if token.kind == "word":
        return token.text.upper() not in _OPENS_OPERAND
    if token.kind == "operator":
        return token.text in {")", "]", "}"} or (token.text == "*" and expected)
    return True


def starts_operand(token: Token | None) -> bool:
    """Whether the token can be the first of a value, a name or a list in parentheses."""
    if token is None:
        return False
    if token.kind == "word":
        return token.text.upper() not in CLAUSE | _INFIX
    return token.kind != "operator" or token.text in {"(", "-"}


_INFIX = frozenset(
    {"IN", "LIKE", "ILIKE", "BETWEEN", "IS", "SIMILAR", "GLOB", "REGEXP", "COLLATE", "ISNULL", "NOTNULL"}
)
