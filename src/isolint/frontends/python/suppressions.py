"""Comments that silence findings: `# isolint: ignore[ISO102,ISO103] reason until=2027-01-31`."""

from __future__ import annotations

import re

from isolint.frontends.python import syntax
from isolint.model.code import Suppression

_COMMENT = re.compile(r"#\s*isolint:\s*ignore(?![\w-])\s*(?:\[([^\]]*)\])?(.*)")
_UNTIL = re.compile(r"\buntil=(\S+)")


def suppressions(text: str) -> tuple[Suppression, ...]:
    """The suppressions of a file in order; only true comments count, also in regions that do not parse."""
    if not _COMMENT.search(text):
        return ()
    lines = text.split("\n")
    found: list[Suppression] = []
    for node in syntax.nodes(syntax.tree(text).root_node):
        if node.type != "comment":
            continue
        line = lines[node.start_point.row]
        # Columns are bytes. The comment runs to the end of its line.
        before = line.encode()[: node.start_point.column].decode()
        match = _COMMENT.search(line, len(before))
        if match:
            row = node.start_point.row
            found.append(_suppression(match, row + 1, row + 1 if before.strip() else _next_code(lines, row)))
    return tuple(found)


def _suppression(match: re.Match[str], line: int, target: int) -> Suppression:
    rules = tuple([rule.strip() for rule in (match[1] or "").split(",") if rule.strip()])
    until = _UNTIL.search(match[2])
    reason = " ".join(_UNTIL.sub("", match[2]).split())
    return Suppression(line, target, rules, reason.strip("-–—: "), until[1] if until else "")


def _next_code(lines: list[str], row: int) -> int:
    """The number of the first line behind `row` with code on it; the comment's own when there is none."""
    for number, line in enumerate(lines[row + 1 :], start=row + 2):
        if line.strip() and not line.lstrip().startswith("#"):
            return number
    return row + 1
