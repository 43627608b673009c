"""The result of a scan: what outputs format and what the exit code is decided from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from isolint.model.evidence import Evidence, Verdict
from isolint.model.finding import Finding, Recorded
from isolint.model.rule import Rule
from isolint.model.source import Place, Problem
from isolint.model.tenancy import Tenancy


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark about the scan's own inputs: an unused, expired or unreasoned suppression. Reported at level
    warning.
    """

    kind: str
    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Silence:
    """A suppression in the code: `hides` counts findings, `faults` are the kinds of the notices about it.

    `author` and the day it was `written` are git's, '' and None where it does not tell.
    """

    place: Place
    rules: tuple[str, ...]
    reason: str
    until: str
    hides: int
    faults: tuple[str, ...] = ()
    author: str = ""
    written: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a whole report this is: `number`, from 1, of `of`. `asked` and `read` are digests of what was asked
    for and of all that was read: parts belong together when all but the numbers are the same.
    """

    number: int
    of: int
    asked: str
    read: str


@dataclass(frozen=True, slots=True)
class Report:
    """`files` counts the files read under the given paths, `skipped` those recognised and not judged, by kind
    (generated, minified, vendored).

    `evidence` holds every judged access in the given paths, in order of place. `statements` counts SQL statements read.
    `lines` maps a path to the lines of code that outputs show. `compared` names what the findings were compared with (a
    baseline, a revision); `absent` are entries of the baseline that match nothing any more. `silences` are the
    suppressions in the given paths, in order of place. `part` is None for a whole report; in one of several, what is
    not about single files (`statements`, `skipped`, `absent`, the tenancy) is the whole's.
    """

    root: str
    version: str
    tenancy: Tenancy
    rules: tuple[Rule, ...]
    findings: tuple[Finding, ...]
    evidence: tuple[Evidence, ...]
    problems: tuple[Problem, ...]
    notices: tuple[Notice, ...]
    files: int
    statements: int
    skipped: dict[str, int]
    seconds: float
    lines: dict[str, dict[int, str]]
    compared: tuple[str, ...] = ()
    absent: tuple[Recorded, ...] = ()
    silences: tuple[Silence, ...] = ()
    part: Part | None = None

    @property
    def judged(self) -> int:
        """How many accesses were judged."""
        return len(self.evidence)

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many accesses have each verdict."""
        return Counter(evidence.verdict for evidence in self.evidence)
