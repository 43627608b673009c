"""sqlglot behind a guard: dialects and renderings in turn, no crash, no logging."""

from __future__ import annotations

import logging
from typing import NamedTuple

from sqlglot import Dialect, exp
from sqlglot.errors import SqlglotError

from isolint.frontends.sql.holes import Filled, fill_holes
from isolint.frontends.sql.lex import Token
from isolint.frontends.sql.repair import as_text, guard_conflict, without_holes

# A statement that sqlglot cannot parse is reported by its absence, not by a line on standard error.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_QUERIES = (exp.Query, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Values)
# The compiled parser raises these on some malformed input, and overflows the stack on input that nests too deeply.
_FAILURES = (SqlglotError, ValueError, TypeError, LookupError, AttributeError, AssertionError)
_MAX_DEPTH = 150
_MAX_JOINS = 1_000
_MAX_ANGLES = 4_000
_MAX_SUBSCRIPTS = 100


class Parsed(NamedTuple):
    """A tree, the dialect that it was parsed in, and whether a hole was dropped that may have held conditions."""

    tree: exp.Expr
    dialect: str
    open: bool


def parse(tokens: list[Token]) -> Parsed | str:
    """The tree of a query or data-changing statement, or why there is none."""
    if _is_too_deep(tokens):
        return "too deep"
    has_backticks = any(token.text.startswith("`") for token in tokens)
    dialects = ["mysql", "sqlite"] if has_backticks else ["postgres", "sqlite", "mysql"]
    tokens = guard_conflict(tokens)
    filled = fill_holes(tokens)
    problem = ""
    attempts = [(filled, dialects[0]), *((filled, dialect) for dialect in dialects[1:])]
    if any("⟦" in token.text and token.kind in {"word", "hole"} for token in tokens):
        attempts.insert(1, (without_holes(tokens), dialects[0]))
    for rendering, dialect in attempts:
        tree = _tree(rendering, dialect)
        if isinstance(tree, exp.Expr):
            return Parsed(tree, dialect, rendering.open)
        problem = problem or tree
    return problem


def _tree(rendering: Filled, dialect: str) -> exp.Expr | str:
    try:
        trees = Dialect.get_or_raise(dialect).parse(as_text(rendering.tokens))
    except RecursionError:
        return "too deep"
    except _FAILURES as failure:
        return _message(failure)
    tree = trees[0] if len(trees) == 1 else None
    return tree if isinstance(tree, _QUERIES) else "not a query"


def _message(failure: Exception) -> str:
    """One line without the terminal's colours."""
    errors = getattr(failure, "errors", None)
    if not errors:
        return " ".join(str(failure).split())[:120] or "syntax error"
    first = errors[0]
    context = f"{first.get('start_context') or ''}{first.get('highlight') or ''}"
    return f"{first.get('description') or 'syntax error'} near {context.strip()[-40:]!r}"


def _is_too_deep(tokens: list[Token]) -> bool:
    """Whether the parser could overflow the stack or not come to an end in reasonable time."""
    depth = joins = angles = subscripts = 0
    before = ""
    for token in tokens:
        text = token.text
        if text in {"(", "["}:
            depth += 1
            subscripts += text == "[" and before == "]"
        elif text in {")", "]"}:
            depth -= 1
        elif text == "<":
            angles += 1
        elif len(text) == 4 and text.upper() == "JOIN":
            joins += 1
        if depth > _MAX_DEPTH:
            return True
        before = text
    return joins > _MAX_JOINS or angles > _MAX_ANGLES or subscripts > _MAX_SUBSCRIPTS
