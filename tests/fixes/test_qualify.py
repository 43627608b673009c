"""Tables that a statement names with the wrong schema, or with none where the file names one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.fixes import Fixed
from isolint.model.remedy import Change

Project = Callable[..., tuple[Fixed, dict[str, str]]]
FILES = {
    "isolint.yaml": "tenancy:\n  strategy: schema\n  tables: {owned: [Show, Spot]}\n",
    "ads/auth.py": """
from fastapi import Request


class Caller:
    org_slug: str


async def get_current_user(request: Request) -> Caller: ...
""",
    "ads/db.py": """
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg:///ads")


def schema_of(slug):
    return f"org_{slug}"


async def run(slug, sql, params=None):
    async with engine.begin() as conn:
        await conn.execute(text(f'SET LOCAL search_path TO "org_{slug}"'))
        return (await conn.execute(text(sql), params)).all()
""",
}
HEAD = """
from fastapi import APIRouter, Depends
from sqlalchemy import text

from ads.auth import Caller, get_current_user
from ads.db import engine, run, schema_of

router = APIRouter()


@router.get("/titles")
async def titles(caller: Caller = Depends(get_current_user)):
    async with engine.connect() as conn:
        return (await conn.execute(text(f'SELECT title FROM "{schema_of(caller.org_slug)}"."Show"'))).all()


@router.get("/shows")
async def shows(caller: Caller = Depends(get_current_user)):
"""


def changes(found: Fixed) -> set[Change]:
    return {item.remedy.change for item in found.fixed if item.remedy}


def test_the_shared_schema_is_taken_out_of_what_the_executor_runs(project: Project) -> None:
    body = """    return await run(
        caller.org_slug,
        'SELECT s.id FROM public."Show" s JOIN "public"."Spot" p ON p.show = s.id JOIN public.plan ON true',
    )
"""
    files = {**FILES, "ads/api.py": HEAD + body}
    assert not project(files)[0].fixed
    found, after = project(files, unsafe=True)
    assert changes(found) == {Change.QUALIFY}
    changed = body.replace('public."Show"', '"Show"').replace('"public"."Spot"', '"Spot"')
    assert after["ads/api.py"] == HEAD + changed


def test_the_schema_is_put_in_as_the_file_does_it_elsewhere(project: Project) -> None:
    body = """    async with engine.connect() as conn:
        return (await conn.execute(text('SELECT id FROM "Show" WHERE title <> :no'), {"no": ""})).all()
"""
    found, after = project({**FILES, "ads/api.py": HEAD + body}, unsafe=True)
    assert changes(found) == {Change.QUALIFY}
    changed = body.replace("'SELECT id FROM ", """f'SELECT id FROM "{schema_of(caller.org_slug)}".""")
    assert after["ads/api.py"] == HEAD + changed


@pytest.mark.parametrize(
    "statement",
    ['"SELECT id FROM Show"', """'SELECT id FROM "Show" WHERE tags = \\'{}\\''"""],
    ids=["the marks of the text", "braces"],
)
def test_a_text_that_cannot_hold_it_stays(project: Project, statement: str) -> None:
    body = f"""    async with engine.connect() as conn:
        return (await conn.execute(text({statement}))).all()
"""
    found, after = project({**FILES, "ads/api.py": HEAD + body}, unsafe=True)
    assert not found.fixed
    assert after["ads/api.py"] == HEAD + body
