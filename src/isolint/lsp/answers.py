"""What the server says of one file: diagnostics and hovers. Nothing here is sent or read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types
from pygls.workspace import PositionCodec

from isolint.lsp.hover import told
from isolint.lsp.positions import holds, point_of, range_of, uri_of
from isolint.lsp.project import Checked
from isolint.model.evidence import Evidence
from isolint.model.finding import Finding
from isolint.model.rule import Level
from isolint.model.source import Place, Span

SOURCE = "isolint"
_SEVERITIES = {
    Level.ERROR: types.DiagnosticSeverity.Error,
    Level.WARNING: types.DiagnosticSeverity.Warning,
    Level.NOTE: types.DiagnosticSeverity.Information,
}
_TOP = Span(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of the file `path`, in the words of the protocol; `checked` may be older than what is typed."""

    checked: Checked
    path: str
    codec: PositionCodec

    def diagnostics(self) -> list[types.Diagnostic]:
        """All that somebody has to look at: findings, suppressions out of order, and what was not analysed."""
        report, warning = self.checked.report, types.DiagnosticSeverity.Warning
        return [
            *map(self.diagnostic_of, self.findings()),
            *(
                self._diagnostic(notice.place.span, notice.message, notice.kind, warning)
                for notice in report.notices
                if notice.place.path == self.path
            ),
            *(
                self._diagnostic(problem.span or _TOP, f"not analysed: {problem.message}", problem.kind, warning)
                for problem in report.problems
                if problem.path == self.path
            ),
        ]

    def findings(self) -> list[Finding]:
        """The findings in this file that count."""
        found = self.checked.report.findings
        return [item for item in found if item.counts and item.place.path == self.path]

    def hover(self, position: types.Position) -> types.Hover | None:
        """The evidence for the accesses at a position, or else on its line."""
        point = point_of(position, self.lines(self.path), self.codec)
        on_line = [item for item in self.checked.report.evidence if self._touches(item, point[0])]
        here = [item for item in on_line if any(holds(span, point) for span in self._spans(item))] or on_line
        if not here:
            return None
        root = Path(self.checked.report.root)
        text = "\n\n---\n\n".join(told(item, self.checked.report, root) for item in here)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text))

    def range_of(self, span: Span) -> types.Range:
        """A span of this file in the words of the protocol."""
        return range_of(span, self.lines(self.path), self.codec)

    def diagnostic_of(self, finding: Finding) -> types.Diagnostic:
        """A finding with the steps of its trail."""
        diagnostic = self._diagnostic(
            finding.place.span, f"{finding.message} ({finding.name})", finding.rule, _SEVERITIES[finding.level]
        )
        diagnostic.related_information = [
            types.DiagnosticRelatedInformation(self._location(step.place), step.message)
            for step in finding.trail
            if step.place
        ]
        return diagnostic

    def _diagnostic(self, span: Span, message: str, code: str, level: types.DiagnosticSeverity) -> types.Diagnostic:
        return types.Diagnostic(self.range_of(span), message, severity=level, code=code, source=SOURCE)

    def _location(self, place: Place) -> types.Location:
        uri = uri_of(Path(self.checked.report.root) / place.path)
        return types.Location(uri, range_of(place.span, self.lines(place.path), self.codec))

    def lines(self, path: str) -> list[str]:
        """The lines of a file of the project, without their ends."""
        source = self.checked.sources.get(path)
        return source.text.split("\n") if source else []

    def _spans(self, item: Evidence) -> Iterator[Span]:
        places = (item.access.place, item.access.helper)
        return (place.span for place in places if place is not None and place.path == self.path)

    def _touches(self, item: Evidence, line: int) -> bool:
        return any(span.line <= line <= span.end_line for span in self._spans(item))
