"""A finding, as it is reported."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isolint.model.evidence import Step
from isolint.model.remedy import Remedy
from isolint.model.rule import Confidence, Level, Severity
from isolint.model.source import Place


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why a finding is not counted: its suppression's reason and where that stands."""

    reason: str
    place: Place


class State(StrEnum):
    """How a finding stands to what was known before: a baseline, or the code before a change.

    UPDATED was there before, on lines that the change touches. UNCHANGED is known, and not counted.
    """

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Recorded:
    """`count` findings of a baseline that are alike: one rule, function, table and statement in one file.

    `key` is their `Finding.content`; `code` is the first line of the statement, for readers.
    """

    path: str
    rule: str
    function: str
    table: str
    code: str
    key: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding with exactly one primary place. `fingerprint` holds no line numbers: hex, stable under moved lines.

    `statement` is the first line of the code at the primary place, stripped. `content` is what equal code has in any
    file. `state` is None when nothing was compared. `remedy` is None unless it was asked for.
    """

    rule: str
    name: str
    place: Place
    message: str
    severity: Severity
    confidence: Confidence
    fingerprint: str
    statement: str = ""
    function: str = ""
    table: str = ""
    fix: str = ""
    trail: tuple[Step, ...] = ()
    suppressed: Suppressed | None = None
    content: str = ""
    state: State | None = None
    remedy: Remedy | None = None

    @property
    def counts(self) -> bool:
        """Whether somebody has to look at it: neither suppressed nor known from before."""
        return self.suppressed is None and self.state is not State.UNCHANGED

    @property
    def level(self) -> Level:
        """Error, warning or note: see `Level.of`."""
        return Level.of(self.severity, self.confidence)
