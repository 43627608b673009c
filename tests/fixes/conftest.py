"""Projects whose fixes are looked at: carried out, scanned again, and compared byte by byte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from isolint.engine.scan import ScanRequest, scan
from isolint.fixes import Fixed, fix
from isolint.fixes.edit import Page
from isolint.model.finding import Finding

REQUEST = ScanRequest(jobs=1, cached=False)
Carried = Callable[[Path, bool], Fixed]
Project = Callable[..., tuple[Fixed, dict[str, str]]]


def known_by(finding: Finding) -> tuple[str, str, str, str]:
    return finding.rule, finding.place.path, finding.function, finding.table


def without_edits(found: Fixed, path: str) -> bytes:
    """The file after the fixes with what they wrote taken out and what they took put back."""
    before, after = (data.decode() for data in found.changes[path])
    page, moved, restored, done = Page(before), 0, "", 0
    for edit in found.edits[path]:
        start, end = page.range(edit.span)
        at = start + moved
        assert after[at : at + len(edit.text)] == edit.text
        restored += after[done:at] + before[start:end]
        done = at + len(edit.text)
        moved += len(edit.text) - (end - start)
    return (restored + after[done:]).encode()


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> Carried:
    """Fix a folder: the findings go, none comes, no other byte is changed, and there is nothing left to fix."""

    def carry(folder: Path, unsafe: bool) -> Fixed:
        monkeypatch.chdir(folder)
        found = fix(REQUEST, unsafe=unsafe)
        for path, (before, after) in found.changes.items():
            assert (folder / path).read_bytes() == before
            assert without_edits(found, path) == before
            (folder / path).write_bytes(after)
        report = scan(REQUEST)
        left = Counter(map(known_by, found.report.findings)) - Counter(map(known_by, found.fixed))
        assert Counter(map(known_by, report.findings)) == left
        assert report.problems == found.report.problems
        assert not fix(REQUEST, unsafe=unsafe).edits
        return found

    return carry


@pytest.fixture
def project(carried: Carried, tmp_path: Path) -> Project:
    """Fix a project of these files; gives what was done, and the files as they are then."""

    def made(files: Mapping[str, str], *, unsafe: bool = False) -> tuple[Fixed, dict[str, str]]:
        for path, text in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        found = carried(tmp_path, unsafe)
        return found, {path: (tmp_path / path).read_text(encoding="utf-8") for path in files}

    return made
