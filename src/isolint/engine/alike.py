"""Digests of values: equal for equal values, in whatever process they were made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from hashlib import blake2b
from types import FunctionType
from typing import Any

import msgspec

from isolint.link.tables import TableSet


class Digests:
    """Digests values. What many of them hold in common is looked at once, so they must not change meanwhile."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, str]] = {}

    def of(self, value: object) -> str:
        """The hex digest of what is made of texts, numbers, containers, tables, dataclasses and facts."""
        held = isinstance(value, msgspec.Struct) or is_dataclass(value)
        if held and id(value) in self._known:
            return self._known[id(value)][1]
        digest = blake2b(digest_size=16)
        for part in self._parts(value):
            digest.update(f"{len(part)}:{part}".encode("utf-8", "surrogatepass"))
        found = digest.hexdigest()
        if held:
            self._known[id(value)] = value, found  # kept alive, so that the id stays its own
        return found

    def _parts(self, value: Any) -> Iterator[str]:
        yield type(value).__name__
        if value is None or isinstance(value, str | int | float | bytes | Enum):
            yield repr(value)
        elif isinstance(value, msgspec.Struct):
            yield msgspec.json.encode(value).hex()
        elif isinstance(value, tuple | list):
            yield from map(self.of, value)
        elif isinstance(value, set | frozenset):
            yield from sorted(map(self.of, value))
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from (self.of(key), self.of(item))
        elif isinstance(value, FunctionType | type):  # isolint's own, which is part of its version
            yield f"{value.__module__}.{value.__qualname__}"
        elif isinstance(value, TableSet):
            yield self.of(vars(value))
        elif is_dataclass(value):
            yield from (self.of(getattr(value, field.name)) for field in fields(value))
        else:
            raise TypeError(f"no digest of {type(value).__name__} is known")
