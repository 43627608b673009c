"""The hook of this repository, run by pre-commit itself in a repository that uses it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("pre_commit", reason="pre-commit is not installed")

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
ROUTES = """\
from fastapi import APIRouter, Depends

from auth import current_user
from db import get_session
from models import Invoice

router = APIRouter()


@router.get("/invoices/{invoice_id}")
def read_invoice(invoice_id: int, session=Depends(get_session), user=Depends(current_user)):
    invoice = session.get(Invoice, invoice_id)
    assert CHECK
    return {"id": invoice.id}
"""
LEAKING = ROUTES.replace("CHECK", "invoice")
CONFINED = ROUTES.replace("CHECK", "invoice.organization_id == user.organization_id")


@dataclass(frozen=True)
class Project:
    """A git repository that uses the hook."""

    root: Path
    environment: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the repository."""
        return subprocess.run(
            command, capture_output=True, text=True, timeout=120, check=False, cwd=self.root, env=self.environment
        )

    def git(self, *arguments: str) -> None:
        """Run git, which must succeed."""
        done = self.run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments)
        assert done.returncode == 0, done.stderr

    def stage(self, files: dict[str, str]) -> None:
        """Write files and stage them."""
        for path, text in files.items():
            (self.root / path).write_text(text, encoding="utf-8")
        self.git("add", *files)

    def pre_commit(self) -> subprocess.CompletedProcess[str]:
        """Let pre-commit look at what is staged."""
        return self.run(sys.executable, "-m", "pre_commit", "run")


@pytest.fixture(scope="session")
def hook(repository: Path) -> dict[str, Any]:
    """The hook as this repository declares it."""
    (found,) = yaml.safe_load((repository / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    hook: dict[str, Any] = found
    return hook


@pytest.fixture
def project(hook: dict[str, Any], tmp_path: Path) -> Project:
    """A repository with the hook, which runs in this interpreter instead of in an environment that is made for it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    environment |= {
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    made = Project(tmp_path / "project", environment)
    made.root.mkdir()
    entry = hook["entry"].replace("isolint", f"{shlex.quote(sys.executable)} -m isolint", 1)
    local = {"repos": [{"repo": "local", "hooks": [{**hook, "entry": entry, "language": "system"}]}]}
    made.git("init", "--quiet")
    made.stage({".pre-commit-config.yaml": yaml.safe_dump(local), "models.py": MODELS})
    return made


def test_manifest_is_valid(repository: Path) -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(repository / ".pre-commit-hooks.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_leak_in_a_staged_file_stops_the_commit(project: Project) -> None:
    project.stage({"routes.py": LEAKING})
    done = project.pre_commit()
    assert done.returncode == 1
    assert "ISO102 unscoped-tenant-read" in done.stdout


def test_confined_access_passes(project: Project) -> None:
    project.stage({"routes.py": CONFINED})
    done = project.pre_commit()
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout


def test_models_that_are_not_staged_are_known(project: Project) -> None:
    project.git("commit", "--quiet", "--message", "models")
    project.stage({"routes.py": LEAKING})
    assert "ISO102 unscoped-tenant-read" in project.pre_commit().stdout


def test_leak_in_a_file_that_is_not_staged_does_not_stop_the_commit(project: Project) -> None:
    project.stage({"routes.py": LEAKING})
    project.git("commit", "--quiet", "--message", "a leak")
    project.stage({"more.py": CONFINED})
    done = project.pre_commit()
    assert done.returncode == 0, done.stdout


def test_files_that_isolint_does_not_read_are_not_handed_to_it(project: Project) -> None:
    project.git("commit", "--quiet", "--message", "models")
    project.stage({"manage": "#!/usr/bin/env python\nprint(1)\n", "notes.md": "# Notes\n"})
    (project.root / "manage").chmod(0o755)
    project.git("add", "manage")
    done = project.pre_commit()
    assert done.returncode == 0, done.stdout
    assert "Skipped" in done.stdout
