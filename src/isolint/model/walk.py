"""Walks over the tree of code: every part of it, at the cost of those that hold others.

A function's body is walked once: its parts are kept with it, in order and by class, for all who ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import TypeVar

from isolint.model.code import Argument, Comprehension, Constant, Entry, Function, Node, Try

Part = Node | Argument | Entry
Kind = TypeVar("Kind", bound=Part)
Inside = Callable[[object], Iterable[object]]
"""Gives what stands in the fields of a part that can hold other parts."""

_inside: dict[type, Inside | None] = {}
_HELD = ("Expression", "Statement", "Argument", "Entry")


class Body:
    """The parts of a function's body, nested functions excluded: `parts` in the order of the walk."""

    def __init__(self, function: Function) -> None:
        self.parts = _walked(function.body)
        self._by_kind: dict[type, list[Part]] | None = None
        self._texts: tuple[str, ...] | None = None

    def of(self, kind: type[Kind]) -> list[Kind]:
        """The parts of one class, in the order of the walk."""
        if self._by_kind is None:
            self._by_kind = defaultdict(list)
            for part in self.parts:
                self._by_kind[part.__class__].append(part)
        return self._by_kind.get(kind, [])  # type: ignore[return-value]  # kept by class

    @property
    def texts(self) -> tuple[str, ...]:
        """The constant texts."""
        if self._texts is None:
            self._texts = tuple([one.value for one in self.of(Constant) if isinstance(one.value, str)])
        return self._texts


def body_of(function: Function) -> Body:
    """The parts of a function's body; worked out when first asked for, and then kept with the function."""
    kept = function.__dict__
    found: Body | None = kept.get("body")
    if found is None:
        found = kept["body"] = Body(function)
    return found


def nodes(function: Function) -> Iterator[Node]:
    """Every node of a function's body, nested functions excluded."""
    return (part for part in body_of(function).parts if isinstance(part, Node))


def nodes_in(*roots: Node) -> Iterator[Node]:
    """The nodes and all nodes inside them."""
    return (part for part in _walked(roots) if isinstance(part, Node))


def parts_in(*roots: Node) -> list[Part]:
    """The nodes and all parts inside them."""
    return _walked(roots)


def _walked(roots: Iterable[object]) -> list[Part]:
    """The parts and all that is inside them: nodes, arguments of calls, entries of mappings."""
    found: list[Part] = []
    stack = list(roots)
    while stack:
        item = stack.pop()
        kind: type = item.__class__
        if kind is tuple:
            stack += item  # type: ignore[arg-type]  # its class says so
        elif (inside := _inside[kind] if kind in _inside else inside_of(kind)) is not None:
            found.append(item)  # type: ignore[arg-type]  # only these classes hold parts
            stack += inside(item)
    return found


def everything_in(*roots: Node) -> Iterator[Part]:
    """The nodes and all parts inside them, with what comprehensions go through and what handlers of errors do."""
    waiting: list[tuple[object, ...]] = [roots]
    while waiting:
        for part in _walked(waiting.pop()):
            yield part
            if isinstance(part, Comprehension):
                waiting += [(clause.target, clause.source, *clause.conditions) for clause in part.clauses]
            elif isinstance(part, Try):
                waiting += [handler.body for handler in part.handlers]


def inside_of(kind: type) -> Inside | None:
    """How to get at what is inside a part of a class; None for what is no part of the tree."""
    try:
        return _inside[kind]
    except KeyError:
        return _inside.setdefault(kind, _found_inside(kind))


def _found_inside(kind: type) -> Inside | None:
    if not issubclass(kind, Node | Argument | Entry):
        return None
    names = [name for name, held in kind.__annotations__.items() if any(part in held for part in _HELD)]
    if not names:
        return _nothing
    return attrgetter(*names) if len(names) > 1 else _only(names[0])


def _nothing(_part: object) -> Iterable[object]:
    return ()


def _only(name: str) -> Inside:
    get = attrgetter(name)
    return lambda part: (get(part),)
