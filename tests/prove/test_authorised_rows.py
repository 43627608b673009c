"""Rows that were fetched within the tenant, and what is looked up by them further down."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Verdict

MODELS = """
from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase): ...


class Organization(Base):
    __tablename__ = "organizations"
    id: Mapped[int] = mapped_column(primary_key=True)


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))


class Ticket(Base):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))


class Reply(Base):
    __tablename__ = "replies"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    details: Mapped[dict] = mapped_column(JSON)
"""
SERVICE = """
from sqlalchemy import select

from app.models import Organization, Reply, Ticket, User


def is_user(caller):
    return isinstance(caller.subject, User)


def is_organization(caller):
    return isinstance(caller.subject, Organization)


class Tickets:
    def __init__(self, session):
        self.session = session

    def base(self):
        return select(Ticket)

    async def one(self, statement):
        return (await self.session.execute(statement)).scalar_one_or_none()

    def readable(self, current_user):
        statement = self.base()
        if is_user(current_user):
            statement = statement.where(Ticket.organization_id == current_user.subject.organization_id)
        elif is_organization(current_user):
            statement = statement.where(Ticket.organization_id == current_user.subject.id)
        return statement

    def anybodys(self, current_user, archived):
        statement = self.base()
        if archived:
            statement = statement.where(Ticket.organization_id == current_user.subject.organization_id)
        return statement


async def replies_of(session, ticket):
    return (await session.execute(select(Reply).where(Reply.ticket_id == ticket.id))).scalars().all()


async def replies_about(session, ticket):
    statement = select(Reply).where(Reply.details["ticket_id"].as_string() == str(ticket.id))
    return (await session.execute(statement)).scalars().all()
"""
HANDLER = """
from fastapi import APIRouter, Depends, HTTPException

from app.auth import get_current_user
from app.models import Reply, Ticket
from app.service import Tickets, replies_about, replies_of

router = APIRouter()


@router.get("/tickets/{{ticket_id}}")
async def handle(ticket_id: int, archived: bool, session, current_user=Depends(get_current_user)):
    tickets = Tickets(session)
{body}
"""


def _verdicts(body: str, table: str) -> set[Verdict]:
    """What the handler's accesses of a table are judged; helpers that it does not call are not asked for."""
    handler = HANDLER.format(body="\n".join(f"    {line}" for line in body.strip().splitlines()))
    files = {"app/models.py": MODELS, "app/service.py": SERVICE, "app/handler.py": handler}
    report = scan_texts(files)
    around = [
        (item, {item.access.place.path, *(step.place.path for step in item.trail if step.place)})
        for item in report.evidence
    ]
    return {item.verdict for item, paths in around if item.access.table == table and "app/handler.py" in paths}


FETCH = """
ticket = await tickets.one(tickets.{statement}.where(Ticket.id == ticket_id))
if ticket is None:
    raise HTTPException(404)
"""


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [("readable(current_user)", Verdict.SCOPED), ("anybodys(current_user, archived)", Verdict.UNSCOPED)],
)
def test_a_statement_refined_for_each_kind_of_caller_is_one_statement(statement: str, verdict: Verdict) -> None:
    body = FETCH.format(statement=statement) + "return await replies_of(session, ticket)"
    assert _verdicts(body, "Ticket") == {verdict}
    assert _verdicts(body, "Reply") == {verdict}
