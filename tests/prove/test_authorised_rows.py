"""Rows that were fetched within the tenant, and what is looked up by them further down."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Verdict

MODELS = """
from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


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
    source: Mapped[str]

    @declared_attr
    def ticket(cls) -> Mapped["Ticket"]:
        return relationship("Ticket")
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


async def replies_where(session, condition):
    return (await session.execute(select(Reply).where(condition))).scalars().all()


def can_read(ticket, user):
    return ticket.organization_id == user.organization_id
"""
HANDLER = """
from fastapi import APIRouter, Depends, HTTPException

from app.auth import get_current_user
from app.models import Reply, Ticket
from app.service import Tickets, can_read, replies_of, replies_where

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


BRANCH = """
ticket = None
if archived:
    ticket = await tickets.one(tickets.base().where(Ticket.id == ticket_id))
    if ticket is None or ticket.organization_id {sign} current_user.organization_id:
        raise HTTPException(404)
if ticket is None:
    return []
return await replies_of(session, ticket)
"""


@pytest.mark.parametrize(("sign", "verdict"), [("!=", Verdict.SCOPED), (">", Verdict.UNSCOPED)])
def test_what_was_checked_on_the_way_on_which_a_row_was_fetched_holds_of_it_where_ways_meet(
    sign: str, verdict: Verdict
) -> None:
    assert _verdicts(BRANCH.format(sign=sign), "Reply") == {verdict}


BEFORE = """
ticket = None
if archived:
    own = await tickets.one(tickets.readable(current_user).where(Ticket.id == {checked}))
    if own is None:
        raise HTTPException(404)
    ticket = await tickets.one(tickets.base().where(Ticket.id == ticket_id))
else:
    await log(archived)
    print("nothing")
return await replies_of(session, ticket)
"""


@pytest.mark.parametrize(("checked", "verdict"), [("ticket_id", Verdict.SCOPED), ("archived", Verdict.UNSCOPED)])
def test_a_row_is_fetched_by_an_id_that_was_authorised_on_that_way(checked: str, verdict: Verdict) -> None:
    assert _verdicts(BEFORE.format(checked=checked), "Reply") == {verdict}


SOMETIMES = """
ticket = await tickets.one(tickets.base().where(Ticket.id == ticket_id))
if {when} and ticket is not None:
    if ticket.organization_id != current_user.organization_id:
        raise HTTPException(404)
    print("checked")
await log(archived)
return await replies_of(session, ticket)
"""


@pytest.mark.parametrize(("when", "verdict"), [("True", Verdict.SCOPED), ("archived", Verdict.UNSCOPED)])
def test_a_check_on_one_of_the_ways_to_the_use_is_none(when: str, verdict: Verdict) -> None:
    assert _verdicts(SOMETIMES.format(when=when), "Reply") == {verdict}


DROPPED = """
ticket = await tickets.one(tickets.base().where(Ticket.id == ticket_id))
if ticket and ticket.organization_id {sign} current_user.organization_id:
    ticket = None
if not ticket:
    ticket = await tickets.one(tickets.readable(current_user).where(Ticket.id == ticket_id))
return await replies_of(session, ticket)
"""


@pytest.mark.parametrize(("sign", "verdict"), [("!=", Verdict.SCOPED), ("==", Verdict.UNSCOPED)])
def test_a_name_that_is_emptied_when_its_row_is_another_tenants_holds_the_callers(sign: str, verdict: Verdict) -> None:
    assert _verdicts(DROPPED.format(sign=sign), "Reply") == {verdict}


@pytest.mark.parametrize("statement", ["readable(current_user)", "base()"])
@pytest.mark.parametrize(
    "condition",
    [
        'Reply.details["ticket_id"].as_string() == str(ticket.id)',
        'Reply.source == f"ticket/{ticket.id}"',
        "Reply.ticket_id == ticket.id",
    ],
)
def test_a_scoped_rows_key_confines_wherever_it_is_stored(condition: str, statement: str) -> None:
    body = FETCH.format(statement=statement) + f"return await replies_where(session, {condition})"
    assert _verdicts(body, "Reply") == {Verdict.SCOPED if statement != "base()" else Verdict.UNSCOPED}


@pytest.mark.parametrize("statement", ["readable(current_user)", "base()"])
def test_declared_attributes_of_rows_are_no_methods(statement: str) -> None:
    body = f"""
ticket = await tickets.one(tickets.{statement}.where(Ticket.id == ticket_id))
first, *_ = await replies_of(session, ticket)
return await replies_where(session, Reply.ticket_id == first.ticket.id)
"""
    assert _verdicts(body, "Reply") == {Verdict.SCOPED if statement != "base()" else Verdict.UNSCOPED}


OPTIONAL = """
ticket = await tickets.one(tickets.base().where(Ticket.id == ticket_id))
if {who} and not can_read(ticket, current_user):
    raise HTTPException(404)
return await replies_of(session, ticket)
"""


@pytest.mark.parametrize(("who", "verdict"), [("current_user", Verdict.SCOPED), ("archived", Verdict.UNSCOPED)])
def test_a_check_that_only_a_missing_caller_escapes_stands(who: str, verdict: Verdict) -> None:
    assert _verdicts(OPTIONAL.format(who=who), "Reply") == {verdict}
