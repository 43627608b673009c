"""What the edits of both languages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

Edit = Callable[[str], str]
Files = Mapping[str, str]
Change = tuple[int, int, str]
"""The offsets of what goes, and what takes its place."""

WORDS = "organization_id == user.organization_id; organizationId: req.user.organizationId; WHERE org_id = $1"
"""What a comment or a dead string says: it confines nothing, and takes away nothing."""


def changed(text: str, changes: Iterable[Change]) -> str:
    """The text with all changes; of two that overlap the outer one is made."""
    parts, at = [], 0
    for start, end, new in sorted(changes, key=lambda change: (change[0], -change[1])):
        if start >= at:
            parts += [text[at:start], new]
            at = end
    return "".join([*parts, text[at:]])


def around(spans: Iterable[tuple[int, int]]) -> list[Change]:
    """Changes that put parentheses around what stands there; spans may lie in each other, and none is empty."""
    made = [change for start, end in set(spans) for change in ((start, start, "("), (end, end, ")"))]
    return sorted(made, key=lambda change: (change[0], change[2] == "("))


def neighbour(path: str) -> str:
    """The path of a new file beside another."""
    pure = PurePosixPath(path)
    return str(pure.with_name(f"{pure.stem.replace('.', '_')}_moved{pure.suffix}"))


def line_ends(text: str) -> str:
    """Lines end as they do on Windows."""
    return text.replace("\n", "\r\n")
