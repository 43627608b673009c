"""Handlers over services over generic repositories: memberships, accessible ids, rows fetched under a check."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Verdict

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
BASE = """
from typing import NewType, overload
from sqlalchemy import select

from app.models import Membership, Organization, Ticket

AccessibleId = NewType("AccessibleId", int)


class Repository[M]:
    model: type[M]

    def __init__(self, session):
        self.session = session

    @classmethod
    def of(cls, session):
        return cls(session)

    def base(self):
        return select(self.model)

    async def one(self, statement):
        return (await self.session.execute(statement)).scalar_one_or_none()


class ById[M]:
    @overload
    async def get_by_id(self, id: int) -> M: ...
    @overload
    async def get_by_id(self, id: str) -> M: ...
    async def get_by_id(self, id):
        return await self.one(self.base().where(self.model.id == id))


class Organizations(Repository[Organization], ById[Organization]):
    model = Organization


class Tickets(Repository[Ticket], ById[Ticket]):
    model = Ticket

    async def of_organizations(self, ids):
        return await self.one(self.base().where(Ticket.organization_id.in_(ids)))


async def accessible_ids(session, current_user):
    if current_user.is_machine:
        return {AccessibleId(current_user.organization_id)}
    if current_user.is_person:
        rows = await session.scalars(select(Membership.organization_id).where(Membership.user_id == current_user.id))
        return {AccessibleId(row) for row in rows.all()}
    return set()
"""
ROUTES = """
from fastapi import APIRouter, Depends, HTTPException
from app.auth import get_current_user
from app.base import AccessibleId, Organizations, Tickets, accessible_ids
from app.db import get_db

router = APIRouter()


async def narrowed(session, current_user, asked):
    allowed = await accessible_ids(session, current_user)
    if asked is not None:
        return {{AccessibleId(one) for one in asked if one in allowed}}
    return set(allowed)


async def checked(session, current_user, asked):
    if current_user.is_machine:
        return current_user.organization
    if asked not in await accessible_ids(session, current_user):
        raise HTTPException(404)
    return await Organizations.of(session).get_by_id(asked)


@router.get("/tickets")
async def handle(asked: int, other: int, session=Depends(get_db), current_user=Depends(get_current_user)):
    {body}
"""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return await Tickets.of(session).get_by_id(asked)", "no-predicate"),
        ("return await Tickets.of(session).of_organizations([asked])", "tenant-from-request"),
        (
            "return await Tickets.of(session).of_organizations(await accessible_ids(session, current_user))",
            "tenant-predicate",
        ),
        (
            "return await Tickets.of(session).of_organizations(await narrowed(session, current_user, asked))",
            "dominating-guard",
        ),
        (
            "found = await checked(session, current_user, asked)\n"
            "    return await Tickets.of(session).of_organizations([other])",
            "tenant-from-request",
        ),
    ],
    ids=["by id", "from the request", "all accessible", "narrowed to accessible", "unchecked"],
)
def test_what_a_service_found_accessible_confines_what_a_repository_reads(body: str, reason: str) -> None:
    files = {"models": MODELS, "base": BASE, "routes": ROUTES.format(body=body)}
    report = scan_texts({f"app/{name}.py": text for name, text in files.items()})
    told = {e.reason for e in report.evidence if e.access.table == "Ticket"}
    assert reason in told
    assert {other for other in told if other.verdict is Verdict.UNSCOPED} <= {reason}
