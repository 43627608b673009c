"""What runs in front of all handlers of a router: dependencies of routers, of where they are included, of the app."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase): ...


class Organization(Base):
    __tablename__ = "organizations"
    id: Mapped[int] = mapped_column(primary_key=True)


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    is_admin: Mapped[bool]
{user}

class UserSession(Base):
    __tablename__ = "user_sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User] = relationship("User")


class Ticket(Base):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
"""
GUARDS = """
from fastapi import Depends, HTTPException, Request
from sqlalchemy import select

from app.models import UserSession


def get_db(request: Request):
    return request.app.sessions()


async def get_admin(request: Request, db=Depends(get_db)):
    found = (await db.execute(select(UserSession).where(UserSession.token == request.cookies["s"]))).scalar_one()
    if not found.user.is_admin:
        raise HTTPException(status_code=403)
    return found
"""
TICKETS = """
from fastapi import APIRouter, Depends
from sqlalchemy import select

from app.guards import get_db
from app.models import Ticket

router = APIRouter()


@router.get("/tickets/{ticket_id}")
async def show(ticket_id: int, db=Depends(get_db)):
    return (await db.execute(select(Ticket).where(Ticket.id == ticket_id))).scalar_one()
"""
IMPORTS = """
from fastapi import APIRouter, Depends, FastAPI
from app.guards import get_admin
from app.tickets import router as tickets
"""
NESTED = """
outer = APIRouter(dependencies=[Depends(get_admin)])
outer.include_router(tickets)
app = FastAPI()
app.include_router(outer)
"""
FACTORY = """
def make():
    api = FastAPI(dependencies=[Depends(get_admin)])
    api.include_router(tickets, prefix="/x")
    return api
"""
TWICE = """
app = FastAPI()
app.include_router(tickets, prefix="/operators", dependencies=[Depends(get_admin)])
app.include_router(tickets, prefix="/open")
"""


def reason_of(main: str, user: str = "") -> str:
    """The reason of the one access to a ticket in an application that is put together so."""
    files = {"models": MODELS.format(user=user), "guards": GUARDS, "tickets": TICKETS, "main": IMPORTS + main}
    report = scan_texts({f"app/{name}.py": text for name, text in files.items()})
    return next(e.reason.value for e in report.evidence if e.access.table == "Ticket")


@pytest.mark.parametrize(
    "main",
    [
        "app = FastAPI(dependencies=[Depends(get_admin)])\napp.include_router(tickets)\n",
        "app = FastAPI()\napp.include_router(tickets, dependencies=[Depends(get_admin)])\n",
        NESTED,
        FACTORY,
    ],
    ids=["application", "include", "nested", "factory"],
)
def test_what_an_application_or_an_outer_router_asks_for_holds_in_the_handler(main: str) -> None:
    assert reason_of(main) == "operator-only"


def test_a_router_that_is_also_included_without_the_guard_has_none() -> None:
    assert reason_of(TWICE) != "operator-only"


def test_the_admins_of_one_tenants_people_are_no_operators() -> None:
    own = '    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))\n'
    assert reason_of(NESTED, user=own) != "operator-only"
