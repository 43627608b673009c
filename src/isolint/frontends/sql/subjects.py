"""The column that one side of a comparison is about."""

from __future__ import annotations

from typing import NamedTuple

from sqlglot import exp

from isolint.frontends.sql.lex import HOLE
from isolint.frontends.sql.names import folded, marker
from isolint.frontends.sql.operands import constant_text, stripped

_JSON_PATHS = (exp.JSONExtract, exp.JSONExtractScalar, exp.JSONBExtract, exp.JSONBExtractScalar)


class Subject(NamedTuple):
    """A column; `path` is that inside of its JSON value; `optional`: a parameter takes its place when it is null."""

    column: exp.Column
    path: str = ""
    optional: bool = False


def subject(node: exp.Expr) -> Subject | None:
    """The column that the node stands for, None for a value or anything made of several columns."""
    path, optional = "", False
    node = stripped(node)
    while not isinstance(node, exp.Column):
        if isinstance(node, _JSON_PATHS):
            key = _key(node.expression)
            if key is None:
                return None
            path = f".{key}{path}"
        elif isinstance(node, exp.Coalesce):
            optional = optional or not all(constant_text(other) is not None for other in node.expressions)
        else:
            return None
        node = stripped(node.this)
    if isinstance(node.this, exp.Star) or marker(node) is not None:
        return None
    return Subject(node, path, optional)


def named_by_hole(node: exp.Expr) -> exp.Column | None:
    """The column whose whole name is a hole, if the node is one."""
    node = stripped(node)
    is_hole = isinstance(node, exp.Column) and not HOLE.sub("", folded(node.this)) and bool(folded(node.this))
    return node if is_hole and isinstance(node, exp.Column) else None


def _key(node: object) -> str | None:
    """`a.b` for the JSON path of both, None when it is not constant."""
    if isinstance(node, exp.JSONPath):
        return ".".join(str(part.this) for part in node.expressions if isinstance(part, exp.JSONPathKey)) or None
    text = constant_text(node)
    return text.strip("{}").replace(",", ".").replace(" ", "") if text else None
