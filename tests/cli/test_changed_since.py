"""`isolint scan --changed-since`, in real repositories."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
Git = Callable[..., str]

GUARD = """\
from fastapi import HTTPException

from app.models import Invoice


def own_invoice(session, user, invoice_id):
    invoice = session.get(Invoice, invoice_id)
    if invoice.organization_id != user.organization_id:
        raise HTTPException(404)
    return invoice


def invoices_of(session, user):
    return session.query(Invoice).filter(Invoice.organization_id == user.organization_id).all()
"""
USES = """\
from fastapi import APIRouter, Depends

from app.auth import current_user
from app.db import get_session
from app.guard import invoices_of, own_invoice
from app.models import Invoice, Payment, User

router = APIRouter()


@router.delete("/invoices/{invoice_id}")
def delete_invoice(invoice_id: int, session=Depends(get_session), user: User = Depends(current_user)):
    own_invoice(session, user, invoice_id)
    session.query(Invoice).filter(Invoice.id == invoice_id).delete()


@router.get("/all")
def all_invoices(session=Depends(get_session), user: User = Depends(current_user)):
    return invoices_of(session, user)


@router.get("/payments/{payment_id}")
def read_payment(payment_id: int, session=Depends(get_session), user: User = Depends(current_user)):
    return session.query(Payment).filter(
        Payment.id == payment_id, Payment.organization_id == user.organization_id
    ).one()
"""
PAYMENT = """

class Payment(Base):
    __tablename__ = "payment"
    id = Column(Integer, primary_key=True)
    invoice_id = Column(Integer, ForeignKey("invoice.id"), nullable=False)
    organization_id = Column(Integer, ForeignKey("organization.id"), nullable=False)


class Note(Base):
    __tablename__ = "note"
    id = Column(Integer, primary_key=True)
