"""From the text of a Python file to its facts."""

from __future__ import annotations

import re
import sys

import libcst as cst

from isolint.frontends.python import (
    access,
    classes,
    displays,
    functions,
    imports,
    literals,
    operators,
    patterns,
    statements,
)
from isolint.frontends.python.depth import TooDeep, too_deep
from isolint.frontends.python.lowering import Lowering
from isolint.frontends.python.positions import Positions
from isolint.frontends.python.recover import regions
from isolint.frontends.python.suppressions import suppressions
from isolint.model import code
from isolint.model.source import Language, Span

MODULE = "<module>"

_EXPRESSIONS = literals.HANDLERS | operators.HANDLERS | access.HANDLERS | displays.HANDLERS | functions.EXPRESSIONS
_STATEMENTS = statements.HANDLERS | patterns.HANDLERS | imports.HANDLERS | functions.STATEMENTS | classes.STATEMENTS
_MESSAGES = {
    "unparsable": "not valid Python 3",
    "too-deep": "nested too deeply to be analysed",
}
_FRAMES = 20_000
"""Enough for whatever `too_deep` lets pass; calls between Python functions do not use the C stack."""
_LEADING_FORM_FEEDS = re.compile(r"^\f+", re.MULTILINE)
_SURROGATES = re.compile("[\ud800-\udfff]")


def lower(text: str) -> code.FileFacts:
    """The facts of a file. Never raises: what cannot be parsed is named in `troubles`, and the rest is there.

    Takes any text; lines may end in `\\n`, `\\r\\n` or `\\r`. A byte order mark and form feeds at the start of a line
    do not count as columns.
    """
    text = _normalised(text)
    lowering = Lowering(_EXPRESSIONS, _STATEMENTS)
    troubles: list[code.Trouble] = []
    body = _statements(lowering, text, 1)
    if isinstance(body, str):
        body = _recovered(lowering, text, troubles)
    lines = text.split("\n")
    module = code.Function(
        qualname=MODULE,
        name=MODULE,
        at=Span(1, 1, len(lines), len(lines[-1]) + 1),
        header=Span(1, 1, 1, 1),
        parameters=(),
        decorators=(),
        body=body,
        calls=tuple(lowering.scope.calls),
    )
    return code.FileFacts(
        language=Language.PYTHON,
        lines=len(lines) - (not lines[-1]),
        functions=(module, *sorted(lowering.functions, key=lambda function: function.at)),
        classes=tuple(sorted(lowering.classes, key=lambda defined: defined.at)),
        imports=tuple(lowering.imports),
        suppressions=suppressions(text),
        troubles=tuple(troubles),
        marks=code.marks_of(text),
    )


def _normalised(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\f" in text:
        text = _LEADING_FORM_FEEDS.sub("", text)
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text.removeprefix("\ufeff"))
    return text


def _statements(lowering: Lowering, text: str, first_line: int) -> tuple[code.Statement, ...] | str:
    """What a text lowers to, or the kind of trouble that it makes."""
    if too_deep(text):
        return "too-deep"
    try:
        module = cst.parse_module(text)
    except (cst.ParserSyntaxError, cst.CSTValidationError, cst.CSTLogicError):
        return "unparsable"
    try:
        return _walked(lowering, module, text, first_line)
    except TooDeep:
        return "too-deep"
    except RecursionError:
        return _walked_deep(lowering, module, text, first_line)


def _walked(lowering: Lowering, module: cst.Module, text: str, first_line: int) -> tuple[code.Statement, ...]:
    return lowering.module(module, Positions(module, text, first_line))


def _walked_deep(
    lowering: Lowering, module: cst.Module, text: str, first_line: int
) -> tuple[code.Statement, ...] | str:
    # libcst recurses for each operand of a chain; a sum of 500 strings is no deep nesting to a reader.
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        return _walked(lowering, module, text, first_line)
    except (TooDeep, RecursionError):
        return "too-deep"
    finally:
        sys.setrecursionlimit(limit)


def _recovered(lowering: Lowering, text: str, troubles: list[code.Trouble]) -> tuple[code.Statement, ...]:
    """The statements of the regions that parse; neighbouring regions that do not are one trouble."""
    body: list[code.Statement] = []
    following = False
    for region in regions(text):
        lowered = _statements(lowering, region.text, region.first_line)
        if not isinstance(lowered, str):
            body.extend(lowered)
            following = False
            continue
        start = region.span
        if following and troubles[-1].kind == lowered:
            start = troubles.pop().span or region.span
        span = Span(start.line, start.column, region.span.end_line, region.span.end_column)
        troubles.append(code.Trouble(lowered, _MESSAGES[lowered], span))
        following = True
    return tuple(body)
