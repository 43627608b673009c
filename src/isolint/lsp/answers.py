"""What the server says of one file: diagnostics, hovers and code actions. Nothing here is sent or read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types
from pygls.workspace import PositionCodec

from isolint.engine.extent import innermost, statement_lines
from isolint.lsp.hover import told
from isolint.lsp.positions import holds, point_of, range_of, uri_of
from isolint.lsp.project import Checked
from isolint.model.code import FileFacts
from isolint.model.evidence import Evidence
from isolint.model.finding import Finding
from isolint.model.rule import Level
from isolint.model.source import Language, Place, Span

SOURCE = "isolint"
_SEVERITIES = {
    Level.ERROR: types.DiagnosticSeverity.Error,
    Level.WARNING: types.DiagnosticSeverity.Warning,
    Level.NOTE: types.DiagnosticSeverity.Information,
}
_COMMENTS = {Language.PYTHON: "#", Language.TYPESCRIPT: "//"}
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
            *(self._finding(item) for item in report.findings if item.counts and item.place.path == self.path),
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

    def hover(self, position: types.Position) -> types.Hover | None:
        """The evidence for the accesses at a position, or else on its line."""
        point = point_of(position, self._lines(self.path), self.codec)
        on_line = [item for item in self.checked.report.evidence if self._touches(item, point[0])]
        here = [item for item in on_line if any(holds(span, point) for span in self._spans(item))] or on_line
        if not here:
            return None
        root = Path(self.checked.report.root)
        text = "\n\n---\n\n".join(told(item, self.checked.report, root) for item in here)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text))

    def actions(self, uri: str, asked: types.Range) -> list[types.CodeAction]:
        """A suppression for each finding that the range touches."""
        return list(self._suppressions(uri, asked))

    def _suppressions(self, uri: str, asked: types.Range) -> Iterator[types.CodeAction]:
        source = self.checked.sources.get(self.path)
        mark = _COMMENTS.get(source.language) if source else None
        if mark is None:
            return
        for finding in self.checked.report.findings:
            if not finding.counts or finding.place.path != self.path:
                continue
            diagnostic = self._finding(finding)
            if diagnostic.range.start.line <= asked.end.line and asked.start.line <= diagnostic.range.end.line:
                edit = self._comment(finding, f"{mark} isolint: ignore[{finding.rule}] ")
                yield types.CodeAction(
                    title=f"Suppress {finding.rule} here: write the reason behind the comment",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[diagnostic],
                    edit=types.WorkspaceEdit(changes={uri: [edit]}),
                )

    def _comment(self, finding: Finding, comment: str) -> types.TextEdit:
        """A line of its own above the statement: at a line's end it could come to stand in a string.

        It gives no reason, and hides nothing before somebody has written one.
        """
        facts = self.checked.facts.get(self.path)
        line = finding.place.span.line
        first = innermost(statement_lines(facts), line)[0] if isinstance(facts, FileFacts) else line
        text = self._lines(self.path)[first - 1]
        indent = text[: len(text) - len(text.lstrip())]
        at = types.Position(first - 1, 0)
        return types.TextEdit(types.Range(at, at), f"{indent}{comment}\n")

    def _finding(self, finding: Finding) -> types.Diagnostic:
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
        at = range_of(span, self._lines(self.path), self.codec)
        return types.Diagnostic(at, message, severity=level, code=code, source=SOURCE)

    def _location(self, place: Place) -> types.Location:
        uri = uri_of(Path(self.checked.report.root) / place.path)
        return types.Location(uri, range_of(place.span, self._lines(place.path), self.codec))

    def _lines(self, path: str) -> list[str]:
        source = self.checked.sources.get(path)
        return source.text.split("\n") if source else []

    def _spans(self, item: Evidence) -> Iterator[Span]:
        places = (item.access.place, item.access.helper)
        return (place.span for place in places if place is not None and place.path == self.path)

    def _touches(self, item: Evidence, line: int) -> bool:
        return any(span.line <= line <= span.end_line for span in self._spans(item))
