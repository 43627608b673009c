"""SQL files as statements with their places: those that go forward, without psql's own lines and the data of COPY."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from isolint.errors import SchemaError
from isolint.schema.lexer import Token, tokens

_INCLUDE = re.compile(r"^[ \t]*(\\(?:i|ir|include|include_relative)[ \t])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without its semicolon; `line` is that of its first token, counted from 1."""

    text: str
    path: str
    line: int

    @property
    def words(self) -> tuple[str, ...]:
        """Its first words in upper case: what it does."""
        found = [t for t in tokens(self.text[:400]) if t.significant][:8]
        return tuple(t.text.upper() if t.kind == "word" else t.text for t in found)

    @property
    def place(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}"


def read(path: Path, shown: str) -> list[Statement]:
    """The statements of a file. Raises SchemaError when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SchemaError(f"{shown}: cannot be read: {reason}") from None
    included = _INCLUDE.search(text)
    if included:
        line = text.count("\n", 0, included.start(1)) + 1
        raise SchemaError(
            f"{shown}:{line}: includes another file, which is not followed: name a folder, or join the files"
        )
    return list(split(text, shown))


def split(text: str, path: str, first_line: int = 1, back: bool = False) -> Iterator[Statement]:
    """The statements of a text: those that go forward, or those of the sections that take them back."""
    text = _one_way(text, back)
    parts: list[Token] = []
    atomic = _Atomic()
    for token in tokens(text):
        if token.text == ";" and not atomic.open:
            yield from _statement(parts, text, path, first_line)
            parts, atomic = [], _Atomic()
        else:
            atomic.see(token)
            parts.append(token)
    yield from _statement(parts, text, path, first_line)


class _Atomic:
    """Whether the body of a function in standard SQL (`BEGIN ATOMIC … END`) is open, where `;` ends nothing."""

    def __init__(self) -> None:
        self.depth = 0
        self.last = ""

    @property
    def open(self) -> bool:
        return self.depth > 0

    def see(self, token: Token) -> None:
        if not token.significant:
            return
        word = token.text.upper() if token.kind == "word" else ""
        if (word == "ATOMIC" and self.last == "BEGIN") or (self.depth and word == "CASE"):
            self.depth += 1
        elif self.depth and word == "END":
            self.depth -= 1
        self.last = word


def _statement(parts: list[Token], text: str, path: str, first_line: int) -> Iterator[Statement]:
    meaning = [token for token in parts if token.significant]
    if meaning:
        start, end = meaning[0].start, meaning[-1].end
        yield Statement(text[start:end], path, first_line + text.count("\n", 0, start))


_COPY = re.compile(r"^\s*copy\b.*\bfrom\s+stdin\b", re.IGNORECASE)
_META = re.compile(r"^\s*\\[a-z!]", re.IGNORECASE)
_SECTION = re.compile(
    r"^\s*--\s*(?:(?:(?:\+goose|\+migrate|rambler)\s+|migrate:)(?:up|(?P<down>down))\b"
    r"|(?:up|(?P<back>down))\s+migration\s*$|(?://\s*)?(?P<undo>@undo)\b)",
    re.IGNORECASE | re.MULTILINE,
)
"""Where tools that keep both directions in one file say which of them follows."""


def _one_way(text: str, wanted: bool) -> str:
    """The same lines, blank where they are psql's own, data of COPY, or lead the other way; strings are kept."""
    if not wanted and "\\" not in text and "stdin" not in text.lower() and not _SECTION.search(text):
        return text
    inside = _inside(text)
    lines, data, back, at = [], False, False, 0
    for line in text.split("\n"):
        starts_inside = at in inside
        section = None if starts_inside or data else _SECTION.match(line)
        back = any(section.groups()) if section else back
        if back != wanted:
            lines.append("")
        elif data:
            data = line.strip() != "\\."
            lines.append("")
        elif not starts_inside and _META.match(line):
            lines.append("")
        elif not starts_inside and _COPY.match(line):
            data = True
            lines.append("")
        else:
            lines.append(line)
        at += len(line) + 1
    return "\n".join(lines)


def _inside(text: str) -> set[int]:
    """Starts of lines that lie inside a string, a quoted name or a comment."""
    found: set[int] = set()
    for token in tokens(text):
        if token.kind in ("dollar", "string", "quoted", "comment") and "\n" in token.text:
            at = token.text.find("\n")
            while at >= 0:
                found.add(token.start + at + 1)
                at = token.text.find("\n", at + 1)
    return found


def made_table(statement: Statement) -> str:
    """The name of the table that a CREATE TABLE makes; '' for other statements."""
    found = [t for t in tokens(statement.text[:600]) if t.significant]
    words = [t.text.upper() for t in found[:4]]
    if not words or words[0] != "CREATE" or "TABLE" not in words:
        return ""
    at = words.index("TABLE") + 1
    if [t.text.upper() for t in found[at : at + 3]] == ["IF", "NOT", "EXISTS"]:
        at += 3
    while at + 2 < len(found) and found[at + 1].text == ".":
        at += 2
    return found[at].name if at < len(found) else ""
