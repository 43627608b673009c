"""What a health check finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """What is looked at."""

    SCHEMA = "schema"
    SEQUENCES = "sequences"
    TRIGGERS = "triggers"
    INDEXES = "indexes"
    CONSTRAINTS = "constraints"
    GRANTS = "grants"
    FUNCTIONS = "functions"
    SEEDS = "seeds"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong: `name` is the object, with its table where it has one; `message` reads after it."""

    check: Check
    name: str
    message: str

    def __str__(self) -> str:
        return f"{self.check}: {self.name} {self.message}"


@dataclass(frozen=True, slots=True)
class Health:
    """`checked` are the checks that were made; `unchecked` are (check, why it could not be made). `tables` counts the
    tables of the schema. `str()` says it in a few lines.
    """

    schema: str
    reference: str
    tables: int
    checked: tuple[Check, ...]
    faults: tuple[Fault, ...]
    unchecked: tuple[tuple[Check, str], ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether everything was looked at and nothing is wrong."""
        return not self.faults and not self.unchecked

    def __str__(self) -> str:
        if self.healthy:
            return f"{self.schema}: healthy, {self.tables} tables as in {self.reference}"
        head = f"{len(self.faults)} faults" if self.faults else "no fault found, but not everything could be looked at"
        lines = [*map(str, self.faults), *(f"{check}: not checked: {why}" for check, why in self.unchecked)]
        return "\n".join((f"{self.schema}: {head}", *(f"  {line}" for line in lines)))
