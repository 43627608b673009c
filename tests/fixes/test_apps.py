"""The fixes of each fixture app: their findings go, none comes, and no other byte is changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from isolint.engine.scan import ScanRequest, scan
from isolint.fixes import Fixed, fix

APPS = Path(__file__).parents[2] / "fixtures" / "apps"
SAFE = {
    "django_rows": 10,
    "express_prisma_rows": 8,
    "fastapi_schemas": 5,
    "flask_rows": 3,
    "nest_typeorm_rows": 5,
    "next_drizzle_rows": 4,
    "next_prisma_schemas": 6,
    "peewee_rows": 3,
    "trpc_prisma_rows": 7,
}
"""How many findings of each app are fixed safely."""
REQUEST = ScanRequest(jobs=1, cached=False)


def test_there_is_enough_to_fix() -> None:
    assert sum(SAFE.values()) >= 40


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "all"])
@pytest.mark.parametrize("name", SAFE)
def test_fixes_remove_their_findings_and_nothing_else(
    name: str, unsafe: bool, tmp_path: Path, carried: Callable[[Path, bool], Fixed]
) -> None:
    found = carried(shutil.copytree(APPS / name, tmp_path / name), unsafe)
    assert sum(item.remedy is not None and item.remedy.safe for item in found.fixed) == SAFE[name]
    assert unsafe or len(found.fixed) == SAFE[name]


@pytest.mark.parametrize("name", SAFE)
def test_looking_for_remedies_changes_no_verdict(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(APPS / name)
    plain, advised = scan(REQUEST), fix(REQUEST).report
    assert [(f.fingerprint, f.message) for f in plain.findings] == [
        (f.fingerprint, f.message) for f in advised.findings
    ]
    assert plain.verdicts == advised.verdicts
