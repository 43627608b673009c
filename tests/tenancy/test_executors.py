"""Executors, read from the bodies of a project's functions."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.tenancy import Executor, Search

HELPERS = """
def schema_of(slug):
    return f"org_{slug}"


def enter(slug):
    return f'SET LOCAL search_path TO "{schema_of(slug)}"'


async def use(conn, slug):
    await conn.execute(enter(slug))
"""


def executors_of(code: str, config: str = "") -> tuple[Executor, ...]:
    """The executors of a project of one file."""
    return scan_texts({"app/db.py": HELPERS + code}, config).tenancy.executors


@pytest.mark.parametrize(
    "body",
    [
        "await conn.execute(f'SET LOCAL search_path TO org_{slug}')\n    return await conn.fetch(sql, *params)",
        "await conn.execute(text('SET LOCAL search_path TO org_' + slug))\n    return await conn.execute(text(sql))",
        "await c.execute(\"SELECT set_config('search_path', $1, true)\", f'org_{slug}')\n    return await c.fetch(sql)",
        "await conn.execute(enter(slug))\n    return await conn.fetch(sql)",
        "await use(conn, slug)\n    return await conn.fetch(sql)",
    ],
)
def test_a_function_that_sets_the_schema_and_runs_sql_is_one(body: str) -> None:
    found = executors_of(f"async def run(slug, sql, params=()):\n    {body}\n")
    assert found == (Executor("run", "slug", "sql", prefix="org_", search=Search.OWN),)


def test_a_function_that_calls_back_is_one() -> None:
    found = executors_of("async def call_in(slug, work):\n    await use(conn, slug)\n    return await work(conn)\n")
    assert found == (Executor("call_in", "slug", callback="work", prefix="org_", search=Search.OWN),)


@pytest.mark.parametrize(("given", "ambient"), [("yield session", False), ("yield", True)])
def test_a_block_is_one_and_tells_whether_it_hands_out_a_client(given: str, ambient: bool) -> None:
    code = f"@contextmanager\ndef block(slug):\n    session.execute(text(enter(slug)))\n    {given}\n"
    assert executors_of(code) == (Executor("block", "slug", prefix="org_", search=Search.OWN, ambient=ambient),)


@pytest.mark.parametrize(
    "code",
    [
        "async def run(slug, sql):\n    log.info(f'Setting search_path of {slug}')\n    return await conn.fetch(sql)\n",
        "async def run(sql):\n    await conn.execute('SET search_path TO app')\n    return await conn.fetch(sql)\n",
        "async def run(slug, sql):\n    return await conn.fetch(sql, slug)\n",
        "async def count(slug):\n    await conn.execute(enter(slug))\n    return await conn.fetchval('SELECT 1')\n",
    ],
)
def test_other_functions_are_none(code: str) -> None:
    assert executors_of(code) == ()


def test_the_configuration_names_one_and_the_body_says_the_rest() -> None:
    code = "async def run(slug, sql):\n    await use(conn, slug)\n    return await conn.fetch(sql)\n"
    assert executors_of(code, "tenancy: {executors: [run]}") == (
        Executor("run", "slug", "sql", prefix="org_", search=Search.OWN),
    )


def test_a_configured_block_that_the_project_does_not_define_needs_no_client_of_its_own() -> None:
    config = "tenancy: {executors: [{name: schema_context, tenant: 0}]}"
    assert executors_of("", config) == (Executor("schema_context", "0", ambient=True),)


@pytest.mark.parametrize(
    "setting",
    [
        "await c.execute(f'SET LOCAL search_path TO org_{slug}, public')",
        "await c.execute(\"SELECT set_config('search_path', $1, true)\", f'org_{slug},public')",
        "await c.execute('SET LOCAL search_path TO \"org_' + slug + '\", \"public\"')",
    ],
)
def test_a_search_path_that_goes_on_to_the_shared_schema_is_told(setting: str) -> None:
    (found,) = executors_of(f"async def run(c, slug, sql):\n    {setting}\n    return await c.fetch(sql)\n")
    assert found.search is Search.SHARED
