"""Splitting a file that does not parse as a whole into statements that may parse alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from isolint.frontends.python import syntax
from isolint.model.source import Span

_CONTINUATIONS = frozenset(
    [
        "comment",
        ")",
        "]",
        "}",
        ",",
        "else",
        "elif",
        "except",
        "finally",
        "else_clause",
        "elif_clause",
        "except_clause",
        "finally_clause",
        "string_content",
        "string_end",
    ]
)
_DEFINITIONS = frozenset(("@", "decorator", "async", "def", "class", "function_definition", "class_definition"))


class Region(NamedTuple):
    """A run of whole lines; `span` leaves out blank lines at its end."""

    first_line: int
    text: str
    span: Span


def regions(text: str) -> Iterator[Region]:
    """The outermost statements, each with the blank lines and comments behind it; together they are the whole text.

    In what tree-sitter cannot make sense of, each line that begins in the first column begins a region.
    """
    lines = text.split("\n")
    starts = _starts(text, lines)
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        last = end - 1
        while last > start and not lines[last].strip():
            last -= 1
        span = Span(start + 1, 1, last + 1, len(lines[last]) + 1)
        yield Region(start + 1, "\n".join(lines[start:end]) + "\n", span)


def _starts(text: str, lines: list[str]) -> list[int]:
    """The rows that begin a region; a decorator begins one together with what it decorates."""
    rows = [0]
    code = False
    for node in _outermost(syntax.tree(text).root_node):
        row, column = node.start_point
        decorated = lines[rows[-1]].startswith("@") and node.type in _DEFINITIONS
        if code and column == 0 and row > rows[-1] and node.type not in _CONTINUATIONS and not decorated:
            rows.append(row)
        code = code or node.type != "comment"
    return rows


def _outermost(root: Node) -> Iterator[Node]:
    """The statements of a module; an error in their place counts as the nodes in it."""
    for child in root.children:
        if child.type == "ERROR":
            yield from _outermost(child)
        else:
            yield child
