"""Accesses led through the tenant's executor, in the form in which the project uses it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.fixes import Fixed
from isolint.model.remedy import Form

Project = Callable[..., tuple[Fixed, dict[str, str]]]
PYTHON = {
    "isolint.yaml": "tenancy:\n  strategy: schema\n  tables: {owned: [Show, shows]}\n",
    "ads/auth.py": """
from fastapi import Request


class Caller:
    org_slug: str


async def get_current_user(request: Request) -> Caller: ...
""",
    "ads/db.py": """
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SessionLocal = async_sessionmaker()


class Base(DeclarativeBase):
    pass


class Show(Base):
    __tablename__ = "shows"
    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]


async def get_db():
    async with SessionLocal() as session:
        yield session


async def run(slug, sql, params=None):
    async with SessionLocal() as session:
        await session.execute(text(f'SET LOCAL search_path TO "org_{slug}"'))
        return (await session.execute(text(sql), params)).all()


@asynccontextmanager
async def within(slug):
    async with SessionLocal() as session:
        await session.execute(text(f'SET LOCAL search_path TO "org_{slug}"'))
        yield session
""",
}
HEAD = """
from fastapi import APIRouter, Depends
from sqlalchemy import select, text, update

from ads.auth import Caller, get_current_user
from ads.db import Show, get_db, {names}

router = APIRouter()
"""
TITLES = """

@router.get("/shows")
async def titles(caller: Caller = Depends(get_current_user)):
    return await run(caller.org_slug, "SELECT title FROM shows WHERE id <> :id", {"id": "x"})
"""
BLOCK = """

@router.get("/shows/{show_id}")
async def show(show_id: str, caller: Caller = Depends(get_current_user)):
    async with within(caller.org_slug) as session:
        await session.execute(update(Show).where(Show.id == show_id).values(title="x"))
"""
CLOSE = '''

@router.post("/shows/{show_id}/close")
async def close(show_id: str, caller: Caller = Depends(get_current_user), db=Depends(get_db)):
    await db.execute(  # the whole series
        text("""
            UPDATE shows SET title = 'closed'
            WHERE id = :id
        """),
        {"id": show_id},
    )
    await db.commit()
'''


def python(body: str, names: str) -> dict[str, str]:
    return {**PYTHON, "ads/shows.py": HEAD.format(names=names) + body}


def forms(found: Fixed) -> list[Form]:
    return [item.remedy.route.form for item in found.fixed if item.remedy and item.remedy.route]


def test_a_statement_goes_to_the_executor_that_takes_text(project: Project) -> None:
    found, files = project(python(TITLES + CLOSE, "run"), unsafe=True)
    assert forms(found) == [Form.TEXT]
    assert '''    await run(  # the whole series
        caller.org_slug,
        """
            UPDATE shows SET title = 'closed'
            WHERE id = :id
        """,
        {"id": show_id},
    )
    await db.commit()
''' in files["ads/shows.py"]


def test_it_is_not_safe(project: Project) -> None:
    found, _ = project(python(TITLES + CLOSE, "run"))
    assert not found.fixed
    assert [item.rule for item in found.unsafe] == ["ISO201"]


def test_a_block_is_opened_around_a_statement_and_texts_stay(project: Project) -> None:
    found, files = project(python(BLOCK + CLOSE, "within"), unsafe=True)
    assert forms(found) == [Form.BLOCK]
    assert '''    async with within(caller.org_slug) as session:
        await session.execute(  # the whole series
            text("""
            UPDATE shows SET title = 'closed'
            WHERE id = :id
        """),
            {"id": show_id},
        )
    await db.commit()
''' in files["ads/shows.py"]


def test_the_client_of_the_block_around_it_is_used(project: Project) -> None:
    inside = CLOSE.replace(
        "    await db.execute(", "    async with within(caller.org_slug) as own:\n        await db.execute("
    )
    inside = inside[: inside.index("    await db.commit()")]
    found, files = project(python(BLOCK + inside, "within"), unsafe=True)
    assert [item.rule for item in found.fixed] == ["ISO402"]
    assert forms(found) == [Form.CLIENT]
    assert "        await own.execute(  # the whole series\n" in files["ads/shows.py"]


def test_the_executor_is_imported(project: Project) -> None:
    head = HEAD.format(names="run")
    files = python(CLOSE, "SessionLocal")
    found, after = project({**files, "ads/titles.py": head + TITLES}, unsafe=True)
    assert forms(found) == [Form.TEXT]
    assert "from ads.db import Show, get_db, SessionLocal, run\n" in after["ads/shows.py"]


def test_a_constant_tenant_is_replaced_by_that_of_the_caller(project: Project) -> None:
    constant = """

@router.get("/demo")
async def demo(caller: Caller = Depends(get_current_user)):
    return await run("acme", "SELECT title FROM shows")
