"""Holes that stand for clauses and operators, so that the text around them parses.

A hole where a value or a name is due stays: sqlglot reads it as a name. One after a complete operand is an operator or
a clause: it is replaced or dropped, and a dropped clause that could restrict rows makes the statement `open`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from isolint.frontends.sql.lex import ANY_OPERATOR, HOLE, Kind, Token
from isolint.frontends.sql.place import BOOLEAN, Place
from isolint.frontends.sql.words import KEYWORDS, QUERY, starts_operand

_TAKES_QUERY = frozenset({"FROM", "JOIN", "LATERAL", "EXISTS"})
_SET_OPERATORS = frozenset({"UNION", "INTERSECT", "EXCEPT", "ALL"})
_RESTRICTS = frozenset({"", "from", "on", "where", "group", "having", "union"})
_END = Token("operator", ";", True)
_CLOSING = frozenset({";", ")"})


@dataclass(slots=True)
class Filled:
    """Tokens that parse, and whether a hole was dropped that may have held conditions."""

    tokens: list[Token] = field(default_factory=list)
    open: bool = False


def fill_holes(tokens: list[Token]) -> Filled:
    """The statement with each hole kept, replaced or dropped as its place asks."""
    if not any("⟦" in token.text for token in tokens):
        return Filled(tokens)
    parts = [part for token, following in pairwise([*tokens, _END]) for part in split_name(token, following)]
    filled, place = Filled(), Place()
    for token, following in pairwise([*parts, _END]):
        for part in _fill(token, following, place, filled) if token.kind == "hole" else [token]:
            place.pass_by(part)
            filled.tokens.append(part)
    return filled


def split_name(token: Token, following: Token) -> list[Token]:
    """`WHERE⟦0⟧`, `⟦0⟧FROM` and `users⟦0⟧` are a word and a hole; `org_⟦0⟧`, `org⟦0⟧.x` and `⟦0⟧_old` are names."""
    found = _GLUED.fullmatch(token.text) if token.kind == "word" and "⟦" in token.text else None
    if found is None:
        return [token]
    before, middle, behind = (part or "" for part in found.groups())
    if behind.upper() not in KEYWORDS:
        middle, behind = middle + behind, ""
    is_qualifier = not behind and not following.spaced and following.text in {".", "("}
    is_name = not middle.endswith("⟧") or before.endswith("_") or is_qualifier
    if is_name and before.upper() not in KEYWORDS:
        middle, before = before + middle, ""
    kind: Kind = "word" if HOLE.sub("", middle) else "hole"
    parts = [Token("word", before, token.spaced), Token(kind, middle, bool(before) or token.spaced)]
    return [part for part in (*parts, Token("word", behind, True)) if part.text]


_GLUED = re.compile(r"([^\W\d]\w*?)?((?:⟦\d+⟧)+)([^\W\d]\w*)?")


def _fill(hole: Token, following: Token, place: Place, filled: Filled) -> list[Token]:
    hole = hole._replace(spaced=hole.spaced or place.ended)
    if _is_query(filled.tokens[-1] if filled.tokens else _END, following, place):
        filled.open = True
        return [*_SELECT_FROM, hole._replace(spaced=True)]
    if place.ended:
        return _after_operand(hole, following, place, filled)
    return _as_operand(hole, following, place, filled)


_SELECT_FROM = [Token("word", "SELECT", True), Token("operator", "*", True), Token("word", "FROM", True)]


def _is_query(before: Token, following: Token, place: Place) -> bool:
    """Whether the hole can only be a query: behind UNION, or alone in the parentheses of a source, CTE or EXISTS."""
    frame = place.frame
    if place.word in _SET_OPERATORS and frame.clause == "union":
        return following.upper not in QUERY
    if before.text != "(" or following.text != ")":
        return False
    if frame.opener in {"AS", "MATERIALIZED"}:
        return frame.clause == "with"
    return frame.opener in _TAKES_QUERY or (
        frame.opener in {"", *_SET_OPERATORS} and frame.clause in {"", "from", "union"}
    )


def _as_operand(hole: Token, following: Token, place: Place, filled: Filled) -> list[Token]:
    """Where a value, a name or a condition is due."""
    is_condition = place.frame.clause in BOOLEAN and place.word in {"WHERE", "AND", "OR", "ON", "HAVING"}
    is_prefix = is_condition and starts_operand(following) and (following.spaced or following.text != "(")
    if is_prefix or following.upper in QUERY - {"VALUES"}:
        filled.open = True
        return []
    return [hole]


def _after_operand(hole: Token, following: Token, place: Place, filled: Filled) -> list[Token]:
    """Where an operator, an alias or a clause is due."""
    clause, compared = place.frame.clause, place.frame.compared
    if clause in BOOLEAN and starts_operand(following):
        if not compared:
            return [_ANY_OPERATOR]
        filled.open = True
        return [] if following.kind == "hole" else [Token("word", "OR", True)]
    if clause in BOOLEAN and not compared and _ends_with_name(filled.tokens):
        filled.open = True
        return [_ANY_OPERATOR, hole]
    if clause in {"select", "set", "arguments"} and starts_operand(following) and following.kind != "hole":
        return [Token("operator", "+", True)]
    if clause == "into" and following.upper in {"", "ON", "RETURNING"} and following.kind != "hole":
        return [Token("word", "VALUES", True), hole]
    filled.open |= _may_restrict(clause, following)
    return []


_ANY_OPERATOR = Token("word", ANY_OPERATOR, True)


def _ends_with_name(before: list[Token]) -> bool:
    """Whether the condition so far is a bare name, as in `WHERE org_id ⟦0⟧`."""
    is_first = any(token.upper in {"WHERE", "AND", "OR"} for token in before[-6:])
    last = before[-1] if before else _END
    return is_first and last.kind in {"word", "quoted"} and last.upper not in {"NULL", "TRUE", "FALSE"}


def _may_restrict(clause: str, following: Token) -> bool:
    """Whether what was dropped in the clause may have held conditions."""
    if clause == "select":
        return following.text in _CLOSING or following.upper in {"WHERE", "GROUP", "ORDER", "LIMIT", "UNION"}
    if clause == "set":
        return following is _END or following.upper in {"RETURNING", "ORDER", "LIMIT"}
    return clause in _RESTRICTS and not (clause == "from" and following.upper in {"ON", "USING", "AS"})
