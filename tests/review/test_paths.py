"""Search paths that functions of Python and TypeScript leave behind."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

MAKES = 'await client.query(`CREATE SCHEMA "${schema}"`)'
SETS = 'await client.query(`SET search_path TO "${schema}"`)'
TABLE = "await client.query('CREATE TABLE campaign (id bigint)')"


def leaks(*statements: str, path: str = "src/provision.ts", head: str = "") -> list[tuple[str, int]]:
    body = "\n".join((MAKES, *statements))
    text = f"{head}export async function provision(client, schema) {{\n{body}\n}}\n"
    found = [(f.rule, f.place.span.line) for f in scan_texts({path: text}).findings]
    return [one for one in found if one[0] in ("ISO701", "ISO204")]


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ((SETS, TABLE), [("ISO204", 3)]),
        ((SETS, TABLE, "await client.query('RESET search_path')"), [("ISO701", 3)]),
        ((SETS, "await client.query('SET search_path TO public')"), []),
        ((SETS, "try {", TABLE, "} finally {", "await client.query('RESET search_path')", "}"), []),
        (("await client.query('BEGIN')", SETS, TABLE, "await client.query('RESET search_path')"), []),
        ((SETS, TABLE, "await client.query('RESET search_path')", "await client.end()"), []),
        (('await client.query(`SET LOCAL search_path TO "${schema}"`)', TABLE), []),
        (("await client.query('SET search_path TO public')", TABLE), []),
        (("const sql = `SET search_path TO ${schema}`", "console.log(sql)"), []),
    ],
)
def test_a_path_that_outlives_the_function(statements: tuple[str, ...], found: list[tuple[str, int]]) -> None:
    assert leaks(*statements) == found


def test_a_scripts_session_ends_with_it() -> None:
    assert leaks(SETS, TABLE, path="scripts/provision.ts") == []


@pytest.mark.parametrize(
    ("naming", "found"),
    [
        ("`org_${orgSlug}`", [2]),
        ("`org_${orgSlug.slice(0, 40)}`", []),
        ("`org_${orgId}`", []),
    ],
)
def test_names_that_may_be_cut_off(naming: str, found: list[int]) -> None:
    parameter = "orgId" if "orgId" in naming else "orgSlug"
    text = (
        f"export function nameOf({parameter}) {{\nreturn {naming}\n}}\n"
        f"export async function querySchema(pool, {parameter}, sql) {{\n"
        f"await pool.query(`SELECT set_config('search_path', $1, true)`, [nameOf({parameter})])\n"
        "return pool.query(sql)\n}\n"
    )
    made = "DO $$ BEGIN EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', name); END $$;\n"
    config = "tenancy: {strategy: schema, schema_pattern: 'org_{slug}', executors: [{name: querySchema, tenant: 1}]}"
    report = scan_texts({"src/db.ts": text, "make.sql": made}, config)
    assert [f.place.span.line for f in report.findings if f.rule == "ISO703"] == found
