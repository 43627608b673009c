"""The fixes of each fixture app: their findings go, none comes, and no other byte is changed."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from isolint.engine.scan import ScanRequest, scan
from isolint.fixes import Fixed, fix
from isolint.fixes.edit import Page
from isolint.model.finding import Finding

APPS = Path(__file__).parents[2] / "fixtures" / "apps"
SAFE = {
    "django_rows": 4,
    "express_prisma_rows": 3,
    "fastapi_schemas": 5,
    "flask_rows": 3,
    "nest_typeorm_rows": 2,
    "next_drizzle_rows": 3,
    "next_prisma_schemas": 4,
    "peewee_rows": 0,
    "trpc_prisma_rows": 3,
}
"""How many findings of each app are fixed safely."""
REQUEST = ScanRequest(jobs=1, cached=False)


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


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "all"])
@pytest.mark.parametrize("name", SAFE)
def test_fixes_remove_their_findings_and_nothing_else(
    name: str, unsafe: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = shutil.copytree(APPS / name, tmp_path / name)
    monkeypatch.chdir(app)
    found = fix(REQUEST, unsafe=unsafe)
    assert sum(item.remedy is not None and item.remedy.safe for item in found.fixed) == SAFE[name]
    assert unsafe or len(found.fixed) == SAFE[name]
    for path, (before, after) in found.changes.items():
        assert (app / path).read_bytes() == before
        assert without_edits(found, path) == before
        (app / path).write_bytes(after)
    report = scan(REQUEST)
    left = Counter(map(known_by, found.report.findings)) - Counter(map(known_by, found.fixed))
    assert Counter(map(known_by, report.findings)) == left
    assert report.problems == found.report.problems
    assert not fix(REQUEST, unsafe=unsafe).edits


@pytest.mark.parametrize("name", SAFE)
def test_looking_for_remedies_changes_no_verdict(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(APPS / name)
    plain, advised = scan(REQUEST), fix(REQUEST).report
    assert [(f.fingerprint, f.message) for f in plain.findings] == [
        (f.fingerprint, f.message) for f in advised.findings
    ]
    assert plain.verdicts == advised.verdicts
