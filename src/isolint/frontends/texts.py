"""Long literal texts: what facts keep of those that are no SQL."""

from __future__ import annotations

import re

from isolint.model import code
from isolint.model.masked import masked

LONGEST_TEXT = 20_000
KEPT_OF_LONG_TEXT = 200

_SQL = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*+(?:alter|begin|call|comment|copy|create|declare|delete|do|drop|explain|grant|insert"
    r"|lock|merge|revoke|select|set|truncate|update|values|with)\b",
    re.IGNORECASE | re.DOTALL,
)


def shortened(text: str) -> str:
    """A text without passwords of addresses, cut when it is long and no SQL."""
    text = masked(text)
    if len(text) <= LONGEST_TEXT or _SQL.match(text):
        return text
    return text[:KEPT_OF_LONG_TEXT] + "…"


def shortened_parts(parts: list[code.Expression]) -> tuple[code.Expression, ...]:
    """The parts of a template, its texts cut when they are long together and no SQL."""
    texts = [part.value for part in parts if isinstance(part, code.Constant) and isinstance(part.value, str)]
    if sum(map(len, texts)) <= LONGEST_TEXT or _SQL.match(texts[0]):
        return tuple(parts)
    return tuple(
        code.Constant(part.at, part.value[:KEPT_OF_LONG_TEXT] + "…")
        if isinstance(part, code.Constant) and isinstance(part.value, str) and len(part.value) > KEPT_OF_LONG_TEXT
        else part
        for part in parts
    )
