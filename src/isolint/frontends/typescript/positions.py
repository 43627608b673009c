"""Spans and texts of nodes: tree-sitter counts bytes, the model code points."""

from __future__ import annotations

from tree_sitter import Node

from isolint.model.source import Span


class Positions:
    """The places of one text; its bytes are those that the file has, whatever was rewritten to parse it."""

    __slots__ = ("_source", "_text", "_wide")

    def __init__(self, text: str, source: bytes) -> None:
        self._source = source
        self._text = text if len(text) == len(source) else None
        self._wide: dict[int, bytes] = {}
        if self._text is None:
            self._wide = {row: line for row, line in enumerate(source.split(b"\n")) if not line.isascii()}

    def at(self, node: Node) -> Span:
        """The span of a node."""
        row, column = node.start_point
        end_row, end_column = node.end_point
        if self._wide:
            column, end_column = self._column(row, column), self._column(end_row, end_column)
        return tuple.__new__(Span, (row + 1, column + 1, end_row + 1, end_column + 1))

    def between(self, first: Node, last: Node) -> Span:
        """From the start of one node to the end of another."""
        return Span(*self.at(first)[:2], *self.at(last)[2:])

    def gap(self, first: Node, last: Node) -> Span:
        """From the end of one node to the start of another."""
        return Span(*self.at(first)[2:], *self.at(last)[:2])

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.slice(node.start_byte, node.end_byte)

    def slice(self, start: int, end: int) -> str:
        """The text between two bytes."""
        if self._text is not None:
            return self._text[start:end]
        return self._source[start:end].decode("utf-8", "replace")

    def _column(self, row: int, column: int) -> int:
        line = self._wide.get(row)
        return column if line is None else len(line[:column].decode("utf-8", "replace"))
