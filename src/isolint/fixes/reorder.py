"""Statements moved above another one, as whole lines."""

from __future__ import annotations

import re

from isolint.fixes.code import Code
from isolint.fixes.edit import Edit
from isolint.model.remedy import Remedy
from isolint.model.source import Span

COMMENT = re.compile(r"[ \t]*(?:#|//)")
LEADING = re.compile(r"[ \t]*(?:(?:const|let|var)[ \t]+)?")
"""What may stand before a statement on its first line."""
REST = re.compile(r"[ \t]*;?[ \t]*(?:(?:#|//)[^\r\n]*)?(?:\r\n|\r|\n|$)")
"""What may follow a statement on its last line."""


def reordered(code: Code, remedy: Remedy) -> tuple[Edit, ...]:
    """The edits that move the statements; () when one of them shares a line with another."""
    page = code.page
    ranges = [_lines(code, span) for span in remedy.moves]
    line = remedy.place.span.line
    if not LEADING.fullmatch(page.text[page.offset(line, 1) : page.range(remedy.place.span)[0]]):
        return ()
    while line > 1 and COMMENT.match(page.text, page.offset(line - 1, 1)):
        line -= 1
    at = page.offset(line, 1)
    whole = [item for item in ranges if item is not None]
    if len(whole) != len(ranges):
        return ()
    text = "".join(page.text[start:end].replace("\r\n", "\n") for start, end in whole)
    cut = (Edit(code.source.path, page.span(start, end), "") for start, end in whole)
    return code.insert(at, text if text.endswith("\n") else f"{text}\n"), *cut


def _lines(code: Code, span: Span) -> tuple[int, int] | None:
    """The lines that a statement has for itself."""
    page = code.page
    start, end = page.range(span)
    begin, rest = page.offset(span.line, 1), REST.match(page.text, end)
    if not LEADING.fullmatch(page.text[begin:start]) or rest is None:
        return None
    return begin, rest.end()
