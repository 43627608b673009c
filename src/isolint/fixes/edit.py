"""Exact edits of text: what they do not name stays as it is, to the byte."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from isolint.model.source import Span

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """`text` in the place of what stands at `span` of a file; its line ends are written as the file has them."""

    path: str
    span: Span
    text: str


class Page:
    """A text by lines and columns, as `Span` counts them; whatever its line ends, and with or without a mark."""

    def __init__(self, text: str) -> None:
        self.text = text
        lines = _LINES.findall(text)
        self._starts = [0, *accumulate(map(len, lines))]
        ends = lines[0][len(lines[0].rstrip("\r\n")) :] if lines else ""
        self.line_end = ends or "\n"

    def offset(self, line: int, column: int) -> int:
        """Where a line and column are in the text."""
        marked = line == 1 and self.text.startswith(_MARK)
        return self._starts[line - 1] + column - 1 + marked

    def range(self, span: Span) -> tuple[int, int]:
        """Start and end of a span."""
        return self.offset(*span[:2]), self.offset(*span[2:])

    def cut(self, span: Span) -> str:
        """The text at a span."""
        start, end = self.range(span)
        return self.text[start:end]

    def span(self, start: int, end: int) -> Span:
        """The span from one offset to another; of a text without a mark."""
        return Span(*self._position(start), *self._position(end))

    def indent(self, offset: int) -> str:
        """What the line of an offset begins with."""
        start = self._starts[self._position(offset)[0] - 1]
        blank = re.compile(r"[ \t]*").match(self.text, start)
        return blank[0] if blank else ""

    def _position(self, offset: int) -> tuple[int, int]:
        line = max(1, min(bisect_right(self._starts, offset), len(self._starts)))
        return line, offset - self._starts[line - 1] + 1


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; they must not overlap. Those at one place come in the order of their texts."""
    page = Page(text)
    made: list[str] = []
    done = 0
    for edit in sorted(set(edits)):
        start, end = page.range(edit.span)
        made += [text[done:start], edit.text.replace("\n", page.line_end)]
        done = end
    return "".join([*made, text[done:]])


def overlap(left: Iterable[Edit], right: Iterable[Edit]) -> bool:
    """Whether two sets of edits cannot both be made: some text would be replaced twice."""
    return any(
        one != other and one.path == other.path and one.span[:2] < other.span[2:] and other.span[:2] < one.span[2:]
        for one in left
        for other in right
    )


def moved(edits: Iterable[Edit], path: str, line: int, column: int = 1) -> int:
    """The line that what stands at a line and column of the file has after the edits."""
    before = [edit for edit in set(edits) if edit.path == path and edit.span[2:] <= (line, column)]
    return line + sum(edit.text.count("\n") - (edit.span.end_line - edit.span.line) for edit in before)
