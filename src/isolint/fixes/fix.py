"""Fixes of a project: proposed, made in memory, judged again, and only then handed out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from isolint.engine.judge import judge
from isolint.engine.overlay import overlaid
from isolint.engine.prepare import Prepared, prepare
from isolint.engine.request import ScanRequest
from isolint.engine.stamps import digest_of
from isolint.errors import UsageError
from isolint.fixes.check import Proposal, faults
from isolint.fixes.code import Code
from isolint.fixes.edit import Edit, Page, apply, overlap
from isolint.fixes.propose import edits_for
from isolint.model.code import FileFacts
from isolint.model.finding import Finding
from isolint.model.report import Report


@dataclass(frozen=True, slots=True)
class Withheld:
    """A finding that a remedy is known for, and why the files are left as they are."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was found and what can be done about it.

    `report` is of the code as it was. `edits` are by root-relative path, all proven together, and `changes` the bytes
    of these files before and after. `fixed` are the findings that they remove, `unsafe` those that a fix is known for
    which was not asked for.
    """

    report: Report
    fixed: tuple[Finding, ...]
    withheld: tuple[Withheld, ...]
    unsafe: tuple[Finding, ...]
    edits: dict[str, tuple[Edit, ...]]
    changes: dict[str, tuple[bytes, bytes]]


def fix(request: ScanRequest, *, unsafe: bool = False) -> Fixed:
    """Work out the fixes of a project; no file is written. Raises UsageError and ConfigError, as a scan does."""
    if request.stdin is not None:
        raise UsageError("fixes are made in files, which standard input is not")
    ready = prepare(request)
    report = _compared(judge(ready, advise=True), ready, request)
    asked = [item for item in report.findings if item.counts and item.remedy and request.choice.wants(item)]
    taken = [item for item in asked if unsafe or (item.remedy is not None and item.remedy.safe)]
    proposals, withheld = _proposed(ready, taken)
    proposals, failed = _proven(ready, report, proposals)
    edits = _by_path(proposals)
    return Fixed(
        report=replace(report, findings=tuple(filter(request.choice.wants, report.findings))),
        fixed=tuple(proposal.finding for proposal in proposals),
        withheld=(*withheld, *failed),
        unsafe=tuple(item for item in asked if item not in taken),
        edits=edits,
        changes={path: _change(ready, path, made) for path, made in edits.items()},
    )


def proven_edits(ready: Prepared, report: Report, finding: Finding) -> tuple[Edit, ...]:
    """The edits that remove one finding of a project's report, judged as all fixes are; () when none hold. `report`
    must have been made with advice.
    """
    edits = _edits(ready, finding)
    held, _ = _proven(ready, report, [Proposal(finding, edits)] if edits else [])
    return held[0].edits if held else ()


def _by_path(proposals: Sequence[Proposal]) -> dict[str, tuple[Edit, ...]]:
    found: dict[str, list[Edit]] = defaultdict(list)
    for edit in sorted({edit for proposal in proposals for edit in proposal.edits}):
        found[edit.path].append(edit)
    return {path: tuple(edits) for path, edits in found.items()}


def _change(ready: Prepared, path: str, edits: tuple[Edit, ...]) -> tuple[bytes, bytes]:
    """The bytes of a file before and after. Raises UsageError when it is not any more what was judged."""
    data = (Path(ready.material.tree.root) / path).read_bytes()
    if digest_of(data) != ready.material.sources[path].digest:
        raise UsageError(f"{path} has changed while it was looked at")
    return data, apply(data.decode("utf-8"), edits).encode("utf-8")


def _compared(report: Report, ready: Prepared, request: ScanRequest) -> Report:
    """What is known from before is not fixed."""
    from isolint.engine.baseline import against_baseline
    from isolint.engine.changes import against_revision

    if request.baseline:
        report = against_baseline(report, ready, Path(request.baseline))
    return against_revision(report, ready, request) if request.since else report


def _proposed(ready: Prepared, findings: Sequence[Finding]) -> tuple[list[Proposal], list[Withheld]]:
    """Edits for the findings; of those that would change the same text only the first."""
    proposals: list[Proposal] = []
    withheld: list[Withheld] = []
    for finding in findings:
        edits = _edits(ready, finding) if _writable(ready, finding) else ()
        if not edits:
            withheld.append(Withheld(finding, "the code has no place where it can be written"))
        elif any(overlap(edits, other.edits) for other in proposals):
            withheld.append(Withheld(finding, "another fix changes the same code"))
        else:
            proposals.append(Proposal(finding, edits))
    return proposals, withheld


def _edits(ready: Prepared, finding: Finding) -> tuple[Edit, ...]:
    remedy = finding.remedy
    facts = ready.facts[remedy.place.path] if remedy is not None else None
    if remedy is None or not isinstance(facts, FileFacts):
        return ()
    source = ready.material.sources[remedy.place.path]
    return edits_for(Code(source, facts, Page(source.text)), remedy)


def _writable(ready: Prepared, finding: Finding) -> bool:
    """Whether the file to change is in the one encoding that is written."""
    path = finding.remedy.place.path if finding.remedy is not None else finding.place.path
    try:
        (Path(ready.material.tree.root) / path).read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _proven(ready: Prepared, before: Report, proposals: list[Proposal]) -> tuple[list[Proposal], list[Withheld]]:
    """The proposals that hold together; each round of judging takes out those that do not."""
    withheld: list[Withheld] = []
    while proposals:
        sources = ready.material.sources
        texts = {path: apply(sources[path].text, made) for path, made in _by_path(proposals).items()}
        failed = faults(before, judge(overlaid(ready, texts)), proposals)
        if not failed:
            break
        withheld += [Withheld(proposals[at].finding, why) for at, why in failed.items()]
        proposals = [proposal for at, proposal in enumerate(proposals) if at not in failed]
    return proposals, withheld
