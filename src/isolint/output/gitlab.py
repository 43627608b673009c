"""For GitLab's merge requests: a Code Quality report."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

from isolint.model.report import Report
from isolint.model.rule import Level
from isolint.model.source import Span
from isolint.output import RenderOptions
from isolint.output._words import access_line, last_line, on_one_line, shown, unknown

_SEVERITIES = {Level.ERROR: "critical", Level.WARNING: "major", Level.NOTE: "minor"}


def render(report: Report, options: RenderOptions) -> str:
    """A JSON list of issues; what was not analysed is among them, since the format has no other place for it."""
    issues = [
        _issue(
            finding.rule,
            f"{finding.message} ({finding.name})",
            _SEVERITIES[finding.level],
            options.prefix + finding.place.path,
            finding.place.span,
            finding.fingerprint,
        )
        for finding in shown(report)
    ]
    issues += [
        _issue(notice.kind, notice.message, "minor", options.prefix + notice.place.path, notice.place.span)
        for notice in report.notices
    ]
    issues += [
        _issue(problem.kind, f"not analysed: {problem.message}", "minor", options.prefix + problem.path, problem.span)
        for problem in report.problems
    ]
    for evidence in unknown(report) if options.show_unknown else ():
        place = evidence.access.place
        issues.append(_issue("unknown", access_line(evidence), "info", options.prefix + place.path, place.span))
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _issue(check: str, text: str, severity: str, path: str, span: Span | None, known_as: str = "") -> dict[str, Any]:
    described = on_one_line(text)
    return {
        "description": described,
        "check_name": check,
        "fingerprint": known_as or blake2b(f"{check}\0{path}\0{described}".encode(), digest_size=16).hexdigest(),
        "severity": severity,
        "location": {
            "path": path,
            "lines": {"begin": span.line if span else 1, "end": last_line(span) if span else 1},
        },
    }
