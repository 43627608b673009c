"""Statements that one function builds and another one runs."""

from __future__ import annotations

from isolint.engine.scan import scan_texts

APP = """
from fastapi import APIRouter, Depends
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from app.auth import get_current_user

router = APIRouter()


class Base(DeclarativeBase): ...


class Organization(Base):
    __tablename__ = "organizations"
    id: Mapped[int] = mapped_column(primary_key=True)


class Ticket(Base):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))


def ticket_statement(ticket_id):
    return select(Ticket).where(Ticket.id == ticket_id)


def first(session, statement):
    return session.execute(statement).scalar_one()


@router.get("/tickets/{ticket_id}")
def handle(ticket_id: int, session, current_user=Depends(get_current_user)):
    return first(session, ticket_statement(ticket_id))
"""


def test_a_statement_is_told_in_the_function_that_builds_it() -> None:
    [evidence] = scan_texts({"app/main.py": APP}).evidence
    assert evidence.access.function == "ticket_statement"
    assert APP.splitlines()[evidence.access.place.span.line - 1].strip().startswith("return select(Ticket)")