"""


@pytest.fixture
def app(project: Path, git: Git) -> Path:
    """The project with a guard and what relies on it, committed on `main`; `git` stands on the branch `work`."""
    with (project / "app" / "models.py").open("a") as file:
        file.write(PAYMENT)
    (project / "app" / "guard.py").write_text(GUARD)
    (project / "app" / "uses.py").write_text(USES)
    git("branch", "--move", "main")
    git("add", "--all")
    git("commit", "--quiet", "--message", "app")
    git("checkout", "--quiet", "-b", "work")
    return project / "app"


def edit(file: Path, *pairs: tuple[str, str]) -> None:
    text = file.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def told(isolint: Command, revision: str = "main", *options: str) -> list[str]:
    """Rule, function and state of what counts."""
    done = isolint("scan", "--changed-since", revision, "--format", "json", *options)
    assert done.code in {0, 1}, done.err
    found = json.loads(done.out)["findings"]
    shown = [item for item in found if item["state"] != "unchanged" and not item["suppressed"]]
    assert bool(shown) == (done.code == 1)
    return [f"{item['rule']} {item['function']} {item['state']}" for item in shown]


@pytest.mark.usefixtures("app")
def test_what_was_there_before_does_not_count(isolint: Command) -> None:
    assert isolint("scan").code == 1
    done = isolint("scan", "--changed-since", "main")
    assert done.code == 0
    assert "0 findings, 1 known from main" in done.out


def test_finding_on_a_touched_line_counts_though_it_was_there(isolint: Command, app: Path) -> None:
    edit(app / "routes.py", ("    invoice = session.scalars", "    found = session.scalars"))
    assert told(isolint) == ["ISO102 read_invoice updated"] or told(isolint) == ["ISO102 read_invoice new"]


def test_finding_on_an_untouched_line_of_a_touched_file_does_not(isolint: Command, app: Path) -> None:
    edit(app / "routes.py", ("router = APIRouter()", "router = APIRouter()  # all of them"))
    assert told(isolint) == []


def test_guard_that_is_removed_shows_in_the_route_that_relied_on_it(isolint: Command, app: Path, git: Git) -> None:
    """The route itself is not touched: a tool that looks at changed lines alone misses it."""
    edit(
        app / "guard.py",
        ("    if invoice.organization_id != user.organization_id:\n        raise HTTPException(404)\n", ""),
    )
    git("commit", "--quiet", "--all", "--message", "simpler")
    assert "ISO103 delete_invoice new" in told(isolint)


def test_wrapper_that_is_edited_shows_where_it_is_called(isolint: Command, app: Path) -> None:
    edit(app / "guard.py", (".filter(Invoice.organization_id == user.organization_id)", ""))
    done = isolint("scan", "--changed-since", "main", "--format", "json")
    (found,) = (item for item in json.loads(done.out)["findings"] if item["state"] != "unchanged")
    assert (found["table"], found["state"]) == ("Invoice", "new")


def test_model_that_loses_its_tenant_column_shows_where_it_is_read(isolint: Command, app: Path) -> None:
    column = '    organization_id = Column(Integer, ForeignKey("organization.id"), nullable=False)\n'
    edit(
        app / "models.py",
        (
            f'    invoice_id = Column(Integer, ForeignKey("invoice.id"), nullable=False)\n{column}',
            '    invoice_id = Column(Integer, ForeignKey("invoice.id"), nullable=False)\n',
        ),
    )
    edit(
        app / "uses.py",
        ("Payment.id == payment_id, Payment.organization_id == user.organization_id", "Payment.id == payment_id"),
    )
    assert "ISO102 read_payment new" in told(isolint)


def test_model_that_becomes_a_tenants_shows_where_it_is_read(isolint: Command, app: Path, git: Git) -> None:
    with (app / "uses.py").open("a") as file:
        file.write(
            '\n\n@router.get("/notes/{note_id}")\n'
            "def read_note(note_id: int, session=Depends(get_session), user: User = Depends(current_user)):\n"
            "    return session.query(Note).filter(Note.id == note_id).one()\n"
        )
    edit(app / "uses.py", ("import Invoice, Payment", "import Invoice, Note, Payment"))
    git("commit", "--quiet", "--all", "--message", "notes")
    column = '    organization_id = Column(Integer, ForeignKey("organization.id"), nullable=False)\n'
    edit(
        app / "models.py",
        (
            '__tablename__ = "note"\n    id = Column(Integer, primary_key=True)\n',
            f'__tablename__ = "note"\n    id = Column(Integer, primary_key=True)\n{column}',
        ),
    )
    assert told(isolint, "HEAD") == ["ISO102 read_note new"]


def test_configuration_that_changes_shows_where_it_counted(isolint: Command, app: Path, git: Git) -> None:
    config = app.parent / "isolint.yaml"
    config.write_text("tenancy: {shared: [Invoice]}\n")
    git("add", "--all")
    git("commit", "--quiet", "--message", "configuration")
    assert told(isolint, "HEAD") == []
    config.write_text("tenancy: {shared: [Plan]}\n")
    assert told(isolint, "HEAD") == ["ISO102 read_invoice new"]
    config.unlink()
    git("commit", "--quiet", "--all", "--message", "none")
    config.write_text("tenancy: {shared: [Invoice]}\n")
    assert told(isolint, "HEAD") == []


def test_renamed_and_edited_file_keeps_what_was_known(isolint: Command, app: Path, git: Git) -> None:
    git("mv", "app/routes.py", "app/invoices.py")
    edit(app / "invoices.py", ("def list_invoices", "def every_invoice"))
    git("commit", "--quiet", "--all", "--message", "rename")
    assert told(isolint) == []


def test_leak_in_a_file_that_git_does_not_know_counts(isolint: Command, app: Path) -> None:
    (app / "copy.py").write_text((app / "routes.py").read_text())
    assert told(isolint) == ["ISO102 read_invoice new"]


@pytest.mark.parametrize("name", ["a b.py", "año.py", 'q"uo\\te.py', "[x].py", "-u.py", "t\tab.py"])
def test_file_of_any_name_is_followed(isolint: Command, app: Path, git: Git, name: str) -> None:
    (app / "routes.py").rename(app / name)
    git("add", "--all")
    git("commit", "--quiet", "--message", "odd")
    assert told(isolint) == []
    edit(app / name, ("    invoice = session.scalars", "    found = session.scalars"))
    assert [line.split()[1] for line in told(isolint, "HEAD")] == ["read_invoice"]


def test_hook_that_git_runs_sees_the_same_project(
    isolint: Command, app: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    (app / "copy.py").write_text((app / "routes.py").read_text())
    monkeypatch.setenv("GIT_DIR", "elsewhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "elsewhere/index")
    assert told(isolint) == ["ISO102 read_invoice new"]


def test_users_settings_of_git_change_nothing(isolint: Command, app: Path, git: Git) -> None:
    for setting in (
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "diff.interHunkContext=20",
        "diff.renames=false",
        "color.ui=always",
        "diff.external=false",
        "diff.context=9",
        "core.quotePath=true",
    ):
        git("config", *setting.split("="))
    git("mv", "app/routes.py", "app/invoices.py")
    edit(app / "invoices.py", ("router = APIRouter()", "router = APIRouter()  # all"), ("def list_in", "def all_in"))
    assert told(isolint) == []


def test_ignored_file_is_no_change(isolint: Command, app: Path, git: Git) -> None:
    """It was there before as far as anyone can tell."""
    (app.parent / ".gitignore").write_text("app/local.py\n")
    git("add", "--all")
    git("commit", "--quiet", "--message", "ignore")
    (app / "local.py").write_text((app / "routes.py").read_text())
    assert told(isolint) == []


def test_deleted_guard_shows_in_what_relied_on_it(isolint: Command, app: Path, git: Git) -> None:
    git("rm", "--quiet", "app/guard.py")
    (app / "guard.py").write_text("def own_invoice(session, user, invoice_id):\n    return True\n")
    git("add", "--all")
    git("commit", "--quiet", "--message", "no guard")
    git("mv", "app/guard.py", "app/checks.py")
    edit(
        app / "uses.py",
        ("from app.guard import invoices_of, own_invoice", "from app.checks import own_invoice"),
        ("invoices_of(session, user)", "[]"),
    )
    assert told(isolint) == ["ISO103 delete_invoice new"]


def test_suppression_that_is_taken_out_shows_what_it_hid(isolint: Command, app: Path, git: Git) -> None:
    comment = "# isolint: ignore[ISO102] shown to staff only\n"
    edit(app / "routes.py", ("    invoice = session", f"    {comment}    invoice = session"))
    git("commit", "--quiet", "--all", "--message", "hidden")
    edit(app / "routes.py", (f"    {comment}", ""))
    assert told(isolint, "HEAD") == ["ISO102 read_invoice new"]


def test_suppression_that_was_unused_before_is_not_told_again(isolint: Command, app: Path, git: Git) -> None:
    edit(app / "routes.py", ("router = APIRouter()", "router = APIRouter()  # isolint: ignore[ISO102] none"))
    assert isolint("scan", "--changed-since", "main").code == 1
    git("commit", "--quiet", "--all", "--message", "unused")
    assert "hides" not in isolint("scan", "--changed-since", "HEAD").out
    assert isolint("scan", "--changed-since", "HEAD").code == 0


def test_merged_work_of_others_is_not_this_branchs(isolint: Command, app: Path, git: Git) -> None:
    git("checkout", "--quiet", "main")
    (app / "theirs.py").write_text((app / "routes.py").read_text())
    git("add", "--all")
    git("commit", "--quiet", "--message", "theirs")
    git("checkout", "--quiet", "work")
    (app / "ours.py").write_text((app / "routes.py").read_text().replace("read_invoice", "our_invoice"))
    git("add", "--all")
    git("commit", "--quiet", "--message", "ours")
    assert told(isolint) == ["ISO102 our_invoice new"]
    git("merge", "--quiet", "--no-edit", "main")
    assert told(isolint) == ["ISO102 our_invoice new"]


def test_project_below_the_top_of_its_repository(
    isolint: Command, app: Path, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = app.parent / "services"
    services.mkdir()
    git("mv", "app", "services/app")
    (services / "isolint.yaml").write_text("")
    git("add", "--all")
    git("commit", "--quiet", "--message", "below")
    monkeypatch.chdir(services)
    assert told(isolint, "HEAD") == []
    edit(services / "app" / "routes.py", ("    invoice = session.scalars", "    found = session.scalars"))
    (services / "app" / "copy.py").write_text((services / "app" / "routes.py").read_text())
    assert [line.split()[1] for line in told(isolint, "HEAD")] == ["read_invoice"] * 2
    assert told(isolint, "HEAD", "app/models.py") == []


def test_formats_hold_what_is_known_and_mark_it(isolint: Command, app: Path) -> None:
    edit(
        app / "guard.py",
        ("    if invoice.organization_id != user.organization_id:\n        raise HTTPException(404)\n", ""),
    )
    (run,) = json.loads(isolint("scan", "--changed-since", "main", "--format", "sarif").out)["runs"]
    states = {
        result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]: result["baselineState"]
        for result in run["results"]
    }
    assert states["read_invoice"] == "unchanged"
    assert states["delete_invoice"] == "new"
    github = isolint("scan", "--changed-since", "main", "--format", "github").out
    assert "app/uses.py" in github
    assert "app/routes.py" not in github


def test_baseline_and_change_go_together(isolint: Command, app: Path) -> None:
    (app / "copy.py").write_text((app / "routes.py").read_text())
    isolint("baseline")
    assert told(isolint, "main", "--baseline", "isolint-baseline.json") == []


def test_work_tree_is_not_touched(isolint: Command, app: Path, git: Git) -> None:
    edit(app / "guard.py", ("        raise HTTPException(404)\n", "        pass\n"))
    before = git("status", "--porcelain"), sorted(app.parent.rglob("*")), (app.parent / ".git" / "index").read_bytes()
    isolint("scan", "--changed-since", "main")
    after = git("status", "--porcelain"), sorted(app.parent.rglob("*")), (app.parent / ".git" / "index").read_bytes()
    assert before[0] == after[0]
    assert before[1] == after[1]


def test_of_the_code_before_only_what_is_different_is_read(
    isolint: Command, app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from isolint.engine import lower

    isolint("scan")
    edit(app / "guard.py", ("        raise HTTPException(404)\n", "        pass\n"))
    isolint("scan")
    read: list[str] = []
    encoded = lower.encoded
    monkeypatch.setattr(lower, "encoded", lambda source: read.append(source.path) or encoded(source))
    isolint("scan", "--changed-since", "main", "--jobs", "1")
    isolint("scan", "--changed-since", "main", "--jobs", "1", "--no-cache")
    files = len(list(app.glob("*.py")))
    assert read.count("app/guard.py") == 2
    assert len(read) == files + 1


def test_change_of_what_is_not_read_is_judged_once(
    isolint: Command, app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from isolint.engine import changes

    (app.parent / "README.md").write_text("words\n")
    monkeypatch.setattr(changes, "judge", None)
    assert told(isolint) == []


@pytest.mark.parametrize(
    ("revision", "sentence"),
    [
        ("--output=x", "'--output=x' is not a revision"),
        ("-h", "'-h' is not a revision"),
        ("main\n", "is not a revision"),
        ("nowhere", "there is no revision nowhere in this clone"),
        ("main:app/routes.py", "there is no revision main:app/routes.py in this clone"),
    ],
)
@pytest.mark.usefixtures("app")
def test_what_is_no_revision_is_refused(isolint: Command, revision: str, sentence: str) -> None:
    done = isolint("scan", f"--changed-since={revision}")
    assert done.code == 2
    assert sentence in done.err


def test_shallow_clone_says_what_to_fetch(
    isolint: Command, app: Path, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(app / "routes.py", ("router = APIRouter()", "router = APIRouter()  # all"))
    git("commit", "--quiet", "--all", "--message", "work")
    for name, options in (("one", ["--branch", "work"]), ("two", ["--no-single-branch", "--branch", "work"])):
        clone = ["git", "clone", "--quiet", "--depth=1", *options, f"file://{app.parent}", str(tmp_path / name)]
        subprocess.run(clone, check=True, timeout=60)
        monkeypatch.chdir(tmp_path / name)
        done = isolint("scan", "--changed-since", "origin/main")
        assert done.code == 2
        assert "this clone is shallow: fetch its history (`git fetch --unshallow`" in done.err


def test_unrelated_history_and_no_repository_are_named(isolint: Command, app: Path, git: Git, tmp_path: Path) -> None:
    git("checkout", "--quiet", "--orphan", "other")
    git("commit", "--quiet", "--all", "--message", "other")
    assert "it shares no history with HEAD" in isolint("scan", "--changed-since", "main").err
    (app.parent / ".git").rename(tmp_path / "git")
    done = isolint("scan", "--changed-since", "main")
    assert (done.code, "not a git repository" in done.err) == (2, True)


@pytest.mark.usefixtures("app")
def test_unsaved_text_is_not_compared(isolint: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x = 1\n")))
    done = isolint("scan", "--changed-since", "main", "--stdin-filename", "app/routes.py")
    assert done.code == 2
    assert "standard input" in done.err
