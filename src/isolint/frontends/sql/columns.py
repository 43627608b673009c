"""Column definitions and key lists of CREATE TABLE, from tokens."""

from __future__ import annotations

from itertools import pairwise

from isolint.frontends.sql.lex import Token
from isolint.frontends.sql.statements import name_at
from isolint.frontends.sql.values import unquoted
from isolint.model.sql import CreatedColumn

_ENDS_TYPE = frozenset({
    "NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "REFERENCES", "CHECK", "CONSTRAINT", "COLLATE", "GENERATED",
    "AUTO_INCREMENT", "AUTOINCREMENT", "COMMENT", "ON", "STORAGE", "COMPRESSION", "KEY",
})  # fmt: skip


def split_items(tokens: list[Token], bare: bool = False) -> tuple[list[list[Token]], list[Token]]:
    """The comma-separated items inside the first parenthesis, and the tokens behind it; `bare`: of the tokens
    themselves.
    """
    if not bare:
        if not tokens or tokens[0].text != "(":
            return [], tokens
        tokens = tokens[1:]
    items: list[list[Token]] = [[]]
    depth = 0
    for index, token in enumerate(tokens):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
        if depth < 0:
            return [item for item in items if item], tokens[index + 1 :]
        if token.text == "," and depth == 0:
            items.append([])
        else:
            items[-1].append(token)
    return [item for item in items if item], []


def column_of(tokens: list[Token]) -> CreatedColumn | None:
    """The column that the tokens define, None if they do not."""
    if tokens[0].kind not in {"word", "quoted", "hole"}:
        return None
    end = 1
    while end < len(tokens) and tokens[end].upper not in _ENDS_TYPE:
        end += 1
    words = _top_level(tokens[end:])
    pairs = {(a.upper, b.upper) for a, b in pairwise(words)}
    is_primary = ("PRIMARY", "KEY") in pairs
    at = next((i for i, token in enumerate(tokens) if i >= end and token.upper == "REFERENCES"), len(tokens))
    schema, table, target = reference(tokens, at)
    return CreatedColumn(
        unquoted(tokens[0]),
        _type(tokens[1:end]),
        is_primary or ("NOT", "NULL") in pairs,
        any(token.upper == "UNIQUE" for token in words),
        is_primary,
        table,
        schema,
        target[0] if len(target) == 1 else "",
    )


def key_columns(tokens: list[Token]) -> tuple[str, ...]:
    """The names in the first parenthesis, without order and operator classes; none if one of them is an expression."""
    start = next((i for i, token in enumerate(tokens) if token.text == "("), len(tokens))
    items, _ = split_items(tokens[start:])
    if any(item[0].text == "(" or (len(item) > 1 and item[1].text == "(" and item[0].kind == "word") for item in items):
        return ()
    return tuple(unquoted(item[0]) for item in items)


def reference(tokens: list[Token], at: int) -> tuple[str, str, tuple[str, ...]]:
    """Schema, table and columns behind the REFERENCES at the index; empty where there is none."""
    if at >= len(tokens):
        return "", "", ()
    name, end = name_at(tokens, at + 1)
    if not name:
        return "", "", ()
    columns = key_columns(tokens[end:]) if end < len(tokens) and tokens[end].text == "(" else ()
    return (name[-2] if len(name) > 1 else ""), name[-1], columns


def _top_level(tokens: list[Token]) -> list[Token]:
    depth, kept = 0, []
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            kept.append(token)
    return kept


def _type(tokens: list[Token]) -> str:
    text = "".join(f" {unquoted(token)}" if token.spaced else unquoted(token) for token in tokens)
    return text.strip()
