"""A rule: data that turns evidence into a finding and tells a person about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """How bad it is when the finding is right."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Confidence(IntEnum):
    """How sure isolint is."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def lowered(self, steps: int) -> Confidence:
        """This confidence, `steps` lower, never below LOW."""
        return Confidence(max(Confidence.LOW, self - steps))


class Level(IntEnum):
    """What users set thresholds on; follows from severity and confidence alone."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @staticmethod
    def of(severity: Severity, confidence: Confidence) -> Level:
        """high: error, warning, note at confidence high, medium, low; medium: warning, warning, note; low: note."""
        if severity is Severity.LOW or confidence is Confidence.LOW:
            return Level.NOTE
        return Level.ERROR if severity is Severity.HIGH and confidence is Confidence.HIGH else Level.WARNING


class Over(StrEnum):
    """What a rule looks at."""

    ACCESS = "access"
    PROVISIONING = "provisioning"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Example:
    """A small program that the rule must (`bad`) or must not (`good`) report; run as a test.

    `files` maps paths to texts: an example with one text has one file. `config` is the text of an isolint.yaml, ''
    for none. A bad example is reported at `line` of `file`; line 0 leaves the place open.
    """

    language: str
    bad: bool
    files: Mapping[str, str] = field(hash=False)
    config: str = ""
    title: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One file under `rules/`. `match` maps evidence fields to the values that match (see `isolint.rules.match`)."""

    id: str
    name: str
    summary: str
    why: str
    fix: str
    severity: Severity
    confidence: Confidence
    since: str
    match: Mapping[str, object] = field(hash=False)
    over: Over = Over.ACCESS
    message: str = ""
    cwe: tuple[str, ...] = ()
    owasp: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    origin: str = ""
