"""A finding, as it is reported."""

from __future__ import annotations

from dataclasses import dataclass

from isolint.model.evidence import Step
from isolint.model.rule import Confidence, Level, Severity
from isolint.model.source import Place


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Why a finding is not counted: its suppression's reason and where that stands."""

    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding with exactly one primary place. `fingerprint` holds no line numbers: hex, stable under moved lines.

    `statement` is the first line of the code at the primary place, stripped. `related` are further places with
    what they show.
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

    @property
    def level(self) -> Level:
        """Error, warning or note: see `Level.of`."""
        return Level.of(self.severity, self.confidence)
