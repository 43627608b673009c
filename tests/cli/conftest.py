"""A small project with one leak, and the command line run in it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from isolint.cli import run

MODELS = """\
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


class Organization(Base):
    __tablename__ = "organization"
    id = Column(Integer, primary_key=True)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    organization_id = Column(Integer, ForeignKey("organization.id"), nullable=False)


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    organization_id = Column(Integer, ForeignKey("organization.id"), nullable=False)
"""

ROUTES = """\
from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth import current_user
from app.db import get_session
from app.models import Invoice, User

router = APIRouter()


@router.get("/invoices")
def list_invoices(session: Session = Depends(get_session), user: User = Depends(current_user)):
    return session.scalars(select(Invoice).where(Invoice.organization_id == user.organization_id)).all()


@router.get("/invoices/{invoice_id}")
def read_invoice(invoice_id: int, session: Session = Depends(get_session), user: User = Depends(current_user)):
    invoice = session.scalars(select(Invoice).where(Invoice.id == invoice_id)).one()
    return {"id": invoice.id}
"""

LEAK = 19
"""The line of the leak in the routes."""


@dataclass
class Done:
    """What a command did."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]
Git = Callable[..., str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, which is the current one; the cache is one of the test's own."""
    root = tmp_path / "project"
    (root / "app").mkdir(parents=True)
    (root / "app" / "__init__.py").write_text("")
    (root / "app" / "models.py").write_text(MODELS)
    (root / "app" / "routes.py").write_text(ROUTES)
    monkeypatch.setenv("ISOLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def isolint(capfd: pytest.CaptureFixture[str]) -> Command:
    """Run the command line in this process."""

    def call(*arguments: str) -> Done:
        capfd.readouterr()
        code = run(list(arguments))
        out, err = capfd.readouterr()
        return Done(code, out, err)

    return call


@pytest.fixture
def git(project: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Git in the project's folder, where everything is committed."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ada@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")

    def run(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=project, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    run("init", "--quiet")
    run("add", "--all")
    run("commit", "--quiet", "--message", "start")
    return run
