"""The audit of a product: what its schemas lack, what its code does, and where one makes the other worse."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isolint.model.report import Report
from isolint.model.routes import Reach
from isolint.model.source import Place


class State(StrEnum):
    """What is known of a schema beside the reference. Only what was read whole and is the same is COMPLETE."""

    COMPLETE = "complete"
    DIFFERS = "differs"
    BUSY = "busy"
    DENIED = "denied"
    ABSENT = "absent"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Gap:
    """One difference. `kind` and `change` are words of the comparison (table, column, …; missing, changed, extra).

    `reference` and `candidate` describe both sides; `rule` is its id (SCH101) and `said` one sentence. Of a missing
    table `routes` counts the entry points that use it, and `falls_through` tells that the shared schema has one of its
    name. `place` is where the candidate's file makes the table, or all tables.
    """

    kind: str
    change: str
    table: str
    name: str
    reference: str = ""
    candidate: str = ""
    rule: str = ""
    said: str = ""
    routes: int = 0
    falls_through: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """One schema, or several that are alike, beside the reference. `note` says why it could not be compared."""

    label: str
    state: State
    gaps: tuple[Gap, ...] = ()
    note: str = ""
    tenants: int = 0

    def of(self, kind: str, change: str = "missing") -> tuple[Gap, ...]:
        """The differences of one kind."""
        return tuple(gap for gap in self.gaps if (gap.kind, gap.change) == (kind, change))


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: a sentence, how many places it is about, and the first of them."""

    sentence: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """`reference` is the label of what every schema was compared with, '' without one. `actions` stand in the order in
    which to do them, and `left_out` says what was not looked at.
    """

    reference: str
    drifts: tuple[Drift, ...]
    report: Report
    reached: tuple[Reach, ...]
    actions: tuple[Action, ...]
    left_out: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether anything was found to differ."""
        return any(drift.gaps for drift in self.drifts)
