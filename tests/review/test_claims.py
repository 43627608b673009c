"""Success that is told: when it is about what may have failed, and when somebody has looked."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.report import Report
from isolint.review.words import claims

TABLE = 'await client.query(`CREATE TABLE "${schema}".campaign (id bigint)`)'


def script(handler: str, after: str, inside: str = "") -> Report:
    body = f"  try {{\n    {TABLE}\n    {inside}\n  }} catch (error) {{\n    {handler}\n  }}\n  {after}\n"
    head = "const errors = []\nexport async function provision(client, schema) {\n"
    return scan_texts({"provision.ts": f"{head}{body}}}\nexport function result() {{ return errors }}\n"})


def lines(report: Report, rule: str = "ISO709") -> list[int]:
    return [finding.place.span.line for finding in report.findings if finding.rule == rule]


@pytest.mark.parametrize(
    "after",
    [
        "console.log('fully provisioned')",
        "return { success: true, errors }",
        "return true",
        "if (verbose) { console.log('tenant is ready') }",
    ],
)
def test_success_behind_a_noted_error_is_reported(after: str) -> None:
    assert lines(script("errors.push(error)", after)) == [9]


@pytest.mark.parametrize(
    ("handler", "after"),
    [
        ("errors.push(error)", "if (errors.length) throw errors[0]\n  console.log('fully provisioned')"),
        ("errors.push(error)", "if (errors.length) { console.log(errors) } else { console.log('fully provisioned') }"),
        ("errors.push(error)", "await verifyTables(client, schema)\n  console.log('fully provisioned')"),
        ("errors.push(error)", "console.log(`fully provisioned but for ${errors}`)"),
        ("errors.push(error)", "console.log('completed in 2 s')\n  return { success: errors.length === 0 }"),
        ("errors.push(error)", "await client.query(other)\n  console.log('created the other table')"),
        ("if (error.code !== '42P07') throw error", "console.log('fully provisioned')"),
        ("throw error", "console.log('fully provisioned')"),
        ("return { success: false }", "return { success: true }"),
    ],
)
def test_success_that_somebody_has_looked_at_is_quiet(handler: str, after: str) -> None:
    assert lines(script(handler, after)) == []


def test_a_handler_that_answers_yes_is_reported_itself() -> None:
    assert lines(script("return { success: true }", "", "return { success: true }")) == [7]


def test_a_swallowed_error_is_one_finding_that_leads_to_what_is_told() -> None:
    report = script("console.error(error)", "console.log('fully provisioned')")
    assert (lines(report), lines(report, "ISO704")) == ([], [6])
    (finding,) = (finding for finding in report.findings if finding.rule == "ISO704")
    assert finding.trail[-1].message == 'success is told all the same: "fully provisioned"'


def test_a_handler_that_logs_on_request_swallows_too() -> None:
    assert lines(script("if (options.verbose) console.log(error)", ""), "ISO704") == [6]


def routine(body: str) -> Report:
    sql = f"CREATE FUNCTION f(slug text) RETURNS boolean LANGUAGE plpgsql AS $$\n{body}\n$$;\n"
    return scan_texts({"f.sql": sql})


NOTED = "failed boolean := false;\nBEGIN\nBEGIN\nEXECUTE format('CREATE SCHEMA %I', slug);\n"
CAUGHT = "EXCEPTION WHEN OTHERS THEN\nfailed := true;\nEND;\n"


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ("RAISE NOTICE 'provisioning complete';", [10]),
        ("RETURN true;", [10]),
        ("IF failed THEN RAISE EXCEPTION 'no'; END IF;\nRAISE NOTICE 'provisioning complete';", []),
        ("IF NOT failed THEN RAISE NOTICE 'provisioning complete'; END IF;", []),
        ("PERFORM count(*) FROM pg_tables WHERE schemaname = slug;\nRETURN true;", []),
        ("RETURN NOT failed;", []),
    ],
)
def test_a_routine_tells_success_behind_its_handler(after: str, found: list[int]) -> None:
    assert lines(routine(f"DECLARE\n{NOTED}{CAUGHT}{after}\nEND;")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\\connect ads\nCREATE TABLE t (id int);\nSELECT 'migration complete' AS status;\n", [3]),
        ("CREATE TABLE t (id int);\nSELECT 'migration complete' AS status;\n", []),
        ("\\connect ads\nSELECT 'ready';\nCREATE TABLE t (id int);\n", []),
        ("\\connect ads\nCREATE TABLE t (id int);\nSELECT count(*) FROM pg_tables;\n\\echo 'complete'\n", []),
    ],
)
def test_a_script_for_psql_goes_on_after_errors(text: str, found: list[int]) -> None:
    assert lines(scan_texts({"run.sql": text, "app.py": "print()\n"})) == found


@pytest.mark.parametrize(
    ("text", "whole", "all_of_it"),
    [
        ("Created table x", True, False),
        ("No changes needed - organization is fully provisioned", True, True),
        ("not provisioned", False, False),
        ("completed with errors", False, False),
        ("Successful:", False, False),
    ],
)
def test_words_for_success(text: str, whole: bool, all_of_it: bool) -> None:
    assert (claims(text), claims(text, whole=True)) == (whole, all_of_it)
