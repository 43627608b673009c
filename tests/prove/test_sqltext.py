"""SQL text in pieces: which tables it can name, and who names them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.model.report import Report

Judge = Callable[[str], list[str]]


@pytest.mark.parametrize(
    "choice",
    [
        "table = 'campaign' if what else 'campaign c'",
        "table = {'a': 'campaign', 'b': 'campaign AS c'}[what]",
        "table, order = {'a': ('campaign', 'id'), 'b': ('campaign', 'name')}[what]",
        "table = {'a': 'campaign'}.get(what, 'campaign')",
        "if what not in ('campaign', 'plan'):\n    raise ValueError\ntable = what",
    ],
)
def test_a_name_out_of_a_constant_list_is_no_inserted_name(reasons: Judge, choice: str) -> None:
    found = reasons(f"{choice}\nreturn await run(caller.org_slug, f'SELECT * FROM {{table}}')")
    assert found == ["executor: caller.org_slug"]


def test_a_name_that_the_request_gives_is_reported_even_inside_the_executor(product: Callable[[str], Report]) -> None:
    report = product("return await run(caller.org_slug, f'SELECT * FROM {what}')")
    assert [(e.reason.value, e.access.table) for e in report.evidence] == [("interpolated-identifier", "{what}")]


def test_quoted_identifiers_are_taken_apart(reasons: Judge) -> None:
    body = (
        "from psycopg import sql\n"
        "table = sql.Identifier(f'org_{slug}', 'campaign')\n"
        "with pool.connection() as conn:\n"
        "    return conn.execute(sql.SQL('SELECT * FROM {}').format(table)).fetchall()"
    )
    assert reasons(body) == ["interpolated-identifier: slug"]


def test_an_empty_list_of_conditions_is_no_statement_that_cannot_be_read(product: Callable[[str], Report]) -> None:
    report = product(
        "parts = []\n"
        "if what:\n    parts.append('name = $1')\n"
        "q = 'SELECT * FROM campaign'\n"
        "if parts:\n    q += ' WHERE ' + ' AND '.join(parts)\n"
        "return await run(caller.org_slug, q, [what])"
    )
    assert report.problems == ()
    assert {e.reason.value for e in report.evidence} == {"executor"}


def test_static_text_that_does_not_parse_is_named(product: Callable[[str], Report]) -> None:
    report = product("return await run(caller.org_slug, 'SELECT * FROM campaign WHERE ORDER BY')")
    assert [problem.kind for problem in report.problems] == ["statement"]


def test_sql_that_a_handler_is_given_is_counted_as_unknown(reasons: Callable[[str], list[str]]) -> None:
    assert reasons("db.execute(text(f'{what} {slug}'))") == ["dynamic-sql: the SQL text"]
