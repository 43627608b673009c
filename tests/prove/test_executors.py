"""What runs through an executor, beside it, and against it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Judge = Callable[[str], list[str]]
SELECT = "'SELECT * FROM campaign'"


@pytest.mark.parametrize(
    "body",
    [
        f"return await run(caller.org_slug, {SELECT})",
        f"return await run(slug=caller.org_slug, sql={SELECT})",
        f"q = {SELECT}\nif what:\n    q += ' WHERE id = $1'\nreturn await run(caller.org_slug, q, [what])",
        f"async def work(c):\n    return await c.fetch({SELECT})\nreturn await call_within(caller.org_slug, work)",
        f"return await call_within(caller.org_slug, lambda conn: conn.fetch({SELECT}))",
        f"with block(caller.org_slug) as s:\n    return s.execute(text({SELECT})).all()",
        f"return Gate(caller.org_slug).query({SELECT})",
        f"with engine_for(caller.org_slug).connect() as c:\n    return c.execute(text({SELECT})).all()",
    ],
)
def test_the_callers_own_tenant_is_confined(reasons: Judge, body: str) -> None:
    assert [reason.partition(":")[0] for reason in reasons(body)] in (["executor"], ["bound-session"])


@pytest.mark.parametrize(
    "body",
    [
        f"return await run(slug, {SELECT})",
        f"return await run(sql={SELECT}, slug=slug)",
        f"with block(slug) as s:\n    return s.execute(text({SELECT})).all()",
        f"return await call_within(slug, lambda conn: conn.fetch({SELECT}))",
    ],
)
def test_a_tenant_that_the_request_names_is_reported(reasons: Judge, body: str) -> None:
    assert reasons(body) == ["tenant-from-request: slug"]


def test_a_tenant_of_the_request_that_was_compared_with_the_callers_is_confined(reasons: Judge) -> None:
    body = f"if slug != caller.org_slug:\n    raise ValueError\nreturn await run(slug, {SELECT})"
    assert reasons(body) == ["dominating-guard: slug"]


@pytest.mark.parametrize(
    ("tenant", "reason"),
    [
        ("'acme'", "constant-tenant: 'acme'"),
        ("caller.org_slug or 'acme'", "constant-tenant: caller.org_slug or 'acme'"),
        ("'public'", "executor-misuse: 'public'"),
        ("f'org_{caller.org_slug}'", "executor-misuse: org_{caller.org_slug}"),
        ("schema_of(caller.org_slug)", "executor-misuse: org_{caller.org_slug}"),
    ],
)
def test_an_argument_that_defeats_the_executor_is_reported(reasons: Judge, tenant: str, reason: str) -> None:
    assert reasons(f"return await run({tenant}, {SELECT})") == [reason]


def test_a_function_where_sql_text_is_taken_is_one_finding_at_the_call(reasons: Judge) -> None:
    body = f"return await run(caller.org_slug, lambda conn: conn.fetch({SELECT}))"
    assert reasons(body) == ["executor-misuse: a function"]


def test_the_shared_schema_over_a_tenants_table_is_a_misuse(reasons: Judge) -> None:
    body = "return await run(caller.org_slug, 'SELECT * FROM public.campaign')"
    assert reasons(body) == ["executor-misuse: public.campaign"]


@pytest.mark.parametrize(
    ("body", "client"),
    [
        (
            f"with block(caller.org_slug) as s:\n    return SessionLocal().execute(text({SELECT})).all()",
            "SessionLocal()",
        ),
        (f"return await call_within(caller.org_slug, lambda conn: pool.fetch({SELECT}))", "pool"),
    ],
)
def test_another_client_inside_the_executors_block_bypasses_it(reasons: Judge, body: str, client: str) -> None:
    assert reasons(body) == [f"executor-bypass: {client}"]


def test_bodies_of_executors_are_not_judged(reasons: Judge) -> None:
    assert reasons("return None") == []
