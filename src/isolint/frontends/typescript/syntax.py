"""The grammars, and what tree-sitter says of a text that does not fit them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import PurePosixPath
from typing import Literal

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Range, Tree

Grammar = Literal["ts", "tsx", "js"]

_BY_SUFFIX: dict[str, tuple[Grammar, ...]] = {
    **dict.fromkeys((".ts", ".mts", ".cts"), ("ts",)),
    ".tsx": ("tsx",),
    # Flow's types are much like TypeScript's.
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs"), ("js", "tsx")),
}
_MARKUP = re.compile(rb"/>|</[A-Za-z>]")


def grammars(path: str, source: bytes) -> tuple[Grammar, ...]:
    """The grammars to try for a file, the likeliest first; without a telling extension, the text tells."""
    known = _BY_SUFFIX.get(PurePosixPath(path).suffix.lower())
    return known or (("tsx", "ts") if _MARKUP.search(source) else ("ts", "tsx"))


@cache
def language(grammar: Grammar) -> Language:
    """The compiled grammar."""
    if grammar == "js":
        return Language(tree_sitter_javascript.language())
    typescript = tree_sitter_typescript
    return Language(typescript.language_tsx() if grammar == "tsx" else typescript.language_typescript())


def parse(source: bytes, grammar: Grammar, ranges: Sequence[Range] | None = None) -> Tree:
    """The syntax tree of any UTF-8 text, or of ranges of it; lines count from 0 and columns are bytes."""
    return Parser(language(grammar), included_ranges=ranges).parse(source)


def errors(root: Node) -> list[Node]:
    """The outermost nodes that the parser could not make sense of or had to make up, in order.

    Escapes that are none, and null characters, are errors in a template to the grammar alone.
    """
    found: list[Node] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            found.append(node)
        elif node.has_error:
            text = node.type == "template_string"
            pending.extend([child for child in reversed(node.children) if not (text and child.is_error)])
    return found


def damage(roots: Sequence[Node]) -> int:
    """How much of a text is in error: 0 for none, else a number to compare with that of other trees of the text."""
    return sum(1 + node.end_byte - node.start_byte for root in roots for node in errors(root))


def nodes(root: Node, kind: str) -> Iterator[Node]:
    """All nodes of a type, in order."""
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == kind:
            yield node
        pending.extend(reversed(node.named_children))
