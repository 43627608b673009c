"""Files and places in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    """The language of a source file; each has one frontend."""

    PYTHON = "python"
    TYPESCRIPT = "typescript"
    SQL = "sql"
    PRISMA = "prisma"
    MANIFEST = "manifest"


class Span(NamedTuple):
    """A half-open range of text: lines and columns count from 1, columns in code points, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a file; `path` is relative to the project root with forward slashes."""

    path: str
    span: Span

    def __str__(self) -> str:
        return f"{self.path}:{self.span.line}"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: `digest` is the hex BLAKE2b of its bytes, `text` is decoded and has `\\n` line ends."""

    path: str
    language: Language
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be analysed; its presence alone makes the exit code 3.

    `kind` is one of unreadable, undecodable, unparsable, too-large, too-deep, statement (static SQL that does not
    parse).
    """

    kind: str
    path: str
    message: str
    span: Span | None = None
