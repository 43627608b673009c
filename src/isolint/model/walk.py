"""Walks over the tree of code: every part of it, at the cost of those that hold others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from isolint.model.code import Argument, Entry, Function, Node

_HELD = ("Expression", "Statement", "Argument", "Entry")


def nodes(function: Function) -> Iterator[Node]:
    """Every node of a function's body, nested functions excluded."""
    return nodes_in(*function.body)


def nodes_in(*roots: Node) -> Iterator[Node]:
    """The nodes and all nodes inside them."""
    return (part for part in parts_in(*roots) if isinstance(part, Node))


def parts_in(*roots: Node) -> Iterator[Node | Argument | Entry]:
    """The nodes and all that is inside them: nodes, arguments of calls, entries of mappings."""
    stack: list[object] = list(roots)
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(item)
        elif (held := held_parts(kind_of(item))) is not None:
            yield item  # type: ignore[misc]  # only these classes hold parts
            stack.extend([getattr(item, name) for name in held])


def kind_of(item: object) -> type:
    """The class of a part, as a key."""
    return item.__class__


@cache
def held_parts(kind: type) -> tuple[str, ...] | None:
    """The fields of a class of the tree that hold other parts of it; None for what is no such class."""
    if not issubclass(kind, Node | Argument | Entry):
        return None
    return tuple(name for name, held in kind.__annotations__.items() if any(part in held for part in _HELD))
