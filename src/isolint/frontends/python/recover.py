"""Splitting a file that does not parse as a whole into statements that may parse alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from isolint.frontends.python import syntax
from isolint.model.source import Span

_CLAUSES = frozenset(("else_clause", "elif_clause", "except_clause", "finally_clause"))
_PIECES = frozenset(("string_content", "string_end", ")", "]", "}", ",", "else", "elif", "except", "finally"))
_CONTINUATIONS = _CLAUSES | _PIECES
_KEYWORDS = frozenset(("@", "async", "class", "def", "for", "from", "if", "import", "try", "while", "with"))
_DEFINITIONS = frozenset(("async", "def", "class", "function_definition", "class_definition"))
_DECORATORS = frozenset(("@", "decorator"))


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
    starts = _starts(text)
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        last = end - 1
        while last > start and not lines[last].strip():
            last -= 1
        span = Span(start + 1, 1, last + 1, len(lines[last]) + 1)
        yield Region(start + 1, "\n".join(lines[start:end]) + "\n", span)


def _starts(text: str) -> list[int]:
    """The rows that begin a region; a decorator begins one together with what it decorates."""
    rows = [0]
    blank = True
    decorating = False
    for node in _outermost(syntax.tree(text).root_node):
        row, column = node.start_point
        if node.type == "comment":
            continue
        if column == 0 and row > rows[-1] and not (blank or decorating or node.type in _CONTINUATIONS):
            rows.append(row)
        blank = False
        if node.type in _DECORATORS or (node.type == "decorated_definition" and node.has_error):
            decorating = True
        elif node.type in _DEFINITIONS:
            decorating = False
    return rows


def _outermost(root: Node) -> Iterator[Node]:
    """The statements of a module; an error in their place counts as the nodes in it.

    An error inside a statement may have swallowed the next ones: their keywords count too.
    """
    pending = root.children[::-1]
    while pending:
        node = pending.pop()
        if node.type == "ERROR":
            pending.extend(node.children[::-1])
            continue
        yield node
        if node.has_error:
            yield from (each for each in syntax.nodes(node) if each.type in _KEYWORDS)
