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
    "GLOBAL", "SESSION", "TO", "SEARCH_PATH", "TRANSACTION", "AUTHORIZATION", "TIME", "ZONE", "ADD", "RENAME",
    "MODIFY", "CHANGE", "CONVERT", "OWNER", "ENABLE", "DISABLE", "FORCE", "VALIDATE", "ATTACH", "DETACH", "OWNED",
    "RESET", "CURSOR", "AND", "NULL", "TRUE", "FALSE", "CASE", "IS", "END", "OVER", "CONSTRAINTS", "PARTITION",
    "LIKE", "BEFORE", "AFTER", "INSTEAD", "LOGIN", "NOLOGIN", "PASSWORD", "BYPASSRLS", "IN", "SAVEPOINT", "STDIN",
    "STDOUT", "PROGRAM", "EXPLAIN", "ANALYZE", "VERBOSE", "CALL", "BEGIN", "START", "COMMIT", "ROLLBACK", "RELEASE",
    "COPY", "DO", "LANGUAGE", "GRANT", "REVOKE", "LOCK", "DECLARE", "REFRESH", "COMMENT", "REINDEX", "VACUUM",
    "LISTEN", "NOTIFY", "WORK", "ISOLATION", "READ", "IMMEDIATE", "EXCLUSIVE", "PREPARED", "CURRENT_DATE",
    "CURRENT_TIMESTAMP", "CURRENT_USER", "CURRENT_SCHEMA", "INTERVAL", "CAST", "COLUMN", "ASC", "DESC", "FOREIGN",
})  # fmt: skip
_ARTICLES = frozenset({
    "A", "AN", "THE", "YOUR", "THIS", "THAT", "THESE", "ANOTHER", "WHICH", "ONE", "AT", "YOU", "ITS", "OUR",
})  # fmt: skip
_LETTERS = {"quoted": "q", "string": "s", "number": "0", "hole": "h", "parameter": "p", "format": "p", "mark": "p"}
_NAMES = frozenset("nqhp")


def shape_of(text: str) -> str:
    """The shape, tokens apart by one space: keywords and operators stay, a dotted name is one letter.

    n: name · q: quoted or dotted name · s: string · 0: number · p: parameter · h: name with a hole, or a placeholder of
    a template · the: an article. A call is `n(`.
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
    """The letter of what starts at the index, and the index behind it; dotted names are one part."""
    letter, end = _atom(tokens, index)
    while letter in _NAMES and end + 1 < len(tokens) and tokens[end].text == "." and not tokens[end].spaced:
        letter, end = "q", _atom(tokens, end + 1)[1]
    return letter, end


def _atom(tokens: list[Token], index: int) -> tuple[str, int]:
    if tokens[index].text in {"{", "$"} and (closed := _placeholder_end(tokens, index)):
        return "h", closed
    letter = _letter(tokens[index])
    return ("n" if letter == "the" and not _is_before_noun(tokens, index) else letter), index + 1


def _is_before_noun(tokens: list[Token], index: int) -> bool:
    """Whether a plain word follows, as it does behind an article but hardly behind an alias."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and following.spaced and _letter(following) in {"n", "the"}


def _letter(token: Token) -> str:
    if token.kind == "word":
        if "⟦" in token.text:
            return "h"
        word = token.text.upper()
        return word if word in _KEYWORDS else "the" if word in _ARTICLES else "n"
    return _LETTERS.get(token.kind, token.text)


def _placeholder_end(tokens: list[Token], index: int) -> int:
    """The index behind `{…}`, `{{…}}` or `${…}` that starts here, 0 if none does."""
    for end in range(index + 1, min(index + 12, len(tokens))):
        if tokens[end].text == "}" and (end + 1 == len(tokens) or tokens[end + 1].text != "}"):
            return end + 1
    return 0
