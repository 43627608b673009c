"""Finding a tenant's values in whatever a piece of an application gives back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

DEEPEST = 12
"""Objects inside of objects that are looked into."""


CONTENTS = frozenset(("_content",))
"""Private attributes that hold what was answered; others hold sessions and engines, which know every tenant."""


def leaves(value: Any) -> Iterator[Any]:
    """The texts, numbers and ids in a value: in mappings, collections, data classes, rows, models, responses."""
    yield from _leaves(value, 0, set())


def _leaves(value: Any, depth: int, seen: set[int]) -> Iterator[Any]:
    if isinstance(value, str | int | uuid.UUID):
        yield value
        return
    if isinstance(value, bytes | bytearray | memoryview):
        yield bytes(value).decode("utf-8", "replace")
        return
    if value is None or depth >= DEEPEST or id(value) in seen or isinstance(value, type):
        return
    seen.add(id(value))
    for part in _parts(value):
        yield from _leaves(part, depth + 1, seen)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, Sequence | Set):
        return list(value)
    names = [name for kind in type(value).__mro__ for name in _slots(kind)]
    names += list(getattr(value, "__dict__", ()))
    return [getattr(value, name, None) for name in names if not name.startswith("_") or name in CONTENTS]


def _slots(kind: type) -> tuple[str, ...]:
    slots = kind.__dict__.get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    return tuple(name for name in names if name not in ("__weakref__", "__dict__"))


def found(marks: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """The marks (where a value stands: the value) that occur in `value`, alone or inside of a text."""
    texts: set[str] = set()
    for leaf in leaves(value):
        if isinstance(leaf, bool):
            continue
        texts.add(str(leaf))
    whole = "\x00".join(texts)
    return {where: mark for where, mark in marks.items() if _occurs(mark, whole)}


def _occurs(mark: Any, whole: str) -> bool:
    if isinstance(mark, uuid.UUID):
        return str(mark) in whole or mark.hex in whole
    return str(mark) in whole
