"""Whether fixes did what they are for: their findings are gone, none is new, and all still parses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from isolint.fixes.edit import Edit, moved
from isolint.model.evidence import Verdict
from isolint.model.finding import Finding
from isolint.model.report import Report

Key = tuple[str, str, int]
"""Rule, path and line."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A finding with the edits that are to remove it."""

    finding: Finding
    edits: tuple[Edit, ...]


def faults(before: Report, after: Report, proposals: Sequence[Proposal]) -> dict[int, str]:
    """Why proposals failed, by their position; {} when all of them hold."""
    edits = {edit for proposal in proposals for edit in proposal.edits}
    found: dict[int, str] = {}
    broken = _grown(Counter(p.path for p in before.problems), Counter(p.path for p in after.problems))
    fixed = {id(proposal.finding) for proposal in proposals}
    left = Counter(_key(finding, edits) for finding in before.findings if id(finding) not in fixed)
    new = Counter(_key(finding) for finding in after.findings) - left
    for at, proposal in enumerate(proposals):
        key = _key(proposal.finding, edits)
        if any(edit.path in broken for edit in proposal.edits):
            found[at] = "the file could not be read any more"
        elif new[key]:
            found[at] = "the finding would still be there"
        elif not _scoped(after, key, proposal.finding.table):
            found[at] = "it could not be shown that the access would then be confined"
    own = {_key(proposal.finding, edits) for proposal in proposals}
    for _, path, _ in new.keys() - own:
        for at, proposal in enumerate(proposals):
            if at not in found and any(edit.path == path for edit in proposal.edits):
                found[at] = "another finding would take its place"
    if not found and new.keys() - own:
        found = dict.fromkeys(range(len(proposals)), "a finding in another file would take its place")
    return found


def _key(finding: Finding, edits: set[Edit] | None = None) -> Key:
    line, column = finding.place.span[:2]
    return finding.rule, finding.place.path, moved(edits or (), finding.place.path, line, column)


def _grown(before: Counter[str], after: Counter[str]) -> set[str]:
    return set(after - before)


def _scoped(after: Report, key: Key, table: str) -> bool:
    _, path, line = key
    verdicts = {
        item.verdict
        for item in after.evidence
        if item.access.place.path == path and item.access.place.span.line == line and item.access.table == table
    }
    return verdicts == {Verdict.SCOPED}