"""
    found, files = project(python(TITLES + constant, "run"), unsafe=True)
    assert [item.rule for item in found.fixed] == ["ISO403"]
    assert 'return await run(caller.org_slug, "SELECT title FROM shows")' in files["ads/shows.py"]


def test_a_result_that_is_used_is_not_exchanged(project: Project) -> None:
    used = CLOSE.replace("    await db.execute(", "    result = await db.execute(") + "    return result.rowcount\n"
    found, after = project(python(TITLES + used, "run"), unsafe=True)
    assert not found.fixed
    assert "result = await db.execute(" in after["ads/shows.py"]


def test_without_a_tenant_in_scope_nothing_is_offered(project: Project) -> None:
    anonymous = CLOSE.replace("caller: Caller = Depends(get_current_user), ", "")
    found, _ = project(python(TITLES + anonymous, "run"), unsafe=True)
    assert not found.fixed


TYPESCRIPT = {
    "isolint.yaml": "tenancy:\n  strategy: schema\n  tables: {owned: [Show]}\n",
    "tsconfig.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["./src/*"]}}}',
    "prisma/schema.prisma": "model Show {\n  id String @id\n  title String\n}\n",
    "src/lib/auth.ts": """
import { cookies } from 'next/headers'

export async function getSession(): Promise<{ orgSlug: string } | null> {
  return readSession(await cookies())
}
""",
    "src/lib/prisma.ts": """
import { PrismaClient } from '@prisma/client'
import { Pool } from 'pg'

export const prisma = new PrismaClient()

export async function querySchema<T>(slug: string, sql: string, params: unknown[] = []): Promise<T[]> {
  const pool = new Pool({ options: `-c search_path=org_${slug}` })
  return (await pool.query(sql, params)).rows
}

export async function withClient<T>(slug: string, work: (client: PrismaClient) => Promise<T>): Promise<T> {
  const client = new PrismaClient({ datasources: { db: { url: `${process.env.URL}?schema=org_${slug}` } } })
  return work(client)
}
""",
    "src/app/api/titles/route.ts": """
import { getSession } from '@/lib/auth'
import { querySchema, withClient } from '@/lib/prisma'

export async function GET() {
  const session = await getSession()
  if (!session) return new Response(null, { status: 401 })
  return Response.json(await querySchema(session.orgSlug, 'SELECT "title" FROM "Show" WHERE "id" <> $1', ['x']))
}

export async function POST() {
  const session = await getSession()
  if (!session) return new Response(null, { status: 401 })
  return Response.json(await withClient(session.orgSlug, (client) => client.show.findMany()))
}
""",
}
ROUTE = """
import {{ getSession }} from '@/lib/auth';
import {{ prisma }} from '@/lib/prisma';

export async function GET(_request: Request, {{ params }}: {{ params: {{ id: string }} }}) {{
  const session = await getSession();
  if (!session) return new Response(null, {{ status: 401 }});
  const rows = {query};
  return Response.json(rows); // as they are
}}
"""


@pytest.mark.parametrize(
    ("query", "form", "fixed"),
    [
        (
            "await prisma.show.findMany({ where: { id: params.id } })",
            Form.FUNCTION,
            "await withClient(session.orgSlug, (prisma) => prisma.show.findMany({ where: { id: params.id } }))",
        ),
        (
            'await prisma.$queryRaw`SELECT * FROM "Show" WHERE "id" = ${params.id}`',
            Form.TEXT,
            'await querySchema(session.orgSlug, `SELECT * FROM "Show" WHERE "id" = $1`, [params.id])',
        ),
        (
            """await prisma.$queryRawUnsafe('SELECT * FROM "Show" WHERE "id" = $1 OR "title" = $2', params.id, 'a')""",
            Form.TEXT,
            "await querySchema(session.orgSlug, "
            """'SELECT * FROM "Show" WHERE "id" = $1 OR "title" = $2', [params.id, 'a'])""",
        ),
    ],
    ids=["calls", "tagged text", "text with values"],
)
def test_typescript(project: Project, query: str, form: Form, fixed: str) -> None:
    found, files = project({**TYPESCRIPT, "src/app/api/shows/route.ts": ROUTE.format(query=query)}, unsafe=True)
    assert forms(found) == [form]
    assert f"const rows = {fixed};\n" in files["src/app/api/shows/route.ts"]
    assert "import { prisma, " in files["src/app/api/shows/route.ts"]


def test_a_part_of_a_tagged_text_is_no_value(project: Project) -> None:
    query = 'await prisma.$queryRaw`SELECT * FROM "Show" WHERE "id" = ${params.id} ${params.order}`'
    found, _ = project({**TYPESCRIPT, "src/app/api/shows/route.ts": ROUTE.format(query=query)}, unsafe=True)
    assert not found.fixed
