"""What of a file could not be parsed."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from isolint.frontends.typescript.positions import Positions
from isolint.frontends.typescript.syntax import errors
from isolint.model.code import Trouble
from isolint.model.source import Span

_MESSAGE = "not valid TypeScript or JavaScript"


def troubles(roots: Sequence[Node], positions: Positions) -> list[Trouble]:
    """One trouble for each region in error; what stands on the same or on neighbouring lines is one region."""
    regions: list[Span] = []
    for node in [node for root in roots if root.has_error for node in errors(root)]:
        at = _visible(positions.at(node))
        if regions and at.line <= regions[-1].end_line + 1:
            last = regions.pop()
            at = Span(*last[:2], *max(last[2:], at[2:]))
        regions.append(at)
    return [Trouble("unparsable", _MESSAGE, at) for at in regions]


def _visible(at: Span) -> Span:
    """What is missing has no width: the line up to its place is shown instead."""
    if at[:2] != at[2:]:
        return at
    return Span(at.line, 1, at.line, max(2, at.column))
