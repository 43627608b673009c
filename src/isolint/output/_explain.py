"""Single accesses with the whole reasoning, for `isolint explain`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isolint.model.evidence import Evidence, Verdict
from isolint.model.finding import Finding
from isolint.model.report import Report
from isolint.output import RenderOptions
from isolint.output._page import INDENT, Page
from isolint.output._words import assumptions, on_one_line, region, word

_STYLES = {Verdict.SCOPED: "green", Verdict.UNSCOPED: "red", Verdict.UNKNOWN: "yellow"}


def explained(report: Report, evidence: Sequence[Evidence], options: RenderOptions) -> str:
    """The accesses one after the other, then what was assumed for all of them."""
    page = _Explanation(report, options)
    lines = [line for item in evidence for line in page.access(item)]
    lines += [line for sentence in assumptions(report) for line in page.wrapped("assumed: ", sentence)]
    return "".join(f"{line}\n" for line in lines)


class _Explanation(Page):
    def access(self, evidence: Evidence) -> Iterator[str]:
        access = evidence.access
        style = _STYLES[evidence.verdict]
        yield self.paint(region(access.place), "bold")
        what = f"{access.operation} of {access.table or 'an unknown table'} by {access.layer or access.client}"
        yield from self.wrapped("  ", f"{what} in {access.function} ({access.role})")
        yield from self.code(access.place, style)
        if access.helper:
            yield from self.wrapped(f"{INDENT}inside: ", str(access.helper))
        verdict = self.paint(f"{evidence.verdict}: {evidence.reason}", style)
        subject = f" ({on_one_line(evidence.subject)})" if evidence.subject else ""
        yield f"{INDENT}{verdict}{subject}"
        yield from self.trail(evidence.trail)
        if evidence.others:
            yield from self.wrapped(f"{INDENT}also: ", ", ".join(evidence.others))
        if evidence.deviance:
            yield from self.wrapped(f"{INDENT}siblings: ", evidence.deviance)
        yield from self.wrapped(f"{INDENT}reported: ", self.reported(evidence))
        yield ""

    def reported(self, evidence: Evidence) -> str:
        """What a scan makes of the access."""
        findings = [finding for finding in self.report.findings if _speaks_of(finding, evidence)]
        if not findings:
            return "no"
        return "; ".join(
            f"suppressed {finding.rule} {finding.name}, at {finding.suppressed.place}: {finding.suppressed.reason}"
            if finding.suppressed
            else f"{word(finding.level)} {finding.rule} {finding.name}"
            for finding in findings
        )


def _speaks_of(finding: Finding, evidence: Evidence) -> bool:
    access = evidence.access
    return evidence.verdict is Verdict.UNSCOPED and (finding.place, finding.table, finding.function) == (
        access.place,
        access.table,
        access.function,
    )
