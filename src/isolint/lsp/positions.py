"""Between places in files and what the protocol calls ranges and URIs.

isolint counts from 1 in code points; the protocol from 0 in units that client and server agree on.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.workspace import PositionCodec

from isolint.model.source import Span

Lines = Sequence[str]


def range_of(span: Span, lines: Lines, codec: PositionCodec) -> types.Range:
    """The range of a span in the text with these lines."""
    start = _position(span.line, span.column, lines, codec)
    return types.Range(start, _position(span.end_line, span.end_column, lines, codec))


def point_of(position: types.Position, lines: Lines, codec: PositionCodec) -> tuple[int, int]:
    """Line and column, from 1, of a position."""
    text = lines[position.line] if position.line < len(lines) else ""
    column = 0
    while column < len(text) and codec.client_num_units(text[: column + 1]) <= position.character:
        column += 1
    return position.line + 1, column + 1


def holds(span: Span, point: tuple[int, int]) -> bool:
    """Whether a point is in a span or at its end."""
    return (span.line, span.column) <= point <= (span.end_line, span.end_column)


def file_of(uri: str) -> Path | None:
    """The file of a URI, None for what is no file, such as a text that has no name yet."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path else None


def uri_of(file: Path) -> str:
    """The URI of a file."""
    return uris.from_fs_path(str(file)) or file.as_uri()


def _position(line: int, column: int, lines: Lines, codec: PositionCodec) -> types.Position:
    text = lines[line - 1] if line <= len(lines) else ""
    return types.Position(line - 1, codec.client_num_units(text[: column - 1]))
