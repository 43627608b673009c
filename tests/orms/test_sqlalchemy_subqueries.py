"""SQLAlchemy's queries inside queries: those that any tenant's row answers, and their twins of the caller's rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase): ...


class Organization(Base):
    __tablename__ = "organizations"
    id: Mapped[int] = mapped_column(primary_key=True)


class Project(Base):
    __tablename__ = "projects"
    id: Mapped[int] = mapped_column(primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))


class Task(Base):
    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))


SessionLocal = sessionmaker()
"""
IMPORTS = """
from sqlalchemy import exists, select, text

from app.models import Project, SessionLocal, Task

db = SessionLocal()
"""
OWN = "Project.org_id == user.org_id"
CALLS = {
    "in a query": (
        "return db.scalars(select(Task).where(Task.project_id.in_({}))).all()",
        "select(Project.id)",
        f"select(Project.id).where({OWN})",
    ),
    "in what the request names": (
        "return db.scalars(select(Task).where(Task.project_id.in_({}))).all()",
        "select(Project.id).where(Project.id == item_id)",
        f"select(Project.id).where(Project.id == item_id, {OWN})",
    ),
    "common table expression": (
        "c = {}.cte()\nreturn db.scalars(select(Task).where(Task.project_id.in_(select(c.c.id)))).all()",
        "select(Project.id)",
        f"select(Project.id).where({OWN})",
    ),
    "subquery": (
        "s = {}.subquery()\nreturn db.query(Task).filter(Task.project_id.in_(s)).all()",
        "db.query(Project.id)",
        f"db.query(Project.id).filter({OWN})",
    ),
    "exists that goes with the row": (
        "return db.scalars(select(Task).where(exists().where({}))).all()",
        "Project.id == Task.project_id",
        f"Project.id == Task.project_id, {OWN}",
    ),
    "table of a model": (
        "return db.execute(select(Project.__table__).where({})).all()",
        "Project.__table__.c.id == item_id",
        "Project.__table__.c.org_id == user.org_id",
    ),
    "statement by name": (
        "return db.execute(statement=text('select * from projects where {}).all()",
        "id = :v'), params={'v': item_id}",
        "org_id = :v'), params={'v': user.org_id}",
    ),
}
PAIRS = {name: (around.format(bad), around.format(good)) for name, (around, bad, good) in CALLS.items()}


@pytest.fixture(scope="module")
def judged(judge: Callable[..., Mapping[str, tuple[str, str]]]) -> Mapping[str, tuple[str, str]]:
    return judge({"app/models.py": MODELS}, IMPORTS, PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_query_is_confined_by_the_queries_inside_it(judged: Mapping[str, tuple[str, str]], name: str) -> None:
    assert judged[name] == ("reported", "silent")
