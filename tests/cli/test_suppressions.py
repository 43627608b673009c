"""`isolint suppressions`, in real repositories and without one."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
Git = Callable[..., str]

LEAK = "    invoice = session.scalars(select(Invoice).where(Invoice.id == invoice_id)).one()"


def suppress(project: Path, comment: str) -> None:
    file = project / "app" / "routes.py"
    file.write_text(file.read_text().replace(LEAK, f"{LEAK}  # isolint: {comment}"))


def listed(isolint: Command) -> Any:
    return json.loads(isolint("suppressions", "--format", "json").out)


def test_author_and_age_are_gits(isolint: Command, project: Path, git: Git) -> None:
    suppress(project, "ignore[ISO102] shown to staff only until=2999-01-31")
    days = (date.today() - timedelta(days=12)).isoformat()
    git("commit", "--quiet", "--all", "--message", "why", f"--date={days}T12:00:00+0000")
    done = isolint("suppressions")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "app/routes.py:19  ISO102  shown to staff only\n"
        f"    hides 1 finding; by Ada, 12 days ago ({days}); until 2999-01-31\n"
        "1 suppression\n"
    )
    assert listed(isolint) == [
        {
            "path": "app/routes.py", "line": 19, "rules": ["ISO102"], "reason": "shown to staff only",
            "until": "2999-01-31", "author": "Ada", "written": days, "hides": 1, "faults": [],
        }
    ]  # fmt: skip


def test_line_that_is_not_committed_says_so(isolint: Command, project: Path, git: Git) -> None:
    suppress(project, "ignore[ISO102] shown to staff only")
    assert "by not committed yet" in isolint("suppressions").out
    (project / "app" / "more.py").write_text("x = 1  # isolint: ignore[ISO102] nothing\n")
    assert [item["author"] for item in listed(isolint)] == ["not committed yet"] * 2


def test_without_a_repository_the_rest_is_listed(isolint: Command, project: Path) -> None:
    suppress(project, "ignore[ISO102] shown to staff only")
    done = isolint("suppressions")
    assert done.code == 0
    assert "app/routes.py:19  ISO102  shown to staff only" in done.out
    assert "authors and ages are not known: git rev-parse: not a git repository" in done.out


def test_history_that_was_not_fetched_is_not_guessed(
    isolint: Command, project: Path, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suppress(project, "ignore[ISO102] shown to staff only")
    git("commit", "--quiet", "--all", "--message", "why")
    git("commit", "--quiet", "--allow-empty", "--message", "later")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{project}", str(clone)], check=True, timeout=60)
    monkeypatch.chdir(clone)
    (item,) = listed(isolint)
    assert (item["author"], item["written"]) == (None, None)


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("ignore[ISO102]", "gives no reason"),
        ("ignore all of it", "names no rule"),
        ("ignore[ISO102] until it is mended until=2020-01-01", "expired"),
        ("ignore[ISO404] wrong rule", "hides nothing of what it names"),
    ],
)
def test_what_is_not_in_order_is_told(isolint: Command, project: Path, comment: str, words: str) -> None:
    suppress(project, comment)
    done = isolint("suppressions")
    assert done.code == 1
    assert f"TO MEND: {words}" in done.out
    assert "1 suppression, 1 to mend" in done.out


def test_none_is_no_fault(isolint: Command, project: Path) -> None:
    done = isolint("suppressions")
    assert (done.code, done.out) == (0, "0 suppressions\n")
