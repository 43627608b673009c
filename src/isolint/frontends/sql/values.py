"""Values that can be told from text alone."""

from __future__ import annotations

import re

from isolint.frontends.sql.lex import HOLE, PARAMETER, Token
from isolint.model.sql import Operand


def text_operand(text: str) -> Operand:
    """A quoted text: a constant, or a hole when there is one in it; several holes make an expression of them."""
    holes = dict.fromkeys(HOLE.findall(text))
    if not holes:
        return Operand("constant", text)
    if len(holes) == 1:
        return Operand("hole", next(iter(holes)))
    return Operand("expression", text, items=tuple(Operand("hole", hole) for hole in holes))


def readable(text: str) -> str:
    """Text in which parameters are written `$key`."""
    return PARAMETER.sub(lambda found: f"${parameter_key(found)}", text) if "⟪" in text else text


def parameter_key(found: re.Match[str]) -> str:
    """The key of a parameter from its marker."""
    return _HOLE_IN_KEY.sub(r"⟦\1⟧", found[1])


_HOLE_IN_KEY = re.compile(r"·(\d+)·")


def unquoted(token: Token) -> str:
    """What a token names or holds: identifiers folded, quotes removed, parameters as `$key`."""
    text = token.text
    if token.kind == "quoted":
        return readable(text[1:-1].replace(text[0] * 2, text[0]))
    if token.kind == "string":
        return string_content(text)
    return readable(text.lower() if token.kind == "word" else text)


def string_content(text: str) -> str:
    """The content of a string token of any notation; escapes with a backslash stay."""
    if text.startswith("$"):
        tag = text[: text.index("$", 1) + 1]
        return text[len(tag) : -len(tag)] if text.endswith(tag) and len(text) >= 2 * len(tag) else text[len(tag) :]
    return text[text.index("'") + 1 : -1].replace("''", "'")


def schema_names(text: str) -> tuple[str, ...]:
    """The entries of a search path written as text, `"a", b`."""
    entries = (entry.strip() for entry in text.split(","))
    return tuple(entry[1:-1] if entry[:1] == '"' == entry[-1:] else entry.lower() for entry in entries if entry)
