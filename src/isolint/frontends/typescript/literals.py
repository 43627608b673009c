"""Names, numbers, strings and templates."""

from __future__ import annotations

import math
import re

from tree_sitter import Node

from isolint.frontends.texts import shortened, shortened_parts
from isolint.frontends.typescript.lowering import ExpressionHandler, Lowering, inside
from isolint.model import code
from isolint.model.source import Span

LONGEST_NUMBER = 64

_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,8})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([0-7]{1,3})|(.))", re.DOTALL)
_SIMPLE_ESCAPES = {"\n": "", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_SURROGATES = re.compile("[\ud800-\udfff]")
_IMPORT = re.compile(r"import\(\s*('[^'\n]*'|\"[^\"\n]*\")")
_OCTAL = re.compile(r"0[0-7]+")


def _name(lowering: Lowering, node: Node) -> code.Expression:
    at, name = lowering.at(node), lowering.text(node)
    if not name:
        # The parser makes up a name where one is missing.
        return code.Opaque(at)
    if name[0] == "i" and (imported := _IMPORT.match(name)):
        # It is given a name to read instead of a type that is imported in place.
        return code.Call(at, code.Name(at, "import"), (code.Argument(code.Constant(at, string(imported[1]))),))
    return code.Name(at, name)


def _null(lowering: Lowering, node: Node) -> code.Expression:
    return code.Constant(lowering.at(node), None)


def _undefined(lowering: Lowering, node: Node) -> code.Expression:
    return code.Constant(lowering.at(node), None, unset=True)


def _true(lowering: Lowering, node: Node) -> code.Expression:
    return code.Constant(lowering.at(node), True)


def _false(lowering: Lowering, node: Node) -> code.Expression:
    return code.Constant(lowering.at(node), False)


def _number(lowering: Lowering, node: Node) -> code.Expression:
    return code.Constant(lowering.at(node), number(lowering.text(node)))


def number(literal: str) -> int | float | str:
    """The value of a numeric literal; its text when it is none, or when it is beyond what JSON readers take."""
    digits = literal.replace("_", "").removesuffix("n")
    value: int | float
    if len(digits) > LONGEST_NUMBER:
        return literal
    try:
        if digits.isdecimal():
            value = int(digits, 8 if _OCTAL.fullmatch(digits) else 10)
        elif digits[:2].lower() in ("0x", "0o", "0b"):
            value = int(digits, 0)
        else:
            value = float(digits)
    except ValueError:
        return literal
    if isinstance(value, float):
        return value if math.isfinite(value) else literal
    return value if value < 2**63 else literal


def _string(lowering: Lowering, node: Node) -> code.Expression:
    return code.Constant(lowering.at(node), shortened(string(lowering.text(node))))


def string(literal: str) -> str:
    """The value of a string literal; its closing quote may be missing."""
    return unescaped(literal[1:].removesuffix(literal[:1]))


def unescaped(text: str) -> str:
    """The text that the escapes in a string or template stand for."""
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(_character, text)
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _character(match: re.Match[str]) -> str:
    braced, short, byte, octal, other = match.groups()
    if other is not None:
        return _SIMPLE_ESCAPES.get(other, other)
    if octal is not None:
        return chr(int(octal, 8))
    point = int(braced or short or byte, 16)
    return chr(point) if point <= 0x10FFFF else "\ufffd"


def _template(lowering: Lowering, node: Node) -> code.Expression:
    lowered = template(lowering, node)
    if not lowered.parts:
        return code.Constant(lowered.at, "")
    only = lowered.parts[0]
    if len(lowered.parts) == 1 and isinstance(only, code.Constant) and not _holes(node):
        return code.Constant(lowered.at, only.value)
    return lowered


def template(lowering: Lowering, node: Node) -> code.Template:
    """A template literal as a `Template`, also when it has no holes."""
    at = lowering.at(node)
    parts: list[code.Expression] = []
    start, place = node.start_byte + 1, (at.line, at.column + 1)
    for hole in _holes(node):
        span = lowering.at(hole)
        _add_text(lowering, start, hole.start_byte, Span(*place, span.line, span.column), parts)
        parts.append(lowering.inner(hole))
        start, place = hole.end_byte, (span.end_line, span.end_column)
    closed = node.child_count > 1 and not node.children[-1].is_missing
    end = Span(*place, at.end_line, at.end_column - closed)
    _add_text(lowering, start, node.end_byte - closed, end, parts)
    return code.Template(at, shortened_parts(parts))


def _holes(node: Node) -> list[Node]:
    return [child for child in inside(node) if child.type == "template_substitution"]


def _add_text(lowering: Lowering, start: int, end: int, at: Span, into: list[code.Expression]) -> None:
    if start < end:
        into.append(code.Constant(at, unescaped(lowering.positions.slice(start, end))))


def _regex(lowering: Lowering, node: Node) -> code.Expression:
    return code.Opaque(lowering.at(node))


HANDLERS: dict[str, ExpressionHandler] = {
    "identifier": _name,
    "private_property_identifier": _name,
    "this": _name,
    "super": _name,
    "import": _name,
    "undefined": _undefined,
    "null": _null,
    "true": _true,
    "false": _false,
    "number": _number,
    "string": _string,
    "template_string": _template,
    "regex": _regex,
}
