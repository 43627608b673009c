"""Baselines: findings that are known, recorded in a file, so that only new ones count.

An entry holds no line number: it is known by rule, function, table and the code of the statement without its format.
The file is JSON with an entry a line, in order of path, so that its diffs can be read and merged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from isolint.engine.git import Git
from isolint.engine.judge import judge
from isolint.engine.matching import Matched, match, order, recorded
from isolint.engine.prepare import Prepared, prepare
from isolint.engine.request import ScanRequest
from isolint.engine.runtime import without_collection
from isolint.errors import ConfigError, UsageError
from isolint.model.finding import Finding, Recorded, State
from isolint.model.report import Report
from isolint.model.tenancy import Strategy

FORMAT = 1
STATEMENT = "statement"
"""The kind of problem that leaves the rest of its file readable."""

NAME = "isolint-baseline.json"
"""What a baseline is called, at the project's root, unless it is said otherwise."""

_TEXTS = ("rule", "function", "table", "code", "key")


@dataclass(frozen=True, slots=True)
class Recording:
    """A baseline to be written: its text, how many findings are in it, how many came and went."""

    text: str
    total: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is to be written where, and the report that it was made from."""

    file: Path
    recording: Recording
    report: Report


@without_collection()
def renew(request: ScanRequest, output: str = "", *, pruned: bool = False) -> Renewal:
    """Judge a project and make its baseline anew, or with `pruned` only smaller; writing it is left to the caller.

    Raises UsageError and ConfigError.
    """
    ready = prepare(request)
    report = judge(ready)
    file = Path(output) if output else ready.project.root / NAME
    return Renewal(file, (prune if pruned else record)(report, ready, file), report)


def against_baseline(report: Report, ready: Prepared, file: Path) -> Report:
    """The report with each finding's state, and with the entries that match nothing any more.

    Raises UsageError and ConfigError for a file that cannot be used.
    """
    entries = read_baseline(file)
    matched = _matched(report.findings, _judged(entries, report, ready), ready, file)
    marked = [
        replace(finding, state=State.UNCHANGED if at in matched.known else finding.state or State.NEW)
        for at, finding in enumerate(report.findings)
    ]
    return replace(report, findings=tuple(marked), compared=(*report.compared, file.name), absent=matched.left)


def record(report: Report, ready: Prepared, file: Path) -> Recording:
    """Today's findings in the paths of the request; entries for other paths stay as they are in `file`."""
    before = read_baseline(file) if file.exists() else ()
    judged = _judged(before, report, ready)
    open_ones = [finding for finding in report.findings if finding.suppressed is None]
    matched = _matched(open_ones, judged, ready, file)
    after = (*recorded(open_ones), *(entry for entry in before if entry not in judged))
    return _recording(after, len(open_ones) - len(matched.known), _count(matched.left))


def prune(report: Report, ready: Prepared, file: Path) -> Recording:
    """The baseline without the entries that match nothing any more, the others under their files' present names.

    Raises UsageError when there is none.
    """
    before = read_baseline(file)
    judged = _judged(before, report, ready)
    open_ones = [finding for finding in report.findings if finding.suppressed is None]
    matched = _matched(open_ones, judged, ready, file)
    after = (
        *recorded(open_ones[at] for at in matched.known),
        *(entry for entry in before if entry not in judged),
    )
    return _recording(after, 0, _count(matched.left))


def read_baseline(file: Path) -> tuple[Recorded, ...]:
    """The entries of a baseline. Raises UsageError when it is not there, ConfigError when it is none."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        hint = ": `isolint baseline` records one" if isinstance(error, FileNotFoundError) else ""
        raise UsageError(f"cannot read the baseline {file}: {error.strerror}{hint}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{file.name}: not a baseline: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("findings"), dict):
        raise ConfigError(f"{file.name}: not a baseline: record it again with `isolint baseline`")
    if document.get("format") != FORMAT:
        raise ConfigError(f"{file.name}: a baseline of another isolint: record it again with `isolint baseline`")
    found = [
        _entry(file.name, path, item)
        for path, items in document["findings"].items()
        for item in (items if isinstance(items, list) else [items])
    ]
    return tuple(sorted(found, key=order))


def dumped(entries: Iterable[Recorded]) -> str:
    """The text of a baseline: the same for the same entries, an entry a line."""
    by_path: dict[str, list[str]] = {}
    for entry in sorted(entries, key=order):
        item: dict[str, Any] = {key: getattr(entry, key) for key in _TEXTS}
        by_path.setdefault(entry.path, []).append(json.dumps({**item, "count": entry.count}, ensure_ascii=False))
    files = [
        f"    {json.dumps(path, ensure_ascii=False)}: [\n" + ",\n".join(f"      {item}" for item in items) + "\n    ]"
        for path, items in by_path.items()
    ]
    inner = "{\n" + ",\n".join(files) + "\n  }" if files else "{}"
    return f'{{\n  "format": {FORMAT},\n  "findings": {inner}\n}}\n'


def _entry(name: str, path: str, item: object) -> Recorded:
    if not isinstance(item, dict):
        raise ConfigError(f"{name}: not a baseline: the entries of {path} are mappings")
    texts = [text for key in _TEXTS if isinstance(text := item.get(key), str)]
    count = item.get("count")
    if len(texts) < len(_TEXTS) or not isinstance(count, int) or count < 1:
        raise ConfigError(f"{name}: not a baseline: an entry of {path} has no {', '.join(_TEXTS)} and count")
    rule, function, table, code, key = texts
    return Recorded(path, rule, function, table, code, key, count)


def _judged(entries: Sequence[Recorded], report: Report, ready: Prepared) -> list[Recorded]:
    """The entries that this run can tell something about: of paths that it reports on and could read, of rules that
    run.
    """
    if report.tenancy.strategy is Strategy.NONE:
        return []
    unread = {problem.path for problem in report.problems if problem.kind != STATEMENT}
    idle = {rule.id for rule in ready.rules.known} - {rule.id for rule in ready.rules.active}
    return [
        entry
        for entry in entries
        if entry.rule not in idle and entry.path not in unread and ready.material.reports(entry.path)
    ]


def _matched(findings: Sequence[Finding], entries: Sequence[Recorded], ready: Prepared, file: Path) -> Matched:
    """Findings matched with entries; git is asked for renames only when files are gone."""
    root = ready.project.root

    def exists(path: str) -> bool:
        return path in ready.facts or (root / path).exists()

    open_at = [at for at, finding in enumerate(findings) if finding.suppressed is None]
    renamed: Mapping[str, str] = {}
    if not all(exists(entry.path) for entry in entries):
        git = Git.around(root)
        renamed = git.renamed_since_change_of(file.resolve()) if git is not None else {}
    matched = match([findings[at] for at in open_at], entries, exists, renamed)
    return Matched({open_at[at]: entry for at, entry in matched.known.items()}, matched.left)


def _recording(entries: Iterable[Recorded], added: int, removed: int) -> Recording:
    kept = tuple(entries)
    return Recording(dumped(kept), _count(kept), added, removed)


def _count(entries: Iterable[Recorded]) -> int:
    return sum(entry.count for entry in entries)
