"""The exit code as a table."""

from __future__ import annotations

import pytest

from isolint.engine.exit import Exit, Threshold, exit_code
from isolint.model.access import Access, Client, Operation, Role
from isolint.model.evidence import Evidence, Reason
from isolint.model.finding import Finding, Suppressed
from isolint.model.report import Notice, Report
from isolint.model.rule import Confidence, Level, Severity
from isolint.model.source import Place, Problem, Span
from isolint.model.tenancy import Strategy, Tenancy

PLACE = Place("a.py", Span(1, 1, 1, 2))
ACCESS = Access(PLACE, "f", Role.ROUTE, Client.ORM, "django", Operation.READ, "Campaign")
CONFIDENCE = {Level.ERROR: Confidence.HIGH, Level.WARNING: Confidence.MEDIUM, Level.NOTE: Confidence.LOW}


def finding(level: Level, suppressed: Suppressed | None = None) -> Finding:
    return Finding("R", "r", PLACE, "", Severity.HIGH, CONFIDENCE[level], "", suppressed=suppressed)


def report(
    *levels: Level,
    hidden: bool = False,
    notice: bool = False,
    problem: bool = False,
    reasons: tuple[Reason, ...] = (),
    strategy: Strategy = Strategy.ROW,
) -> Report:
    return Report(
        root="/r",
        version="0",
        tenancy=Tenancy(strategy),
        rules=(),
        findings=tuple(finding(level, Suppressed("why", PLACE) if hidden else None) for level in levels),
        evidence=tuple(Evidence(ACCESS, reason) for reason in reasons),
        problems=(Problem("unparsable", "a.py", ""),) if problem else (),
        notices=(Notice("unused-suppression", PLACE, ""),) if notice else (),
        files=1,
        statements=0,
        skipped={},
        seconds=0.0,
        lines={},
    )


UNKNOWN = (Reason.DYNAMIC_SQL,)
E, W, N = Level.ERROR, Level.WARNING, Level.NOTE


@pytest.mark.parametrize(
    ("given", "threshold", "code"),
    [
        (report(), Threshold(), Exit.CLEAN),
        (report(E), Threshold(), Exit.FINDINGS),
        (report(W), Threshold(), Exit.FINDINGS),
        (report(N), Threshold(), Exit.CLEAN),
        (report(N), Threshold(fail_on=N), Exit.FINDINGS),
        (report(W), Threshold(fail_on=E), Exit.CLEAN),
        (report(E), Threshold(fail_on=None), Exit.CLEAN),
        (report(E, hidden=True), Threshold(), Exit.CLEAN),
        (report(notice=True), Threshold(), Exit.FINDINGS),
        (report(notice=True), Threshold(fail_on=E), Exit.CLEAN),
        (report(problem=True), Threshold(), Exit.PARTIAL),
        (report(problem=True), Threshold(allow_incomplete=True), Exit.CLEAN),
        (report(E, problem=True), Threshold(), Exit.FINDINGS),
        (report(E, problem=True), Threshold(allow_incomplete=True), Exit.FINDINGS),
        (report(E, problem=True), Threshold(fail_on=None), Exit.PARTIAL),
        (report(N, problem=True), Threshold(), Exit.PARTIAL),
        (report(reasons=UNKNOWN), Threshold(), Exit.CLEAN),
        (report(reasons=UNKNOWN), Threshold(strict=True), Exit.PARTIAL),
        (report(reasons=UNKNOWN), Threshold(strict=True, allow_incomplete=True), Exit.PARTIAL),
        (report(reasons=(Reason.TENANT_PREDICATE,)), Threshold(strict=True), Exit.CLEAN),
        (report(reasons=(Reason.NO_TENANCY,), strategy=Strategy.NONE), Threshold(), Exit.PARTIAL),
        (report(reasons=(Reason.NO_TENANCY,), strategy=Strategy.NONE), Threshold(allow_incomplete=True), Exit.CLEAN),
        (report(strategy=Strategy.NONE), Threshold(), Exit.CLEAN),
    ],
)
def test_exit_code(given: Report, threshold: Threshold, code: Exit) -> None:
    assert exit_code(given, threshold) is code
