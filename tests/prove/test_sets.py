"""Ids that a request names, as sets beside the set of those that are the caller's."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason, Verdict

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Organization(Base):
    __tablename__ = "organizations"
    id: Mapped[int] = mapped_column(primary_key=True)


class Membership(Base):
    __tablename__ = "memberships"
    user_id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)


class Ticket(Base):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
"""
ACCESS = """
from sqlalchemy import select

from app.models import Membership


async def accessible(session, caller):
    if caller.organization_id:
        return {caller.organization_id}
    if caller.user_id:
        statement = select(Membership.organization_id).where(Membership.user_id == caller.user_id)
        return {found for found in (await session.scalars(statement)).all()}
    return set()
"""
HANDLER = """
from fastapi import APIRouter, Depends, HTTPException, Query
from sqlalchemy import select

from app.access import accessible
from app.auth import get_current_user
from app.models import Ticket

router = APIRouter()


@router.get("/tickets")
async def handle(
    session, asked: list[int] = Query(...), others: list[int] = Query(...), current_user=Depends(get_current_user)
):
    allowed = await accessible(session, current_user)
{body}
    return (await session.execute(select(Ticket).where(Ticket.organization_id.in_(chosen)))).scalars().all()
"""
ELSE_ALL = """
wanted = [one for one in asked if one]
if wanted:
    if set(wanted) - allowed:
        raise HTTPException(403)
    chosen = list(set(wanted))
else:
    chosen = list(allowed)
"""


def reason(body: str) -> Reason:
    """The reason given for what the handler reads."""
    handler = HANDLER.format(body="\n".join(f"    {line}" for line in body.strip().splitlines()))
    files = {"app/models.py": MODELS, "app/access.py": ACCESS, "app/handler.py": handler}
    (found,) = [item for item in scan_texts(files).evidence if item.access.place.path == "app/handler.py"]
    return found.reason


@pytest.mark.parametrize(
    "body",
    [
        "chosen = allowed & set(asked)",
        "chosen = set(asked) & allowed",
        "chosen = set(asked).intersection(allowed)",
        "chosen = set(allowed)\nif asked:\n    chosen &= set(asked)",
        "chosen = {one for one in asked if one in allowed}",
        "if not set(asked).issubset(allowed):\n    raise HTTPException(403)\nchosen = asked",
        "if set(asked).difference(allowed):\n    raise HTTPException(403)\nchosen = asked",
        "foreign = set(asked) - allowed\nif foreign:\n    raise HTTPException(403)\nchosen = list(asked)",
        ELSE_ALL,
    ],
)
def test_ids_that_are_in_the_callers_set_are_the_callers(body: str) -> None:
    assert reason(body).verdict is Verdict.SCOPED


@pytest.mark.parametrize(
    "body",
    [
        "chosen = set(asked) | allowed",
        "chosen = set(asked) & set(others)",
        "chosen = set(asked) - allowed",
        "if allowed - set(asked):\n    raise HTTPException(403)\nchosen = asked",
        "if not allowed.issubset(asked):\n    raise HTTPException(403)\nchosen = asked",
        "if set(others) - allowed:\n    raise HTTPException(403)\nchosen = asked",
        ELSE_ALL.replace("- allowed", "- set(others)"),
    ],
)
def test_ids_that_need_not_be_in_it_are_not(body: str) -> None:
    assert reason(body) is Reason.TENANT_FROM_REQUEST
