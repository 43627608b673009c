"""For programs: one JSON document, whose shape `data/report.schema.json` publishes."""

from __future__ import annotations

import json
from typing import Any

from isolint.model.coverage import Coverage, coverage
from isolint.model.evidence import Evidence, Step, Verdict
from isolint.model.finding import Finding, Recorded
from isolint.model.report import Report
from isolint.model.rule import Level
from isolint.model.source import Place, Span
from isolint.output import RenderOptions
from isolint.output._words import known, levels, shown, statistics, suppressed, unknown, word

FORMAT = 1
"""Raised when a key changes its meaning or goes; new keys do not count."""


def render(report: Report, options: RenderOptions) -> str:
    """Findings, problems and notices with the summary; accesses that are unknown and statistics on request."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "isolint": report.version,
        "root": report.root,
        "summary": _summary(report),
        "tenancy": _tenancy(report),
        "findings": [_finding(finding) for finding in report.findings],
        "problems": [
            {"kind": problem.kind, "message": problem.message, "place": _place_of(problem.path, problem.span)}
            for problem in report.problems
        ],
        "notices": [
            {"kind": notice.kind, "message": notice.message, "place": _place(notice.place)} for notice in report.notices
        ],
    }
    if report.compared:
        document["absent"] = [_recorded(entry) for entry in report.absent]
    if options.show_unknown:
        document["unknown"] = [_access(evidence) for evidence in unknown(report)]
    if options.statistics:
        document["statistics"] = statistics(report)
        document["coverage"] = [_coverage(item) for item in coverage(report.evidence)]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _summary(report: Report) -> dict[str, Any]:
    counted = levels(shown(report))
    return {
        "files": report.files,
        "accesses": report.judged,
        **{str(verdict): report.verdicts[verdict] for verdict in Verdict},
        "statements": report.statements,
        "findings": {word(level): counted[level] for level in sorted(Level, reverse=True)},
        "suppressed": len(suppressed(report)),
        "known": len(known(report)),
        "skipped": report.skipped,
    }


def _tenancy(report: Report) -> dict[str, Any]:
    tenancy = report.tenancy
    return {
        "strategy": str(tenancy.strategy),
        "roots": list(tenancy.roots),
        "keys": list(tenancy.keys),
        "assumptions": [{"message": item.message, "place": _place(item.place)} for item in tenancy.assumptions],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    hidden = finding.suppressed
    return {
        "rule": finding.rule,
        "name": finding.name,
        "level": word(finding.level),
        "severity": finding.severity.name.lower(),
        "confidence": finding.confidence.name.lower(),
        "message": finding.message,
        "place": _place(finding.place),
        "statement": finding.statement,
        "function": finding.function,
        "table": finding.table,
        "fix": finding.fix,
        "fingerprint": finding.fingerprint,
        "trail": [_step(step) for step in finding.trail],
        "suppressed": {"reason": hidden.reason, "place": _place(hidden.place)} if hidden else None,
        "state": finding.state and str(finding.state),
    }


def _recorded(entry: Recorded) -> dict[str, Any]:
    return {
        "path": entry.path,
        "rule": entry.rule,
        "function": entry.function,
        "table": entry.table,
        "code": entry.code,
        "count": entry.count,
    }


def _coverage(item: Coverage) -> dict[str, Any]:
    return {
        "folder": item.folder,
        "accesses": item.accesses,
        "scoped": item.scoped,
        "proven": item.proven,
        "share": round(item.share, 4),
    }


def _access(evidence: Evidence) -> dict[str, Any]:
    access = evidence.access
    return {
        "reason": str(evidence.reason),
        "operation": str(access.operation),
        "table": access.table,
        "function": access.function,
        "place": _place(access.place),
        "trail": [_step(step) for step in evidence.trail],
    }


def _step(step: Step) -> dict[str, Any]:
    return {"message": step.message, "assumed": step.assumed, "place": _place(step.place)}


def _place(place: Place | None) -> dict[str, Any] | None:
    return _place_of(place.path, place.span) if place else None


def _place_of(path: str, span: Span | None) -> dict[str, Any]:
    return {"path": path, **(span._asdict() if span else {})}
