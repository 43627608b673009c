"""Calls of `set_config`: the search path and the settings that row-level security reads."""

from __future__ import annotations

import re
from itertools import count

from sqlglot import exp

from isolint.frontends.sql.names import marker
from isolint.frontends.sql.operands import constant_text, operand, sql_of, stripped
from isolint.frontends.sql.scope import Scope
from isolint.frontends.sql.state import State
from isolint.frontends.sql.values import schema_names
from isolint.model.sql import Operand, SearchPath

_FALSE = frozenset({"false", "f", "0", "off", "no"})
_FORMAT = re.compile(r"%(?:\d+\$)?[IsL]")
_PIECE = re.compile(r"\0(\d+)\0")

Settings = tuple[tuple[str, Operand, bool], ...]


def calls_of(tree: exp.Expr, state: State) -> tuple[SearchPath | None, Settings]:
    """The last search path and all other settings that calls in the tree make."""
    search_path, settings = None, []
    for call in tree.find_all(exp.Anonymous):
        if call.name.lower() != "set_config" or len(call.expressions) < 2:
            continue
        name, value, *rest = call.expressions
        local = bool(rest) and (constant_text(rest[0]) or "").lower() not in _FALSE
        setting = (constant_text(name) or sql_of(name, state)).lower()
        if setting == "search_path":
            search_path = SearchPath(_entries(value, state), local)
        else:
            settings.append((setting, operand(value, Scope(0), state), local))
    return search_path, tuple(settings)


def _entries(value: exp.Expr, state: State) -> tuple[str, ...]:
    pieces: list[str] = []
    names = schema_names(_text(value, pieces, state))
    return tuple(_PIECE.sub(lambda found: pieces[int(found[1])], name) for name in names)


def _text(node: exp.Expr, pieces: list[str], state: State) -> str:
    """The text that an expression makes; what is not constant becomes a mark for an entry of `pieces`."""
    node = stripped(node)
    if (constant := constant_text(node)) is not None:
        return constant
    if isinstance(node, exp.DPipe):
        return _text(node.this, pieces, state) + _text(node.expression, pieces, state)
    if isinstance(node, exp.Concat):
        return "".join(_text(part, pieces, state) for part in node.expressions)
    name, arguments = _call(node)
    if name == "format" and arguments:
        values, position = [_text(argument, pieces, state) for argument in arguments[1:]], count()
        return _FORMAT.sub(lambda _: _nth(values, next(position)), _text(arguments[0], pieces, state))
    if name == "quote_ident" and arguments:
        return _text(arguments[0], pieces, state)
    found = marker(node)
    pieces.append(f"${found[1]}" if found and found[0] == "parameter" else sql_of(node, state))
    return f"\0{len(pieces) - 1}\0"


def _nth(values: list[str], position: int) -> str:
    return values[position] if position < len(values) else ""


def _call(node: exp.Expr) -> tuple[str, list[exp.Expr]]:
    if isinstance(node, exp.Anonymous):
        return node.name.lower(), node.expressions
    if isinstance(node, exp.Format):
        return "format", [node.this, *node.expressions]
    return "", []
