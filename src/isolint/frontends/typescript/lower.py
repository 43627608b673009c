"""From the text of a TypeScript or JavaScript file to its facts."""

from __future__ import annotations

import re
import sys

from isolint.frontends.typescript import (
    access,
    classes,
    declarations,
    displays,
    exports,
    functions,
    literals,
    markup,
    modules,
    operators,
    shapes,
    statements,
    switches,
    types,
)
from isolint.frontends.typescript.lowering import Lowering, inside
from isolint.frontends.typescript.positions import Positions
from isolint.frontends.typescript.recover import roots
from isolint.frontends.typescript.suppressions import suppressions
from isolint.frontends.typescript.troubles import troubles
from isolint.model import code
from isolint.model.source import Language, Span

MODULE = "<module>"

_EXPRESSIONS = (
    types.HANDLERS
    | literals.HANDLERS
    | operators.HANDLERS
    | access.HANDLERS
    | displays.HANDLERS
    | functions.EXPRESSIONS
    | classes.EXPRESSIONS
    | markup.HANDLERS
)
_STATEMENTS = (
    statements.HANDLERS
    | switches.STATEMENTS
    | declarations.STATEMENTS
    | functions.STATEMENTS
    | classes.STATEMENTS
    | shapes.STATEMENTS
    | modules.STATEMENTS
    | exports.STATEMENTS
)
_FRAMES = 4_000
"""Enough for facts of the greatest depth; calls between Python functions do not use the C stack."""
_SURROGATES = re.compile("[\ud800-\udfff]")


def lower(text: str, path: str = "") -> code.FileFacts:
    """The facts of a file. Never raises: what cannot be parsed is named in `troubles`, and the rest is there.

    Takes any text; lines may end in `\\n`, `\\r\\n` or `\\r`, and a byte order mark is no part of the first one. The
    extension of `path` tells which grammar to try first; another is taken where it fits better.
    """
    text = _normalised(text)
    source = text.encode()
    positions = Positions(text, source)
    trees = roots(source, path)
    lowering = Lowering(_EXPRESSIONS, _STATEMENTS, positions)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        body = lowering.block([node for root in trees for node in (inside(root) if root.type == "program" else [root])])
    finally:
        sys.setrecursionlimit(limit)
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
    found = [*troubles(trees, positions), *lowering.troubles]
    return code.FileFacts(
        language=Language.TYPESCRIPT,
        lines=len(lines) - (not lines[-1]),
        functions=(module, *sorted(lowering.functions, key=lambda function: function.at)),
        classes=tuple(sorted(lowering.classes, key=lambda defined: defined.at)),
        imports=tuple(lowering.imports),
        exports=tuple(lowering.exports),
        suppressions=suppressions(text, trees, positions),
        troubles=tuple(sorted(found, key=lambda trouble: trouble.span or Span(1, 1, 1, 1))),
        marks=code.marks_of(text),
    )


def _normalised(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text.removeprefix("\ufeff"))
    return text
