"""Bound parameters, whatever their style, become identifier-like markers `⟪key⟫` that sqlglot reads as names."""

from __future__ import annotations

import re
from itertools import count

from isolint.frontends.sql.lex import Token
from isolint.frontends.sql.words import ends_operand, starts_operand

_NAME = re.compile(r"[\w·]+")
_NOT_WORD = re.compile(r"[^\w·]")
_HOLE_EDGE = re.compile(r"[⟦⟧]")


def mark_parameters(tokens: list[Token]) -> list[Token]:
    """The tokens with parameters as markers and `%%` as `%`; JSON operators, casts, slices and modulo stay."""
    formatted = any(token.kind == "format" for token in tokens)
    numbers = count(1)
    out: list[Token] = []
    ended, brackets = False, 0
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.text in {"[", "]"}:
            brackets += 1 if token.text == "[" else -1
        if token.kind in {"parameter", "format", "mark"} and _binds(token, following, ended, brackets > 0):
            token = Token("parameter", f"⟪{_key(token.text) or next(numbers)}⟫", token.spaced)
        elif token.text == "%%" or (formatted and token.kind == "string"):
            token = token._replace(text=token.text.replace("%%", "%"))
        out.append(_plain(token))
        ended = ends_operand(out[-1], not ended)
    return out


def _binds(token: Token, following: Token | None, ended: bool, in_brackets: bool) -> bool:
    """Whether the token is a parameter where it stands."""
    if token.kind == "parameter":
        return True
    if token.text.startswith("?") and ended:
        is_compound = following is not None and following.text in {"|", "&"} and not following.spaced
        return not (is_compound or starts_operand(following))
    if token.text.startswith(":") and in_brackets:
        return not ended
    return token.text.startswith(("%(", "%s")) or not ended or token.kind == "mark"


def _key(text: str) -> str:
    """The name or number that the parameter is written with, '' for a positional one."""
    text = _HOLE_EDGE.sub("·", text)
    if text.startswith("%"):
        return _NOT_WORD.sub("_", text[2 : text.rindex(")")]) if text.startswith("%(") else ""
    found = _NAME.search(text)
    return found[0] if found else ""


def _plain(token: Token) -> Token:
    """Formats and marks that turned out to be operators."""
    return token._replace(kind="operator") if token.kind in {"format", "mark"} else token
