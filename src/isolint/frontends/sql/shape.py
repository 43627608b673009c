"""The shape of a statement's start: its keywords and punctuation, with everything else reduced to one letter."""

from __future__ import annotations

from isolint.frontends.sql.lex import Token, lex

_KEYWORDS = frozenset({
    "SELECT", "DISTINCT", "ALL", "FROM", "WHERE", "GROUP", "ORDER", "BY", "HAVING", "LIMIT", "OFFSET", "FETCH", "FOR",
    "UNION", "INTERSECT", "EXCEPT", "WINDOW", "AS", "ON", "USING", "JOIN", "LEFT", "RIGHT", "INNER", "FULL", "CROSS",
    "NATURAL", "OUTER", "LATERAL", "TABLESAMPLE", "RETURNING", "SET", "VALUES", "DEFAULT", "INSERT", "INTO", "UPDATE",
    "DELETE", "MERGE", "REPLACE", "IGNORE", "OR", "WITH", "RECURSIVE", "MATERIALIZED", "NOT", "IF", "EXISTS", "ONLY",
    "CREATE", "ALTER", "DROP", "TRUNCATE", "TABLE", "INDEX", "VIEW", "SCHEMA", "DATABASE", "SEQUENCE", "TYPE",
    "DOMAIN", "FUNCTION", "PROCEDURE", "AGGREGATE", "TRIGGER", "POLICY", "RULE", "ROLE", "USER", "EXTENSION", "TEMP",
    "TEMPORARY", "UNLOGGED", "UNIQUE", "CONCURRENTLY", "CONSTRAINT", "CASCADE", "RESTRICT", "RESTART", "LOCAL",
    "SESSION", "TO", "SEARCH_PATH", "TRANSACTION", "AUTHORIZATION", "TIME", "ZONE", "ADD", "RENAME", "OWNER",
    "ENABLE", "DISABLE", "FORCE", "VALIDATE", "ATTACH", "DETACH", "OWNED", "RESET", "CURSOR", "AND", "NULL", "TRUE",
    "FALSE", "CASE", "IS", "END", "OVER", "CONSTRAINTS", "PARTITION", "LIKE", "BEFORE", "AFTER", "INSTEAD", "LOGIN",
    "NOLOGIN", "PASSWORD", "BYPASSRLS", "IN", "SAVEPOINT", "STDIN", "STDOUT", "PROGRAM", "EXPLAIN", "ANALYZE",
    "VERBOSE", "CALL", "BEGIN", "START", "COMMIT", "ROLLBACK", "RELEASE", "COPY", "DO", "LANGUAGE", "GRANT", "REVOKE",
    "LOCK", "DECLARE", "REFRESH", "COMMENT", "REINDEX", "VACUUM", "LISTEN", "NOTIFY", "WORK", "ISOLATION", "READ",
    "IMMEDIATE", "EXCLUSIVE", "PREPARED", "CURRENT_DATE", "CURRENT_TIMESTAMP", "CURRENT_USER", "CURRENT_SCHEMA",
    "INTERVAL", "CAST", "COLUMN", "ASC", "DESC", "FOREIGN",
})  # fmt: skip
_ARTICLES = frozenset({
    "A", "AN", "THE", "YOUR", "THIS", "THAT", "THESE", "ANOTHER", "WHICH", "ONE", "AT", "YOU", "ITS", "OUR",
})  # fmt: skip
_LETTERS = {"quoted": "q", "string": "s", "number": "0", "hole": "h", "parameter": "p", "format": "p", "mark": "p"}
_NAMES = frozenset("nqhp")


def shape_of(text: str) -> str:
    """The shape, tokens apart by one space: keywords and operators stay, a dotted name is one letter.

    n: name · q: quoted or dotted name · s: string · 0: number · p: parameter · h: hole or template placeholder · the:
    an article. A call is `n(`.
    """
    parts: list[str] = []
    tokens = lex(text)
    index = 0
    while index < len(tokens):
        part, index = _part(tokens, index)
        is_call = part == "(" and not tokens[index - 1].spaced and bool(parts) and parts[-1] in _NAMES
        if is_call:
            parts[-1] += "("
        else:
            parts.append(part)
    return " ".join(parts)


def _part(tokens: list[Token], index: int) -> tuple[str, int]:
    token = tokens[index]
    if token.text in {"{", "$"} and (closed := _placeholder_end(tokens, index)):
        return "h", closed
    letter = _letter(token)
    dotted = index
    while (
        letter in _NAMES
        and dotted + 2 < len(tokens)
        and tokens[dotted + 1].text == "."
        and not tokens[dotted + 1].spaced
    ):
        dotted += 2
    return (letter, index + 1) if dotted == index else ("q", dotted + 1)


def _letter(token: Token) -> str:
    if token.kind == "word":
        word = token.text.upper()
        return word if word in _KEYWORDS else "the" if word in _ARTICLES else "n"
    return _LETTERS.get(token.kind, token.text)


def _placeholder_end(tokens: list[Token], index: int) -> int:
    """The index behind `{…}`, `{{…}}` or `${…}` that starts here, 0 if none does."""
    for end in range(index + 1, min(index + 12, len(tokens))):
        if tokens[end].text == "}" and (end + 1 == len(tokens) or tokens[end + 1].text != "}"):
            return end + 1
    return 0
