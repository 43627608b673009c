"""What a candidate lacks or has differently, as data for the plan and for the outputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from isolint.schema.model import Kind, Schema


class Change(StrEnum):
    """`missing`: only the reference has it; `extra`: only the candidate; `changed`: both, defined differently."""

    MISSING = "missing"
    CHANGED = "changed"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `table` is the table or view that the object belongs to, '' for objects of the schema itself.

    `reference` and `candidate` describe both sides, '' for the side without the object; `attributes` names what is
    different about a changed one. `wanted` and `present` are the objects themselves, and `relation` is the candidate's
    mark for `table`, for the plan.
    """

    kind: Kind
    change: Change
    table: str
    name: str
    reference: str
    candidate: str
    attributes: tuple[str, ...] = ()
    wanted: Any = field(default=None, compare=False, repr=False)
    present: Any = field(default=None, compare=False, repr=False)
    relation: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences between two schemas, ordered by table, kind and name.

    `information` are remarks that count as nothing (the order of columns, names); `not_compared` says what one of the
    sources cannot express; `busy` are tables that somebody was altering, `unread` places in files that could not be
    read.
    """

    reference: Schema
    candidate: Schema
    differences: tuple[Difference, ...]
    information: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether something that should have been compared was not."""
        return bool(self.busy or self.unread)

    def count(self, change: Change) -> int:
        """How many differences are of this kind of change."""
        return sum(d.change is change for d in self.differences)
