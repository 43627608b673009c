"""The last resort for text that does not parse with its holes: leave them out and mend what they leave behind."""

from __future__ import annotations

from itertools import pairwise

from isolint.frontends.sql.holes import Filled, split_name
from isolint.frontends.sql.lex import Token
from isolint.frontends.sql.words import ends_operand

_END = Token("operator", ";", True)
_KEEPS = frozenset({"FROM", "JOIN", "INTO", "UPDATE", "TABLE", "IN", "LIKE", "SET", "LIMIT", "OFFSET", "BETWEEN"})
_DANGLING = frozenset(
    {
        "WHERE",
        "AND",
        "OR",
        "NOT",
        "HAVING",
        "ON",
        "BY",
        "GROUP",
        "ORDER",
        "LIMIT",
        "OFFSET",
        "WITH",
        "FOR",
        "WINDOW",
        ",",
    }
)
_STOPS = frozenset({
    "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", "UNION", "INTERSECT", "EXCEPT",
    "RETURNING", "AND", "OR", ")", ";", "SELECT",
})  # fmt: skip
_STARTS = frozenset({"WHERE", "ON", "HAVING", "(", "AND", "OR", "SELECT", "SET", "BY"})


def without_holes(tokens: list[Token]) -> Filled:
    """The statement without the holes that may be clauses, open; those that must be values or names stay."""
    parts = [part for token, following in pairwise([*tokens, _END]) for part in split_name(token, following)]
    kept: list[Token] = []
    ended = False
    for token, following in pairwise([*parts, _END]):
        if token.kind == "hole" and (ended or not _stays(kept[-1] if kept else _END, following)):
            continue
        kept.append(token)
        ended = ends_operand(token, not ended)
    return Filled(_mended(kept), open=True)


def _stays(before: Token, following: Token) -> bool:
    return before.upper in _KEEPS or (before.kind == "operator" and before.text != ";") or following.text in {".", "="}


def _mended(tokens: list[Token]) -> list[Token]:
    """Without connectives that have lost an operand."""
    size = -1
    while size != len(tokens):
        size = len(tokens)
        kept: list[Token] = []
        for token, following in pairwise([*tokens, _END]):
            word, before = token.upper or token.text, kept[-1].upper or kept[-1].text if kept else ";"
            is_dangling = word in _DANGLING and (following.upper or following.text) in _STOPS
            if not is_dangling and not (word in {"AND", "OR", ","} and before in _STARTS):
                kept.append(token)
        tokens = kept
    return tokens


def guard_conflict(tokens: list[Token]) -> list[Token]:
    """sqlglot takes the ON of `INSERT … SELECT … FROM x ON CONFLICT` for a join's, unless a WHERE stands between."""
    if not any(token.upper in {"CONFLICT", "DUPLICATE"} for token in tokens):
        return tokens
    depth, clause = 0, ""
    for index, (token, following) in enumerate(pairwise([*tokens, _END])):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.upper == "ON" and following.upper in {"CONFLICT", "DUPLICATE"} and clause == "FROM":
            return [*tokens[:index], Token("word", "WHERE", True), Token("word", "TRUE", True), *tokens[index:]]
        if depth == 0 and token.upper in {"FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "VALUES", "OFFSET"}:
            clause = token.upper
    return tokens


def as_text(tokens: list[Token]) -> str:
    """The tokens as SQL text, on one line; parameters and names keep apart from what stands beside them."""
    return "".join(
        f" {token.text}" if token.spaced or token.kind in {"parameter", "hole"} else token.text for token in tokens
    )
