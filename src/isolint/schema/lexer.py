"""Tokens of SQL as PostgreSQL divides it: enough to find names, strings and the ends of statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>--[^\n]*|/\*(?:[^*/]|\*(?!/)|/(?!\*)|/\*(?:[^*]|\*(?!/))*\*/)*\*/)
  | (?P<dollar>\$(?P<tag>[A-Za-z_\u0080-\uffff][\w]*)?\$.*?\$(?P=tag)\$|\$\$.*?\$\$)
  | (?P<string>[eE]'(?:[^'\\]|\\.|'')*'|(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*')
  | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*")
  | (?P<word>(?:⟨[\w\ ]+⟩|[A-Za-z_\u0080-\U0010ffff])(?:⟨[\w\ ]+⟩|[\w$])*)
  | (?P<number>\d[\w.]*|\.\d\w*)
  | (?P<parameter>\$\d+)
  | (?P<other>::|:=|\|\||[<>=!]=|<>|=>|.)
    """,
    re.VERBOSE | re.DOTALL,
)

BARE = re.compile(r"[a-z_][a-z0-9_]*\Z")


RESERVED = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate
    collation column concurrently constraint create cross current_catalog current_date current_role current_schema
    current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch
    for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral
    leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer
    overlaps placing primary references returning right select session_user similar some symmetric system_user
    table tablesample then to trailing true union unique user using variadic verbose when where window with
    """.split()
)
"""Words that stand for no column or table without quotes."""


class Token(NamedTuple):
    """One token: `kind` is a group of the pattern above, `start` an offset in characters."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)

    @property
    def name(self) -> str:
        """The identifier it stands for: quotes removed, bare words in lower case; '' when it is no identifier."""
        if self.kind == "quoted":
            return self.text[self.text.index('"') + 1 : -1].replace('""', '"')
        return self.text.lower() if self.kind == "word" else ""

    @property
    def significant(self) -> bool:
        """Whether it is neither space nor comment."""
        return self.kind not in ("space", "comment")


def tokens(text: str) -> Iterator[Token]:
    """All tokens; their texts add up to `text`."""
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:  # pragma: no cover - the last group takes any character
            raise AssertionError("the pattern covers every text")
        kind = match.lastgroup if match.lastgroup != "tag" else "dollar"
        yield Token(kind or "other", match[0], at)
        at = match.end()


def dollar_parts(text: str) -> tuple[str, str]:
    """The tag with its dollars and the content of a dollar-quoted string."""
    tag = text[: text.index("$", 1) + 1]
    return tag, text[len(tag) : -len(tag)]


def string_value(text: str) -> str:
    """The value of a string literal, quoted or in dollars. Escapes of E'' other than quotes stay as written."""
    if text.startswith("$"):
        return dollar_parts(text)[1]
    inner = text[text.index("'") + 1 : -1].replace("''", "'")
    return inner.replace("\\'", "'").replace("\\\\", "\\") if text[0] in "eE" else inner


def quote(name: str) -> str:
    """An identifier as SQL, quoted where it must be."""
    if BARE.match(name) and name not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A string as SQL."""
    escaped = value.replace("'", "''")
    return "E'" + escaped.replace("\\", "\\\\") + "'" if "\\" in value else f"'{escaped}'"
