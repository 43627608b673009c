"""The share of accesses that are proven scoped, and the gate on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from isolint.engine.exit import Exit, Threshold, exit_code
from isolint.engine.scan import scan_texts
from isolint.model.coverage import coverage
from isolint.model.report import Report

APP = """
from fastapi import APIRouter, Depends
from sqlalchemy import select
from app.models import Campaign
from app.auth import get_session, get_current_user

router = APIRouter()


@router.get("/campaigns/{id}")
def read(id: int, session=Depends(get_session), user=Depends(get_current_user)):
    return session.scalars(select(Campaign).where(Campaign.id == id%s)).one()
"""
MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Organization(Base):
    __tablename__ = "organization"
    id: Mapped[int] = mapped_column(primary_key=True)


class Campaign(Base):
    __tablename__ = "campaign"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
"""


@pytest.fixture(scope="module")
def report() -> Report:
    """One access that is proven in one folder, one that is not in another."""
    return scan_texts(
        {
            "app/models.py": MODELS,
            "app/good/views.py": APP % ", Campaign.organization_id == user.organization_id",
            "app/bad/views.py": APP % "",
        }
    )


def test_each_folder_has_its_share_and_the_whole_comes_first(report: Report) -> None:
    found = {item.folder: (item.accesses, item.scoped, item.share) for item in coverage(report.evidence)}
    assert next(iter(found)) == ""
    assert found["app/bad"] == (1, 0, 0.0)
    assert found["app/good"][:2] == (1, 1)
    assert found[""][:2] == (2, 1)


def test_what_is_assumed_is_not_proven(report: Report) -> None:
    whole = coverage(report.evidence)[0]
    assert whole.proven == sum(item.verdict == "scoped" and not item.assumed for item in report.evidence)


def test_too_small_a_share_fails(report: Report) -> None:
    quiet = replace(report, findings=())
    assert exit_code(quiet, Threshold(min_proven=0.95)) is Exit.FINDINGS
    assert exit_code(quiet, Threshold(min_proven=0.0)) is Exit.CLEAN
    assert exit_code(replace(quiet, evidence=()), Threshold(min_proven=1.0)) is Exit.CLEAN
