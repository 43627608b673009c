"""The evidence for one access as Markdown, each step with a link to its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from isolint.lsp.positions import uri_of
from isolint.model.evidence import Evidence, Verdict
from isolint.model.report import Report
from isolint.model.source import Place

_SIGNS = re.compile(r"(`[^`]*`)|([\\`*_{}\[\]<>#|~!])")


def told(evidence: Evidence, report: Report, root: Path) -> str:
    """Verdict, reason, the whole trail, and what a scan reports."""
    return "\n".join(_lines(evidence, report, root))


def _lines(evidence: Evidence, report: Report, root: Path) -> Iterator[str]:
    access = evidence.access
    subject = f" ({_plain(evidence.subject)})" if evidence.subject else ""
    yield f"**{evidence.verdict}**: {_plain(evidence.reason)}{subject}"
    yield ""
    layer = access.layer or access.client
    yield _plain(f"{access.operation} of {access.table or 'an unknown table'} by {layer} in {access.function}")
    yield ""
    for step in evidence.trail:
        assumed = " *(assumed)*" if step.assumed else ""
        where = f", {_link(step.place, root)}" if step.place else ""
        yield f"- {_plain(step.message)}{assumed}{where}"
    if access.helper:
        yield f"- inside {_link(access.helper, root)}"
    if evidence.deviance:
        yield f"- {_plain(evidence.deviance)}"
    for rule in _reported(evidence, report):
        yield f"\nReported as {rule}"


def _reported(evidence: Evidence, report: Report) -> Iterator[str]:
    """The rules by which an access is a finding, with the reasons of those that hide one."""
    if evidence.verdict is not Verdict.UNSCOPED:
        return
    access = evidence.access
    for finding in report.findings:
        if (finding.place, finding.table, finding.function) == (access.place, access.table, access.function):
            hidden = f", suppressed: {_plain(finding.suppressed.reason)}" if finding.suppressed else ""
            yield f"{finding.rule} {finding.name}{hidden}"


def _link(place: Place, root: Path) -> str:
    return f"[{_plain(str(place))}]({uri_of(root / place.path)}#L{place.span.line})"


def _plain(text: str) -> str:
    """Text on one line in which nothing is markup but code between backticks."""
    return _SIGNS.sub(lambda found: found[1] or f"\\{found[2]}", " ".join(text.split()))
