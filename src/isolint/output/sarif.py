"""For code scanning and other tools: SARIF 2.1.0.

Places are percent-encoded URIs relative to the project root, named SRCROOT; columns count code points. What could not
be analysed becomes a notification of the run, which then does not count as executed successfully. A run over one shard
says which of how many it is, and holds its report, from which `isolint merge` makes the whole.
"""

from __future__ import annotations

import gzip
import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from isolint.model.evidence import Evidence, Step
from isolint.model.finding import Finding, Suppressed
from isolint.model.part import SHARD, packed
from isolint.model.report import Part, Report
from isolint.model.source import Place, Span
from isolint.output import RenderOptions
from isolint.output._sarif_rules import SARIF_LEVELS, descriptor
from isolint.output._words import NO_TENANCY, absent, access_line, most_telling, no_tenancy, plural, unknown

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "SRCROOT"
FINGERPRINT = "isolint/v1"
UNKNOWN = "ISO000"
"""The id under which undecided accesses stand; no rule has it."""

MOST = 5_000
"""Results of a run that GitHub shows."""

LARGEST = 10_000_000
"""Bytes of an upload, compressed, that GitHub takes."""


def render(report: Report, options: RenderOptions) -> str:
    """One run with all findings, those that are suppressed marked; undecided accesses on request.

    Of more than GitHub takes, the most telling ones are kept, and a notification says how many are not.
    """
    most = MOST
    shard = {} if report.part is None else _shard(report, report.part)
    while True:
        run = _Run(report, most).run(options.show_unknown) | shard
        document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        if not most or not _too_large(text):
            return text
        most //= 2


def _shard(report: Report, part: Part) -> dict[str, Any]:
    """What is said of a part. Its id ends in a slash: for GitHub all before it is a category of its own."""
    return {
        "automationDetails": {"id": f"isolint/{part.number}-of-{part.of}/"},
        "properties": {SHARD: {"number": part.number, "of": part.of, "report": packed(report)}},
    }


def _too_large(text: str) -> bool:
    data = text.encode("utf-8", "backslashreplace")
    return len(data) > LARGEST and len(gzip.compress(data)) > LARGEST


