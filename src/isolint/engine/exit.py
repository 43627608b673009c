"""The exit code, decided in one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from isolint.model.coverage import coverage
from isolint.model.evidence import Verdict
from isolint.model.report import Report
from isolint.model.rule import Level
from isolint.model.tenancy import Strategy


class Exit(IntEnum):
    """What a command answers its caller."""

    CLEAN = 0
    FINDINGS = 1
    FAILED = 2
    PARTIAL = 3
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Threshold:
    """`fail_on` None is never. `min_proven` is the least share of accesses that must be proven scoped."""

    fail_on: Level | None = Level.WARNING
    strict: bool = False
    allow_incomplete: bool = False
    min_proven: float = 0.0


def exit_code(report: Report, threshold: Threshold) -> Exit:
    """FINDINGS before PARTIAL before CLEAN; a notice counts as a warning."""
    levels = [finding.level for finding in report.findings if finding.counts]
    levels += [Level.WARNING] * len(report.notices)
    if threshold.fail_on is not None and any(level >= threshold.fail_on for level in levels):
        return Exit.FINDINGS
    if coverage(report.evidence)[0].share < threshold.min_proven:
        return Exit.FINDINGS
    no_tenancy = report.judged > 0 and report.tenancy.strategy is Strategy.NONE
    if (report.problems or no_tenancy) and not threshold.allow_incomplete:
        return Exit.PARTIAL
    if threshold.strict and report.verdicts[Verdict.UNKNOWN]:
        return Exit.PARTIAL
    return Exit.CLEAN
