"""What an editor can do about findings: fixes, which are proven when one is chosen, and suppressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lsprotocol import types

from isolint.engine.extent import innermost, statement_lines
from isolint.fixes import proven_edits
from isolint.fixes.edit import Edit
from isolint.lsp.answers import Answers
from isolint.lsp.positions import range_of, uri_of
from isolint.model.code import FileFacts
from isolint.model.finding import Finding
from isolint.model.remedy import Change, Remedy
from isolint.model.source import Language

_COMMENTS = {Language.PYTHON: "#", Language.TYPESCRIPT: "//"}


@dataclass(frozen=True, slots=True)
class Actions:
    """The actions for a document with this URI, of which `answers` tells the findings."""

    answers: Answers
    uri: str

    def at(self, asked: types.Range) -> list[types.CodeAction]:
        """The fix of each finding that the range touches, without its edit, and a suppression."""
        return [action for finding in self._touched(asked) for action in self._of(finding)]

    def edit(self, fingerprint: str) -> types.WorkspaceEdit | None:
        """The edit of the fix for a finding, judged as if it were made; None when it would not remove the finding."""
        checked = self.answers.checked
        finding = next((item for item in checked.report.findings if item.fingerprint == fingerprint), None)
        edits = proven_edits(checked.ready, checked.report, finding) if finding else ()
        changes: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            changes.setdefault(self._uri(edit.path), []).append(self._text_edit(edit))
        return types.WorkspaceEdit(changes=changes) if changes else None

    def _touched(self, asked: types.Range) -> Iterator[Finding]:
        for finding in self.answers.findings():
            lines = self.answers.range_of(finding.place.span)
            if lines.start.line <= asked.end.line and asked.start.line <= lines.end.line:
                yield finding

    def _of(self, finding: Finding) -> Iterator[types.CodeAction]:
        diagnostics = [self.answers.diagnostic_of(finding)]
        if finding.remedy is not None:
            yield types.CodeAction(
                title=_title(finding.remedy),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=diagnostics,
                is_preferred=finding.remedy.safe,
                data={"uri": self.uri, "fingerprint": finding.fingerprint},
            )
        comment = self._comment(finding)
        if comment is not None:
            yield types.CodeAction(
                title=f"Suppress {finding.rule} here: write the reason behind the comment",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=diagnostics,
                edit=types.WorkspaceEdit(changes={self.uri: [comment]}),
            )

    def _comment(self, finding: Finding) -> types.TextEdit | None:
        """A line of its own above the statement: at a line's end it could come to stand in a string.

        It gives no reason, and hides nothing before somebody has written one.
        """
        source = self.answers.checked.sources.get(finding.place.path)
        mark = _COMMENTS.get(source.language) if source else None
        if mark is None:
            return None
        facts = self.answers.checked.facts.get(finding.place.path)
        line = finding.place.span.line
        first = innermost(statement_lines(facts), line)[0] if isinstance(facts, FileFacts) else line
        text = self.answers.lines(finding.place.path)[first - 1]
        indent = text[: len(text) - len(text.lstrip())]
        at = types.Position(first - 1, 0)
        return types.TextEdit(types.Range(at, at), f"{indent}{mark} isolint: ignore[{finding.rule}] \n")

    def _text_edit(self, edit: Edit) -> types.TextEdit:
        at = range_of(edit.span, self.answers.lines(edit.path), self.answers.codec)
        return types.TextEdit(at, edit.text)

    def _uri(self, path: str) -> str:
        return self.uri if path == self.answers.path else uri_of(Path(self.answers.checked.report.root) / path)


def chosen(data: Any) -> tuple[str, str]:
    """URI and fingerprint of an action that was chosen; empty ones when it is none of ours."""
    told = data if isinstance(data, dict) else {}
    return str(told.get("uri", "")), str(told.get("fingerprint", ""))


def _title(remedy: Remedy) -> str:
    narrowed = f"Restrict to `{remedy.column} = {remedy.value}`"
    title = {
        Change.NARROW: narrowed,
        Change.REPLACE: f"Use `{remedy.value}` instead",
        Change.ROUTE: f"Run it through `{remedy.route.executor or remedy.route.name}`" if remedy.route else "",
        Change.REORDER: "Check before it is used",
        Change.QUALIFY: f"Name the schema of {', '.join(remedy.names)} as it is meant",
        Change.AWAIT: "Wait for the check: `await`",
    }[remedy.change]
    return title if remedy.safe else f"{title} (unsafe: it changes what is written there)"