class _Run:
    def __init__(self, report: Report, most: int) -> None:
        self.report = report
        self.most = most
        self.left_out = 0
        self.rules = [descriptor(rule) for rule in report.rules]
        self.positions = {rule["id"]: at for at, rule in enumerate(self.rules)}

    def run(self, show_unknown: bool) -> dict[str, Any]:
        report = self.report
        results = [self.result(finding) for finding in self.kept()]
        if show_unknown:
            self.positions[UNKNOWN] = len(self.rules)
            self.rules.append(_UNKNOWN_DESCRIPTOR)
            undecided = unknown(report)
            room = self.most - len(results)
            self.left_out += max(0, len(undecided) - room)
            results += [self.undecided(evidence) for evidence in undecided[:room]]
        return {
            "tool": {"driver": self.driver()},
            "invocations": [self.invocation()],
            "originalUriBaseIds": {ROOT: _base(report.root)},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }

    def kept(self) -> list[Finding]:
        """The findings that there is room for, as they were ordered."""
        findings = self.report.findings
        self.left_out = max(0, len(findings) - self.most)
        return most_telling(findings, self.most)

    def driver(self) -> dict[str, Any]:
        return {
            "name": "isolint",
            "version": self.report.version,
            "informationUri": "https://pypi.org/project/isolint/",
            "rules": self.rules,
        }

    def invocation(self) -> dict[str, Any]:
        report = self.report
        incomplete = [_notification(item.kind, item.message, item.path, item.span, "error") for item in report.problems]
        if no_tenancy(report):
            incomplete.append({"descriptor": {"id": "no-tenancy"}, "level": "error", "message": {"text": NO_TENANCY}})
        cut = [
            {"descriptor": {"id": "results-left-out"}, "level": "warning", "message": {"text": sentence}}
            for sentence in self.cut()
        ]
        return {
            "executionSuccessful": not incomplete,
            "toolExecutionNotifications": [*incomplete, *cut],
            "toolConfigurationNotifications": [
                _notification(item.kind, item.message, item.place.path, item.place.span, "warning")
                for item in report.notices
            ]
            + [
                {"descriptor": {"id": "baseline-entry-absent"}, "level": "note", "message": {"text": sentence}}
                for sentence in absent(report)
            ],
        }

    def cut(self) -> list[str]:
        """What is said about results that there is no room for."""
        if not self.left_out:
            return []
        return [f"{plural(self.left_out, 'result')} left out, the least telling: GitHub takes no more"]

    def result(self, finding: Finding) -> dict[str, Any]:
        related = [step for step in finding.trail if step.place is not None]
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": self.positions[finding.rule],
            "level": SARIF_LEVELS[finding.level],
            "message": {"text": finding.message},
            "locations": [self.located(finding.place, finding.function)],
            "partialFingerprints": {FINGERPRINT: finding.fingerprint},
            "properties": {
                "severity": finding.severity.name.lower(),
                "confidence": finding.confidence.name.lower(),
                "table": finding.table,
                "fix": finding.fix,
            },
        }
        if related:
            result["relatedLocations"] = [
                {"id": at, **_location(step.place), "message": {"text": step.message}}
                for at, step in enumerate(related, 1)
                if step.place
            ]
            result["codeFlows"] = [{"threadFlows": [{"locations": self.flow(finding, related)}]}]
        if finding.state is not None:
            result["baselineState"] = str(finding.state)
        if finding.suppressed is not None:
            result["suppressions"] = [_suppression(finding.suppressed)]
        return result

    def undecided(self, evidence: Evidence) -> dict[str, Any]:
        return {
            "ruleId": UNKNOWN,
            "ruleIndex": self.positions[UNKNOWN],
            "kind": "open",
            "level": "none",
            "message": {"text": f"{access_line(evidence)}."},
            "locations": [self.located(evidence.access.place, evidence.access.function)],
        }

    def flow(self, finding: Finding, steps: list[Step]) -> list[dict[str, Any]]:
        """From what decides the case to the access itself."""
        places = [(step.message, step.place) for step in reversed(steps) if step.place]
        places.append((finding.message, finding.place))
        return [{"location": {**_location(place), "message": {"text": text}}} for text, place in places]

    def located(self, place: Place, function: str) -> dict[str, Any]:
        location = _location(place)
        snippet = self.snippet(place)
        if snippet:
            location["physicalLocation"]["region"]["snippet"] = {"text": snippet}
        if function and function != "<module>":
            location["logicalLocations"] = [{"fullyQualifiedName": function, "kind": "function"}]
        return location

    def snippet(self, place: Place) -> str:
        """The text of a place, '' unless the report holds all its lines."""
        span, lines = place.span, self.report.lines.get(place.path, {})
        numbers = range(span.line, span.end_line + 1)
        if any(number not in lines for number in numbers):
            return ""
        texts = [lines[number] for number in numbers]
        texts[-1] = texts[-1][: span.end_column - 1]
        texts[0] = texts[0][span.column - 1 :]
        return "\n".join(texts)


def _location(place: Place | None) -> dict[str, Any]:
    assert place is not None
    return {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": _region(place.span)}}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path.encode("utf-8", "surrogateescape"), safe="/"), "uriBaseId": ROOT}


def _base(root: str) -> dict[str, Any]:
    """What SRCROOT stands for; texts that were scanned in memory have a root without a place."""
    base: dict[str, Any] = {"description": {"text": "The root of the project that was scanned."}}
    if PurePath(root).is_absolute():
        base["uri"] = f"{PurePath(root).as_uri().rstrip('/')}/"
    return base


def _suppression(suppressed: Suppressed) -> dict[str, Any]:
    return {
        "kind": "inSource",
        "status": "accepted",
        "justification": suppressed.reason,
        "location": _location(suppressed.place),
    }


def _notification(kind: str, message: str, path: str, span: Span | None, level: str) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(path)}
    if span is not None:
        place["region"] = _region(span)
    return {
        "descriptor": {"id": kind},
        "level": level,
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
    }


_UNKNOWN_DESCRIPTOR = {
    "id": UNKNOWN,
    "name": "Undecided",
    "shortDescription": {"text": "A data access that could not be decided."},
    "fullDescription": {"text": "Neither confinement to one tenant nor its absence could be shown."},
    "help": {
        "text": "Run isolint explain on the line: it tells what could not be resolved.",
        "markdown": "Run `isolint explain` on the line: it tells what could not be resolved.",
    },
    "defaultConfiguration": {"level": "none"},
}
