"""SET and RESET, which sqlglot does not parse: the search path, the role and other settings."""

from __future__ import annotations

from isolint.frontends.sql.lex import HOLE, PARAMETER, Token
from isolint.frontends.sql.values import parameter_key, text_operand, unquoted
from isolint.model.sql import Operand, SearchPath, SqlStatement

_NO_SETTING = frozenset({"TRANSACTION", "CHARACTERISTICS", "CONSTRAINTS", "NAMES", "PASSWORD"})


def set_statement(tokens: list[Token]) -> SqlStatement:
    """The facts of `SET [LOCAL|SESSION] name TO value, …`, `SET ROLE name` and the like; `tokens` start with SET."""
    rest, local = tokens[1:], False
    if rest and rest[0].upper in {"LOCAL", "SESSION", "GLOBAL"} and len(rest) > 1 and rest[1].upper != "AUTHORIZATION":
        rest, local = rest[1:], rest[0].upper == "LOCAL"
    if not rest or rest[0].upper in _NO_SETTING:
        return SqlStatement(None)
    if rest[0].upper in {"ROLE", "TIME", "SESSION"}:
        words = 1 if rest[0].upper == "ROLE" else 2
        name = {"ROLE": "role", "TIME": "timezone"}.get(rest[0].upper, "session_authorization")
        return SqlStatement(None, settings=((name, _value(rest[words:]), local),))
    name, size = _name(rest)
    if size < len(rest) and (rest[size].upper == "TO" or rest[size].text in {"=", ":="}):
        size += 1
    return _setting(name, rest[size:], local)


def reset_statement(tokens: list[Token]) -> SqlStatement:
    """The facts of `RESET name`."""
    return _setting(_name(tokens[1:])[0], [], False)


def _setting(name: str, value: list[Token], local: bool) -> SqlStatement:
    if name == "search_path":
        entries = tuple(_entry(part) for part in _parts(value) if part[0].upper != "DEFAULT")
        return SqlStatement(None, search_path=SearchPath(entries, local))
    return SqlStatement(None, settings=((name, _value(value), local),))


def _name(tokens: list[Token]) -> tuple[str, int]:
    """A dotted name at the start of the tokens, and of how many of them it is made."""
    size = 1
    while size + 1 < len(tokens) and tokens[size].text == ".":
        size += 2
    return "".join(unquoted(token) for token in tokens[:size]), size


def _parts(tokens: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _entry(tokens: list[Token]) -> str:
    return "".join(unquoted(token) for token in tokens)


def _value(tokens: list[Token]) -> Operand:
    parts = _parts(tokens)
    if len(parts) > 1:
        return Operand("list", items=tuple(_value(part) for part in parts))
    if not parts:
        return Operand("constant", "default")
    text = "".join(token.text for token in parts[0])
    if parameter := PARAMETER.fullmatch(text):
        return Operand("parameter", parameter_key(parameter))
    if len(parts[0]) == 1 or not HOLE.search(text):
        return text_operand(_entry(parts[0]))
    return Operand("expression", text, items=tuple(Operand("hole", hole) for hole in HOLE.findall(text)))
