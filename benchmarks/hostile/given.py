"""What an input is, and the small project that most of them are put into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

CLEAN, FINDINGS, REFUSED, PARTIAL = 0, 1, 2, 3
SEEN = frozenset({FINDINGS})
"""The leak of the project is reported, whatever else is there."""
NOT_CLEAN = frozenset({FINDINGS, REFUSED, PARTIAL})
ANY = frozenset({CLEAN, FINDINGS, REFUSED, PARTIAL})

SCAN = ("scan", "--jobs", "1", "--no-cache", "--format", "json", ".")


@dataclass(frozen=True)
class Input:
    """Files by path, what is done to the folder before, what isolint is asked, and the exit codes that are no lie."""

    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    allowed: frozenset[int] = NOT_CLEAN
    arguments: tuple[str, ...] = SCAN
    prepare: Callable[[Path], None] = lambda folder: None
    project: bool = True


PROJECT: Mapping[str, bytes] = {
    "app/__init__.py": b"",
    "app/models.py": b"""from sqlalchemy import Column, ForeignKey, Integer
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
""",
    "app/routes.py": b"""from fastapi import APIRouter, Depends
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
    return session.scalars(select(Invoice).where(Invoice.id == invoice_id)).one()
""",
}
"""A project with one leak, which no input may hide."""
