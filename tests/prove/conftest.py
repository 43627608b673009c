"""A small product with one schema per tenant, in which a handler's body is judged."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import indent

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Evidence
from isolint.model.report import Report

AUTH = """
from fastapi import Depends, Request


class Caller:
    org_slug: str


def get_current_user(request: Request) -> Caller: ...
"""
DB = """
from contextlib import contextmanager

from fastapi import Depends
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker

from app.auth import get_current_user

pool = make_pool()
engine = make_engine()
SessionLocal = sessionmaker()


def schema_of(slug):
    return f"org_{slug}"


async def run(slug, sql, params=()):
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute(f'SET LOCAL search_path TO "{schema_of(slug)}"')
        return await conn.fetch(sql, *params)


async def call_within(slug, work):
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("SELECT set_config('search_path', $1, true)", f"org_{slug}")
        return await work(conn)


@contextmanager
def block(slug):
    with SessionLocal() as session:
        session.execute(text(f"SET LOCAL search_path TO org_{slug}"))
        yield session


class Gate:
    def __init__(self, slug):
        self.schema = f"org_{slug}"

    def query(self, sql):
        with SessionLocal() as session:
            session.execute(text(f"SET LOCAL search_path TO {self.schema}"))
            return session.execute(text(sql)).all()


def engine_for(slug):
    return engine.execution_options(schema_translate_map={None: f"org_{slug}"})


def tenant_db(caller=Depends(get_current_user)):
    with SessionLocal() as session:
        session.execute(text(f"SET LOCAL search_path TO org_{caller.org_slug}"))
        yield session
"""
DDL = """
CREATE SCHEMA "org_${slug}";
CREATE TABLE "org_${slug}".campaign (id text PRIMARY KEY, name text);
CREATE TABLE public.plan (id text PRIMARY KEY);
"""
HANDLER = """
from fastapi import APIRouter, Depends
from sqlalchemy import text

from app.auth import Caller, get_current_user
from app.db import *

router = APIRouter()


@router.get("/orgs/{{slug}}/campaigns")
async def handle(slug: str, what: str, caller: Caller = Depends(get_current_user), db=Depends(tenant_db)):
{body}
"""

Scan = Callable[[str], Report]


@pytest.fixture
def product() -> Scan:
    """Scans the product with this body for its handler."""

    def scan(body: str) -> Report:
        handler = HANDLER.format(body=indent(body.strip(), "    "))
        return scan_texts({"app/auth.py": AUTH, "app/db.py": DB, "app/h.py": handler, "db/tenant.sql": DDL})

    return scan


@pytest.fixture
def reasons(product: Scan) -> Callable[[str], list[str]]:
    """The reasons of all evidence that the body gives, wherever it stands, with what each speaks of."""

    def judge(body: str) -> list[str]:
        report = product(body)
        assert report.problems == ()
        return [_told(evidence) for evidence in report.evidence]

    return judge


def _told(evidence: Evidence) -> str:
    return f"{evidence.reason.value}: {evidence.subject}"
