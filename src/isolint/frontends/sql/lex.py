"""Tokens of SQL text, fine enough to find statements, holes and parameters without parsing."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["word", "quoted", "string", "number", "hole", "parameter", "format", "mark", "operator"]


class Token(NamedTuple):
    """A token; `spaced` tells that white space or a comment stands before it.

    Kinds: word (may contain holes) · quoted (identifier) · string (also dollar-quoted) · number · hole (one or several,
    nothing else) · parameter · format (`%s`) · mark (`?`, `:name`, `@name`: a parameter or an operator) · operator.
    """

    kind: Kind
    text: str
    spaced: bool

    @property
    def upper(self) -> str:
        """The text in upper case for a word, '' for anything else: what keywords are compared with."""
        return self.text.upper() if self.kind == "word" else ""


ANY_OPERATOR = "GLOB"
"""Stands for operators that sqlglot does not know: it parses in every dialect, and what it compares is `other`."""

HOLE = re.compile(r"⟦(\d+)⟧")
PARAMETER = re.compile(r"⟪([\w·]*)⟫")
"""A parameter's marker; a hole in its key is written `·n·`, so that it is not taken for a hole of the statement."""

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>--[^\n]*)
  | (?P<block>/\*)
  | (?P<string>[eE]'[^'\\]*(?:(?:\\.|'')[^'\\]*)*' | (?:[bBxXnN]|[uU]&)?'[^']*(?:''[^']*)*')
  | (?P<dollar>\$(?:[^\W\d]\w*)?\$)
  | (?P<quoted>"[^"]*(?:""[^"]*)*" | `[^`]*(?:``[^`]*)*`)
  | (?P<parameter>\$(?:\d+|⟦\d+⟧))
  | (?P<word>(?:[^\W\d]|⟦\d+⟧)(?:[\w$]|⟦\d+⟧)*)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<format>%(?:\([\w⟦][^()\n]*\))?[sdb](?!\w) | %\([\w⟦][^()\n]*\)[a-z])
  | (?P<mark>\?\d* | :'\w+' | :\d+ | [:@](?:[^\W\d]|⟦\d+⟧)(?:\w|⟦\d+⟧)*)
  | (?P<unusual><(?:[#+~]|<-|<<->)>{1,2}|@@@|<{1,2}%(?![sdb(])|%>{1,2})
  | (?P<operator>::|:=|%%|<@|@@|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_ONLY_HOLES = re.compile(r"(?:⟦\d+⟧)+")


def lex(text: str) -> list[Token]:
    """All tokens of the text but comments and white space; a quote that is never closed becomes an operator."""
    tokens: list[Token] = []
    spaced, position, size = True, 0, len(text)
    while position < size:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            break
        group, end = match.lastgroup, match.end()
        if group == "block":
            end = _comment_end(text, end)
        elif group == "dollar":
            close = text.find(match[0], end)
            end = size if close < 0 else close + len(match[0])
        if group in {"space", "comment", "block"}:
            spaced = True
        else:
            content = ANY_OPERATOR if group == "unusual" else text[position:end]
            tokens.append(Token(_kind(group, match[0]), content, spaced or group == "unusual"))
            spaced = group == "unusual"
        position = end
    return tokens


def _kind(group: str, text: str) -> Kind:
    if group == "word" and text[0] == "⟦" and _ONLY_HOLES.fullmatch(text):
        return "hole"
    return _KINDS[group]


_KINDS: dict[str, Kind] = {
    "word": "word",
    "quoted": "quoted",
    "string": "string",
    "dollar": "string",
    "number": "number",
    "parameter": "parameter",
    "format": "format",
    "mark": "mark",
    "unusual": "word",
    "operator": "operator",
}


def _comment_end(text: str, position: int) -> int:
    """Where a block comment ends that was opened before `position`; they nest."""
    depth = 1
    while depth and (edge := _COMMENT_EDGE.search(text, position)):
        depth += 1 if edge[0] == "/*" else -1
        position = edge.end()
    return len(text) if depth else position


def split_statements(tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each statement, cut at `;` outside the bodies of routines written in SQL (BEGIN … END)."""
    statements: list[list[Token]] = []
    current: list[Token] = []
    depth = 0
    for token in tokens:
        if token.text == ";" and not depth:
            statements.append(current)
            current = []
            continue
        current.append(token)
        if current[0].text in _CREATES and _defines_routine(current):
            depth = max(0, depth + {"BEGIN": 1, "CASE": 1, "END": -1}.get(token.upper, 0))
    return [statement for statement in (*statements, current) if statement]


_CREATES = frozenset({"CREATE", "create", "Create"})


def _defines_routine(statement: list[Token]) -> bool:
    return any(token.upper in {"TRIGGER", "FUNCTION", "PROCEDURE"} for token in statement[1:6])
