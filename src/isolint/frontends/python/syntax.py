"""tree-sitter's view of Python: it accepts any text, so it serves where libcst cannot or must not be asked."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Tree

_LANGUAGE = Language(tree_sitter_python.language())


def tree(text: str) -> Tree:
    """The syntax tree of any text; lines count from 0 and columns are bytes."""
    return Parser(_LANGUAGE).parse(text.encode())


def depth(of: Tree) -> int:
    """How many nodes lie on the longest path from the root to a leaf."""
    cursor = of.walk()
    level = deepest = 1
    while True:
        if cursor.goto_first_child():
            level += 1
            deepest = max(deepest, level)
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return deepest
            level -= 1


def nodes(of: Node) -> Iterator[Node]:
    """A node and all nodes in it, in order."""
    cursor = of.walk()
    while True:
        if cursor.node is not None:
            yield cursor.node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
