"""The statements of a file; what follows a statement that was left open is read on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import itemgetter

from tree_sitter import Node, Point, Range

from isolint.frontends.typescript.repair import Repaired, repaired
from isolint.frontends.typescript.syntax import Grammar, damage, grammars, parse

_BEGINNING = re.compile(rb"^(?!(?:else|catch|finally|case|default|from|extends|implements)\b)[A-Za-z_$@]", re.MULTILINE)


def roots(source: bytes, path: str) -> list[Node]:
    """The trees of a text in order: one, or several where a part that is in error can be told from the rest."""
    attempts: list[tuple[int, Repaired, Grammar]] = []
    for grammar in grammars(path, source):
        parsed = repaired(source, grammar)
        harm = damage([parsed.tree.root_node])
        if not harm:
            return [parsed.tree.root_node]
        attempts.append((harm, parsed, grammar))
    _, best, chosen = min(attempts, key=itemgetter(0))
    return list(_split(best, chosen))


def _split(parsed: Repaired, grammar: Grammar) -> Iterator[Node]:
    """The tree's outermost statements, those in error in pieces where that mends more than it breaks."""
    root = parsed.tree.root_node
    for node in [root] if root.is_error else root.children:
        if not node.has_error:
            yield node
            continue
        pieces = [parse(parsed.source, grammar, [piece]).root_node for piece in _pieces(parsed.source, node)]
        if len(pieces) > 1 and damage(pieces) <= damage([node]):
            yield from pieces
        else:
            yield node


def _pieces(source: bytes, node: Node) -> Iterator[Range]:
    """The node's text from one line that may begin a statement to the next."""
    row = node.start_point.row
    starts = [(node.start_byte, node.start_point)]
    place = node.start_byte
    for match in _BEGINNING.finditer(
        source, source.find(b"\n", place, node.end_byte) + 1 or node.end_byte, node.end_byte
    ):
        row += source.count(b"\n", place, match.start())
        place = match.start()
        starts.append((place, Point(row, 0)))
    for (start, point), (end, end_point) in zip(starts, [*starts[1:], (node.end_byte, node.end_point)], strict=True):
        yield Range(point, end_point, start, end)
