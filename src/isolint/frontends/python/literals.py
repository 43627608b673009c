"""Names, numbers, strings and f-strings."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

import libcst as cst

from isolint.frontends.python.lowering import ExpressionHandler, Lowering
from isolint.frontends.texts import shortened, shortened_parts
from isolint.model import code

LONGEST_NUMBER = 64

_SINGLETONS: dict[str, bool | None] = {"True": True, "False": False, "None": None}
_ESCAPE = re.compile(
    r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|N\{([^}]*)\}|(.))", re.DOTALL
)
_BYTES_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{2})|()()()(.))", re.DOTALL)
_SIMPLE_ESCAPES = {
    "\n": "", "\\": "\\", "'": "'", '"': '"',
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip

Content = cst.BaseFormattedStringContent | cst.BaseTemplatedStringContent


def _name(lowering: Lowering, node: cst.Name) -> code.Expression:
    if node.value in _SINGLETONS:
        return code.Constant(lowering.at(node), _SINGLETONS[node.value])
    return code.Name(lowering.at(node), node.value)


def _integer(lowering: Lowering, node: cst.Integer) -> code.Expression:
    value: int | str = node.value
    if len(node.value) <= LONGEST_NUMBER:
        number = int(node.value.replace("_", ""), 0)
        # JSON readers, msgspec's among them, give up beyond 64 bits.
        value = number if number < 2**63 else node.value
    return code.Constant(lowering.at(node), value)


def _float(lowering: Lowering, node: cst.Float) -> code.Expression:
    number = float(node.value.replace("_", ""))
    return code.Constant(lowering.at(node), number if math.isfinite(number) else node.value)


def _simple_string(lowering: Lowering, node: cst.SimpleString) -> code.Expression:
    return code.Constant(lowering.at(node), shortened(_evaluated(node.value)))


def _string(lowering: Lowering, node: cst.BaseString) -> code.Expression:
    """Any string: adjacent literals are one, and constant parts next to each other are one part."""
    at = lowering.at(node)
    parts: list[code.Expression] = []
    texts: list[str] = []

    def flush() -> None:
        if texts:
            parts.append(code.Constant(at, "".join(texts)))
            texts.clear()

    for part in _parts(lowering, node):
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, code.Constant) and isinstance(part.value, str):
            texts.append(part.value)
        else:
            flush()
            parts.append(part)
    if not parts:
        return code.Constant(at, shortened("".join(texts)))
    flush()
    return code.Template(at, shortened_parts(parts))


def _parts(lowering: Lowering, node: cst.BaseString) -> list[str | code.Expression]:
    parts: list[str | code.Expression] = []
    pending: cst.BaseString | None = node
    while pending is not None:
        literal, pending = (
            (pending.left, pending.right) if isinstance(pending, cst.ConcatenatedString) else (pending, None)
        )
        if isinstance(literal, cst.SimpleString):
            parts.append(_evaluated(literal.value))
        elif isinstance(literal, cst.FormattedString | cst.TemplatedString):
            _add_contents(lowering, literal.parts, "r" in literal.prefix, parts)
    return parts


def _add_contents(
    lowering: Lowering, contents: Sequence[Content], raw: bool, into: list[str | code.Expression]
) -> None:
    for content in contents:
        if isinstance(content, cst.FormattedStringText | cst.TemplatedStringText):
            text = content.value.replace("{{", "{").replace("}}", "}")
            into.append(text if raw or "\\" not in text else _ESCAPE.sub(_unescaped, text))
        elif isinstance(content, cst.FormattedStringExpression | cst.TemplatedStringExpression):
            value = lowering.expression(content.expression)
            into.append(value)
            inside: list[str | code.Expression] = []
            _add_contents(lowering, content.format_spec or (), raw, inside)
            holes = tuple([part for part in inside if not isinstance(part, str)])
            if holes:
                into.append(code.Opaque(value.at, holes))


def _evaluated(literal: str) -> str:
    """The value of a string literal; bytes come out as Latin-1 text."""
    start = 0
    while literal[start] not in "'\"":
        start += 1
    prefix = literal[:start].lower()
    quotes = 3 if literal[start : start + 3] in ("'''", '"""') else 1
    text = literal[start + quotes : -quotes]
    if "\\" not in text or "r" in prefix:
        return text
    return (_BYTES_ESCAPE if "b" in prefix else _ESCAPE).sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    octal, hexadecimal, short, long, name, other = match.groups()
    if other is not None:
        return _SIMPLE_ESCAPES.get(other, match.group())
    if name is not None:
        try:
            return unicodedata.lookup(name)
        except KeyError:
            return match.group()
    point = int(octal, 8) if octal is not None else int(hexadecimal or short or long, 16)
    if 0xD800 <= point < 0xE000 or point > 0x10FFFF:
        return "\ufffd"
    return chr(point)


HANDLERS: dict[type[cst.CSTNode], ExpressionHandler] = {
    cst.Name: _name,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.SimpleString: _simple_string,
    cst.ConcatenatedString: _string,
    cst.FormattedString: _string,
    cst.TemplatedString: _string,
}
