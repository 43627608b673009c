"""SQLModel: models that are schemas too, and sessions with `exec`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

MODELS = """
from sqlmodel import SQLModel, Field, Relationship, create_engine, Session
class Organization(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
class ProjectBase(SQLModel):
    name: str
class Project(ProjectBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    org_id: int = Field(foreign_key="organization.id")
    tasks: list["Task"] = Relationship(back_populates="project")
class ProjectCreate(ProjectBase):
    org_id: int
class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    project: Project = Relationship(back_populates="tasks")
engine = create_engine("sqlite://")
def get_session():
    with Session(engine) as s:
        yield s
"""
IMPORTS = """
from app.models import *
from sqlmodel import Session, col, select
from sqlmodel.ext.asyncio.session import AsyncSession
"""
PAIRS = {
    "get": (
        "with Session(engine) as s:\n    return s.get(Project, item_id)",
        "with Session(engine) as s:\n"
        "    p = s.get(Project, item_id)\n"
        "    if not p or p.org_id != user.org_id:\n"
        "        raise HTTPException(404)\n"
        "    return p",
    ),
    "exec": (
        "with Session(engine) as s:\n    return s.exec(select(Project).where(Project.id == item_id)).first()",
        "with Session(engine) as s:\n"
        "    return s.exec(select(Project).where(Project.id == item_id, Project.org_id == user.org_id)).first()",
    ),
    "col": (
        "with Session(engine) as s:\n    return s.exec(select(Project).where(col(Project.id) == item_id)).first()",
        "with Session(engine) as s:\n"
        "    return s.exec(select(Project).where(col(Project.org_id) == user.org_id)).first()",
    ),
    "all": (
        "with Session(engine) as s:\n    return s.exec(select(Project)).all()",
        "with Session(engine) as s:\n    return s.exec(select(Project).where(Project.org_id == user.org_id)).all()",
    ),
    "join": (
        "with Session(engine) as s:\n    return s.exec(select(Task).join(Project)).all()",
        "with Session(engine) as s:\n"
        "    return s.exec(select(Task).join(Project).where(Project.org_id == user.org_id)).all()",
    ),
    "validate": (
        "with Session(engine) as s:\n    s.add(Project.model_validate(data))\n    s.commit()",
        "with Session(engine) as s:\n"
        "    s.add(Project.model_validate(data, update={'org_id': user.org_id}))\n"
        "    s.commit()",
    ),
    "delete": (
        "with Session(engine) as s:\n    s.delete(s.get(Project, item_id))",
        "with Session(engine) as s:\n"
        "    s.delete(s.exec(select(Project).where(Project.id==item_id, Project.org_id==user.org_id)).one())",
    ),
    "add": (
        "with Session(engine) as s:\n    s.add(Project(name='x', org_id=data['org_id']))",
        "with Session(engine) as s:\n    s.add(Project(name='x', org_id=user.org_id))",
    ),
    "async": (
        "async with AsyncSession(engine) as s:\n    return (await s.exec(select(Project))).all()",
        "async with AsyncSession(engine) as s:\n"
        "    return (await s.exec(select(Project).where(Project.org_id==user.org_id))).all()",
    ),
}


@pytest.fixture(scope="module")
def judged(judge: Callable[..., Mapping[str, tuple[str, str]]]) -> Mapping[str, tuple[str, str]]:
    return judge({"app/models.py": MODELS}, IMPORTS, PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_an_unscoped_call_is_reported_and_its_scoped_twin_is_not(
    judged: Mapping[str, tuple[str, str]], name: str
) -> None:
    assert judged[name] == ("reported", "silent")
