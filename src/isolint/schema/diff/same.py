"""Whether two texts, or two objects, mean the same in their schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from isolint.schema.factor import NAME
from isolint.schema.model import Schema

PARTS = frozenset(
    (
        *("columns", "constraints", "indexes", "triggers", "rules", "policies", "statistics", "labels"),
        *("name", "owner", "comment", "inherited"),
    )
)
"""Fields that are compared as objects of their own, or not at all."""


@dataclass(frozen=True)
class Sides:
    """The two schemas, for what comparing texts needs to know of them."""

    reference: Schema
    candidate: Schema

    @cached_property
    def normal(self) -> Callable[[str], str]:
        """Texts as they are when both sides come from a server, else with what a server adds taken away."""
        if self.reference.canonical and self.candidate.canonical:
            return str
        from isolint.schema.offline.loosen import loosened

        return loosened

    def wanted(self, text: str) -> str:
        """A text of the reference with its schema's name put back into longer names."""
        return text.replace(NAME, self.reference.name)

    def present(self, text: str) -> str:
        """A text of the candidate with its schema's name put back into longer names."""
        return text.replace(NAME, self.candidate.name)

    def same(self, wanted: Any, present: Any) -> bool:
        """Whether two values are equal: texts as marked, or else as they are called in their schemas."""
        if wanted == present:
            return True
        if isinstance(wanted, tuple) and isinstance(present, tuple):
            return len(wanted) == len(present) and all(map(self.same, wanted, present))
        if not (isinstance(wanted, str) and isinstance(present, str)):
            return False
        if self.wanted(wanted) == self.present(present):
            return True
        return self.normal is not str and self.normal(wanted) == self.normal(present)

    def attributes(self, wanted: Any, present: Any, ignored: Iterable[str] = ()) -> tuple[str, ...]:
        """The names of compared fields in which two objects differ, parts and names aside."""
        passed = PARTS.union(ignored)
        return tuple(
            f.name
            for f in fields(wanted)
            if f.compare and f.name not in passed and not self.same(getattr(wanted, f.name), getattr(present, f.name))
        )
