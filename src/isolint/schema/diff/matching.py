"""Which object of one schema is which of the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
Key = Callable[[T], Hashable]
"""What must be equal; an object for which it is None does not match by it."""


@dataclass(frozen=True, slots=True)
class Matched(Generic[T]):
    """Pairs (reference, candidate), and those that have no partner."""

    pairs: list[tuple[T, T]]
    missing: list[T]
    extra: list[T]


def match(wanted: Iterable[T], present: Iterable[T], *keys: tuple[Key[T], Key[T]]) -> Matched[T]:
    """Match by the first pair of keys (for the reference's and the candidate's side), the rest by the next."""
    pairs: list[tuple[T, T]] = []
    missing, extra = list(wanted), list(present)
    for wanted_key, present_key in keys:
        found, missing, extra = _by(missing, extra, wanted_key, present_key)
        pairs += found
    return Matched(pairs, missing, extra)


def _by(
    wanted: list[T], present: list[T], wanted_key: Key[T], present_key: Key[T]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    waiting: dict[Hashable, list[T]] = defaultdict(list)
    for item in present:
        waiting[present_key(item)].append(item)
    pairs, missing = [], []
    for item in wanted:
        key = wanted_key(item)
        if key is not None and waiting.get(key):
            pairs.append((item, waiting[key].pop(0)))
        else:
            missing.append(item)
    taken = {id(item) for _, item in pairs}
    return pairs, missing, [item for item in present if id(item) not in taken]
