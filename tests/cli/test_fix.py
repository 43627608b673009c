"""`isolint scan --fix`, `--unsafe-fixes` and `--diff`."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

FOUND = "select(Invoice).where(Invoice.id == invoice_id)"
FIXED = "select(Invoice).where(Invoice.id == invoice_id, Invoice.organization_id == user.organization_id)"
CONSTANT = """

@router.get("/invoices/first")
def first_invoices(session: Session = Depends(get_session), user: User = Depends(current_user)):
    return session.scalars(select(Invoice).where(Invoice.organization_id == 1)).all()
"""


def test_fix_adds_the_tenant_that_a_sibling_is_restricted_to(isolint: Command, project: Path) -> None:
    file = project / "app" / "routes.py"
    before = file.read_text()
    done = isolint("scan", "--fix")
    assert done.code == 0
    assert file.read_text() == before.replace(FOUND, FIXED)
    assert "isolint: fixed 1 finding in 1 file" in done.err


def test_fixing_twice_is_fixing_once(isolint: Command, project: Path) -> None:
    isolint("scan", "--fix")
    once = (project / "app" / "routes.py").read_bytes()
    done = isolint("scan", "--fix", "--unsafe-fixes")
    assert (project / "app" / "routes.py").read_bytes() == once
    assert "fixed 0 findings in 0 files" in done.err


def test_diff_shows_the_change_and_writes_nothing(isolint: Command, project: Path) -> None:
    file = project / "app" / "routes.py"
    before = file.read_bytes()
    done = isolint("scan", "--diff", "--fix")
    assert done.code == 1
    assert file.read_bytes() == before
    assert "would fix 1 finding in 1 file" in done.err
    subprocess.run(["git", "apply", "-"], cwd=project, input=done.out, text=True, check=True)
    assert file.read_text() == before.decode().replace(FOUND, FIXED)


def test_line_ends_and_the_mode_of_a_file_stay(isolint: Command, project: Path) -> None:
    file = project / "app" / "routes.py"
    before = file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(before)
    file.chmod(0o640)
    isolint("scan", "--fix")
    assert file.read_bytes() == before.replace(FOUND.encode(), FIXED.encode())
    assert file.stat().st_mode & 0o777 == 0o640


def test_another_value_is_only_written_when_unsafe_fixes_are_asked_for(isolint: Command, project: Path) -> None:
    file = project / "app" / "routes.py"
    file.write_text(file.read_text() + CONSTANT)
    done = isolint("scan", "--fix")
    assert CONSTANT in file.read_text()
    assert "1 finding more with --unsafe-fixes" in done.err
    assert isolint("scan", "--unsafe-fixes").code == 0
    assert CONSTANT.replace("== 1", "== user.organization_id") in file.read_text()


def test_a_value_that_is_not_in_scope_is_not_written(isolint: Command, project: Path) -> None:
    file = project / "app" / "routes.py"
    text = file.read_text().replace(
        "get_session), user: User = Depends(current_user)):\n    inv", "get_session)):\n    inv"
    )
    file.write_text(text)
    done = isolint("scan", "--fix", "--unsafe-fixes")
    assert file.read_text() == text
    assert done.code == 1


def test_a_name_that_is_bound_again_is_not_trusted(isolint: Command, project: Path) -> None:
    file = project / "app" / "routes.py"
    again = "    user = session.get(User, invoice_id)\n    invoice = "
    file.write_text(file.read_text().replace("    invoice = ", again))
    text = file.read_text()
    isolint("scan", "--fix")
    assert file.read_text() == text


def test_suppressed_and_unchosen_findings_are_left_alone(isolint: Command, project: Path) -> None:
    file = project / "app" / "routes.py"
    before = file.read_bytes()
    isolint("scan", "--fix", "--ignore", "ISO102")
    assert file.read_bytes() == before
    text = before.decode().replace(").one()", ").one()  # isolint: ignore[ISO102] shown to everybody")
    file.write_text(text)
    isolint("scan", "--fix")
    assert file.read_text() == text


def test_standard_input_is_no_file_to_fix(isolint: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    done = isolint("scan", "--fix", "--stdin-filename", "app/routes.py")
    assert done.code == 2
    assert "standard input" in done.err
