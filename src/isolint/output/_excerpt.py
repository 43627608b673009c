"""One line of code with what is meant in it underlined."""

from __future__ import annotations

import unicodedata

from isolint.model.report import Report
from isolint.model.source import Place
from isolint.output._words import visible

TAB = 4
MARGIN = 12
"""Columns kept in front of what is underlined when a long line is cut."""


def code_line(report: Report, place: Place) -> str | None:
    """The first line of a place as it stands in the file, None when the report does not hold it."""
    return report.lines.get(place.path, {}).get(place.span.line)


def underlined(line: str, place: Place, width: int) -> tuple[str, str]:
    """The line as shown and the underline for it, both without indentation and cut to `width` columns."""
    start = place.span.column - 1
    end = place.span.end_column - 1 if place.span.end_line == place.span.line else len(line.rstrip())
    indent = min(len(line) - len(line.lstrip()), start)
    before, marked, after = (_shown(part) for part in (line[indent:start], line[start:end], line[end:].rstrip()))
    shift = _columns(before)
    if shift + _columns(marked) > width and shift > MARGIN:
        before, shift = "…" + before[-MARGIN:], MARGIN + 1
    text = before + marked + after
    if len(text) > width:
        text = text[: width - 1] + "…"
    return text, " " * shift + "^" * max(1, min(_columns(marked), width - shift))


def _shown(text: str) -> str:
    return visible(text.replace("\t", " " * TAB))


def _columns(text: str) -> int:
    """Terminal columns: wide characters take two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
