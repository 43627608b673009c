"""A check that comes too late is moved to where it prevents something."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from isolint.fixes import Fixed
from isolint.model.remedy import Change

Project = Callable[..., tuple[Fixed, dict[str, str]]]
HEAD = """
from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from studio.auth import Caller, get_current_user
from studio.db import get_session
from studio.models import Lesson, Log

router = APIRouter()


@router.post("/lessons/{lesson_id}/close")
async def close(
    lesson_id: int, caller: Caller = Depends(get_current_user), session: Session = Depends(get_session)
):
"""
FILES = {
    "isolint.yaml": "tenancy:\n  strategy: row\n  roots: [Studio]\n  keys: [studio_id]\n",
    "studio/auth.py": """
from fastapi import Request


class Caller:
    studio_id: int


async def get_current_user(request: Request) -> Caller: ...


async def ensure(session, caller, lesson_id): ...
""",
    "studio/db.py": "def get_session(): ...\n",
    "studio/models.py": """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Studio(Base):
    __tablename__ = "studios"
    id: Mapped[int] = mapped_column(primary_key=True)


class Lesson(Base):
    __tablename__ = "lessons"
    id: Mapped[int] = mapped_column(primary_key=True)
    studio_id: Mapped[int] = mapped_column(ForeignKey("studios.id"))
    is_open: Mapped[bool]


class Log(Base):
    __tablename__ = "logs"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
""",
}
FETCH = "    lesson = session.scalar(select(Lesson).where(Lesson.id == lesson_id))\n"
CLOSE = "    session.execute(update(Lesson).where(Lesson.id == lesson.id).values(is_open=False))\n"
CHECK = "    if lesson.studio_id != caller.studio_id:  # not theirs\n        raise HTTPException(404)\n"


def python(*body: str) -> Mapping[str, str]:
    return {**FILES, "studio/api.py": HEAD + "".join(body)}


def changes(found: Fixed) -> set[Change]:
    return {item.remedy.change for item in found.fixed if item.remedy}


def test_a_check_is_moved_above_the_change(project: Project) -> None:
    found, files = project(python(FETCH, "    # no more bookings\n", CLOSE, CHECK, "    return {}\n"))
    assert changes(found) == {Change.REORDER}
    assert files["studio/api.py"] == HEAD + FETCH + CHECK + "    # no more bookings\n" + CLOSE + "    return {}\n"


def test_what_the_check_needs_is_moved_with_it(project: Project) -> None:
    need, log = "    own = caller.studio_id\n", '    session.add(Log(text="closed"))\n'
    check = CHECK.replace("caller.studio_id", "own")
    found, files = project(python(FETCH, CLOSE, log, need, check))
    assert changes(found) == {Change.REORDER}
    assert files["studio/api.py"] == HEAD + FETCH + need + check + CLOSE + log


@pytest.mark.parametrize(
    "between",
    [
        "    lesson = session.scalar(select(Lesson).where(Lesson.id == lesson_id))\n",
        "    session.refresh(lesson)\n",
        "    lesson.studio_id = 7\n",
        "    caller = None\n",
    ],
    ids=["assigned", "given away", "changed", "another caller"],
)
def test_a_check_of_what_changes_on_the_way_stays(project: Project, between: str) -> None:
    found, files = project(python(FETCH, CLOSE, between, CHECK), unsafe=True)
    assert Change.REORDER not in changes(found)
    assert CLOSE + between + CHECK in files["studio/api.py"]


def test_a_check_that_calls_something_is_not_safe(project: Project) -> None:
    check = CHECK.replace("lesson.studio_id != caller.studio_id", "str(lesson.studio_id) != str(caller.studio_id)")
    files = python(FETCH, CLOSE, check)
    found, _ = project(files)
    assert not found.fixed
    assert Change.REORDER in {item.remedy.change for item in found.unsafe if item.remedy}
    found, after = project(files, unsafe=True)
    assert after["studio/api.py"] == HEAD + FETCH + check + CLOSE
