"""Comments that silence findings: `// isolint: ignore[ISO102,ISO103] reason until=2027-01-31`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from isolint.frontends.typescript.positions import Positions
from isolint.frontends.typescript.syntax import nodes
from isolint.model.code import Suppression

_WRITTEN = r"isolint:\s*ignore(?![\w-])\s*(?:\[([^\]]*)\])?(.*)"
_FIRST_LINE = re.compile(r"(?://|/\*+)\s*" + _WRITTEN)
_NEXT_LINE = re.compile(r"[\s*]*" + _WRITTEN)
_UNTIL = re.compile(r"\buntil=(\S+)")
_COMMENT_LINE = re.compile(r"\s*(?:$|//|\*|\{?\s*/\*)")
_END = re.compile(r"\*/\s*$")


def suppressions(text: str, roots: Sequence[Node], positions: Positions) -> tuple[Suppression, ...]:
    """The suppressions of a file in order; only true comments count."""
    if "isolint:" not in text:
        return ()
    lines = text.split("\n")
    return tuple(
        [found for root in roots for node in nodes(root, "comment") for found in _found(node, lines, positions)]
    )


def _found(node: Node, lines: list[str], positions: Positions) -> Iterator[Suppression]:
    at = positions.at(node)
    for row, line in enumerate(_END.sub("", positions.text(node)).split("\n")):
        match = _NEXT_LINE.match(line) if row else _FIRST_LINE.search(line)
        if match is None:
            continue
        before = lines[at.line - 1][: at.column - 1].strip()
        behind = lines[at.end_line - 1][at.end_column - 1 :].strip()
        if before not in ("", "{"):
            target = at.line
        else:
            # In markup, braces stand around a comment.
            target = at.end_line if behind not in ("", "}") else _next_code(lines, at.end_line)
        yield _suppression(match, at.line + row, target)


def _suppression(match: re.Match[str], line: int, target: int) -> Suppression:
    rules = tuple([rule.strip() for rule in (match[1] or "").split(",") if rule.strip()])
    until = _UNTIL.search(match[2])
    reason = " ".join(_UNTIL.sub("", match[2]).split())
    return Suppression(line, target, rules, reason.strip("-–—: "), until[1] if until else "")


def _next_code(lines: list[str], line: int) -> int:
    """The number of the first line behind `line` with code on it; `line` itself when there is none."""
    for number, text in enumerate(lines[line:], start=line + 1):
        if not _COMMENT_LINE.match(text):
            return number
    return line
