"""Values of plpgsql expressions that are known without running anything."""

from __future__ import annotations

import re
from collections.abc import Callable

from isolint.schema.lexer import BARE, RESERVED, literal, string_value
from isolint.schema.offline.cursor import Cursor
from isolint.schema.offline.loosen import split_commas

Value = str | list[str]


class Unfoldable(Exception):
    """The value depends on what only a server knows."""


def fold(text: str, variables: dict[str, Value]) -> Value:
    """The value of a text or array expression. Raises Unfoldable."""
    cursor = Cursor(text)
    value = _joined(cursor, variables)
    if not cursor.done:
        raise Unfoldable(f"{cursor.token.text} in {_short(text)}")
    return value


def _joined(cursor: Cursor, variables: dict[str, Value]) -> Value:
    value = _cast(cursor, variables)
    while cursor.take("||"):
        other = _cast(cursor, variables)
        if isinstance(value, list) or isinstance(other, list):
            raise Unfoldable("|| of arrays")
        value += other
    return value


def _cast(cursor: Cursor, variables: dict[str, Value]) -> Value:
    value = _single(cursor, variables)
    while cursor.take("::"):
        cursor.qualified()
        while cursor.take("[", "]"):
            continue
    return value


def _single(cursor: Cursor, variables: dict[str, Value]) -> Value:
    token = cursor.token
    if token.kind in ("string", "dollar"):
        cursor.at += 1
        return _adjacent(cursor, string_value(token.text))
    if token.kind == "number":
        cursor.at += 1
        return token.text
    if cursor.take("ARRAY", "["):
        return _array(cursor, variables)
    if token.text == "(":
        return fold(cursor.group(), variables)
    if not token.name:
        raise Unfoldable(token.text or "nothing")
    name = cursor.qualified()[1]
    if cursor.token.text == "(":
        return _call(name.lower(), [part.strip() for part in split_commas(cursor.group())], variables)
    if name not in variables:
        raise Unfoldable(f"{name} is not known")
    return variables[name]


def _adjacent(cursor: Cursor, value: str) -> str:
    """Strings on following lines belong to the same constant."""
    while cursor.token.kind == "string":
        value += string_value(cursor.token.text)
        cursor.at += 1
    return value


def _array(cursor: Cursor, variables: dict[str, Value]) -> list[str]:
    items: list[str] = []
    while not cursor.take("]"):
        value = _joined(cursor, variables)
        if isinstance(value, list):
            raise Unfoldable("an array of arrays")
        items.append(value)
        if not cursor.take(",") and not cursor.peek("]"):
            raise Unfoldable(f"{cursor.token.text} in an array")
    return items


def _call(name: str, parts: list[str], variables: dict[str, Value]) -> Value:
    values = [fold(part, variables) for part in parts]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) != len(values):
        raise Unfoldable(f"{name} of an array")
    simple: dict[str, Callable[[str], str]] = {
        "lower": str.lower,
        "upper": str.upper,
        "trim": str.strip,
        "btrim": str.strip,
    }
    if name in simple and len(texts) == 1:
        return simple[name](texts[0])
    if name == "quote_ident" and len(texts) == 1:
        return quote_ident(texts[0])
    if name == "quote_literal" and len(texts) == 1:
        return literal(texts[0])
    if name == "concat":
        return "".join(texts)
    if name == "replace" and len(texts) == 3:
        return texts[0].replace(texts[1], texts[2])
    if name == "left" and len(texts) == 2 and texts[1].isdecimal():
        return texts[0][: int(texts[1])]
    if name == "regexp_replace" and len(texts) in (3, 4):
        return _regexp_replace(texts)
    if name == "format" and texts:
        return formatted(texts[0], texts[1:])
    raise Unfoldable(f"{name}(…)")


def _regexp_replace(texts: list[str]) -> str:
    """Patterns of characters only: those mean the same to Python."""
    if not re.fullmatch(r"[\w\[\]^+*\- ]+", texts[1]) or "\\" in texts[2]:
        raise Unfoldable(f"regexp_replace with {texts[1]}")
    flags = texts[3] if len(texts) == 4 else ""
    options = re.IGNORECASE if "i" in flags else 0
    return re.sub(texts[1], texts[2], texts[0], count=0 if "g" in flags else 1, flags=options)


_PLACE = re.compile(r"%(?:(\d+)\$)?([sIL%])")


def formatted(template: str, values: list[str]) -> str:
    """PostgreSQL's format()."""
    following = 0

    def put(match: re.Match[str]) -> str:
        nonlocal following
        if match[2] == "%":
            return "%"
        at = int(match[1]) - 1 if match[1] else following
        following = at + 1
        if at >= len(values):
            raise Unfoldable("format() has too few arguments")
        how: dict[str, Callable[[str], str]] = {"s": str, "I": quote_ident, "L": literal}
        return how[match[2]](values[at])

    return _PLACE.sub(put, template)


def quote_ident(name: str) -> str:
    """As PostgreSQL quotes; words that it would quote although it need not mean the same here."""
    return name if BARE.match(name) and name not in RESERVED else '"' + name.replace('"', '""') + '"'


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else flat[:59] + "…"
