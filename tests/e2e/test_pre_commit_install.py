"""The hook as users have it: pre-commit clones this repository at a tag, installs it, and runs what it installed.

What isolint depends on, and what builds it, comes from this environment, so that nothing is fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

pytest.importorskip("pre_commit", reason="pre-commit is not installed")
pytest.importorskip("hatchling", reason="hatchling, which builds isolint, is not installed")

PACKAGED = ("src", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
MODELS = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Organization(Base):
    __tablename__ = "organizations"
    id: Mapped[int] = mapped_column(primary_key=True)


class Invoice(Base):
    __tablename__ = "invoices"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
"""
LEAK = """\
from fastapi import APIRouter, Depends

from db import get_session
from models import Invoice

router = APIRouter()


@router.get("/invoices/{invoice_id}")
def read_invoice(invoice_id: int, session=Depends(get_session)):
    return {"id": session.get(Invoice, invoice_id).id}
"""
CONFIG = """\
repos:
  - repo: {url}
    rev: v0
    hooks:
      - id: isolint
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    who = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {
        **kept,
        **who,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "ISOLINT_CACHE_DIR": str(tmp_path / "cache"),
        # The libraries of this environment, but not the isolint that is developed in it.
        "PYTHONPATH": os.pathsep.join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}),
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # to pip, 0 means: without isolation
    }


def committed(folder: Path, environment: dict[str, str]) -> None:
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "all"], ["tag", "v0"]):
        subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, timeout=60)


def test_hook_that_pre_commit_installs_stops_a_leak(
    repository: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    published, project = tmp_path / "published", tmp_path / "project"
    for path in map(repository.joinpath, PACKAGED):
        copy = shutil.copytree if path.is_dir() else shutil.copy
        published.mkdir(exist_ok=True)
        copy(path, published / path.name)
    committed(published, environment)
    project.mkdir()
    for name, text in {".pre-commit-config.yaml": CONFIG.format(url=published), "models.py": MODELS}.items():
        (project / name).write_text(text, encoding="utf-8")
    committed(project, environment)
    (project / "routes.py").write_text(LEAK, encoding="utf-8")
    subprocess.run(["git", "add", "routes.py"], cwd=project, env=environment, check=True, timeout=60)
    command = [sys.executable, "-m", "pre_commit", "run"]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "ISO102 unscoped-tenant-read" in done.stdout
    assert [path.parent for path in (tmp_path / "pre-commit").rglob("isolint/_rules")] != []
