"""`isolint schema`: what it prints and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from isolint.errors import IsolintError

if TYPE_CHECKING:
    from conftest import Database

REFERENCE = (
    "CREATE TABLE invoice (id int PRIMARY KEY, type text NOT NULL DEFAULT 'in', n int);\nCREATE TABLE rate (id int);"
)
CANDIDATE = "\nCREATE TABLE invoice (id int PRIMARY KEY, n bigint, more int);"


@pytest.fixture
def run() -> Callable[..., Result]:
    """Run the command; the exit code is what it returns."""
    from isolint.cli.schema import command

    def invoked(*words: str) -> Result:
        return CliRunner().invoke(command, list(words), standalone_mode=False)

    return invoked


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reference.sql").write_text(REFERENCE, encoding="utf-8")
    (tmp_path / "candidate.sql").write_text(CANDIDATE, encoding="utf-8")
    return "reference.sql?offline", "candidate.sql?offline"


def document(result: Result) -> Any:
    return json.loads(result.stdout)


def test_text_counts_first_and_goes_table_by_table(run: Callable[..., Result], pair: tuple[str, str]) -> None:
    result = run("diff", *pair)
    assert result.return_value == 1
    lines = result.stdout.splitlines()
    assert lines[3] == "2 missing, 1 changed, 1 extra"
    assert "missing tables (1)" in lines
    at = lines.index("invoice")
    assert lines[at + 1 : at + 6] == [
        "  + extra column more  integer",
        "  ~ changed column n (type)",
        "      reference  integer",
        "      candidate  bigint",
        "  - missing column type  text NOT NULL DEFAULT 'in'",
    ]


def test_json_says_both_sides(run: Callable[..., Result], pair: tuple[str, str]) -> None:
    found = document(run("diff", *pair, "--format", "json"))
    assert found["summary"] == {"missing": 2, "changed": 1, "extra": 1, "busy": 0}
    changed = next(d for d in found["differences"] if d["change"] == "changed")
    assert changed == {
        "rule": "SCH202",
        "kind": "column",
        "change": "changed",
        "table": "invoice",
        "name": "n",
        "reference": "integer",
        "candidate": "bigint",
        "attributes": ["type"],
    }


def test_sarif_points_into_the_candidate(run: Callable[..., Result], pair: tuple[str, str]) -> None:
    found = document(run("diff", *pair, "--format", "sarif"))
    driver = found["runs"][0]["tool"]["driver"]
    assert {rule["id"] for rule in driver["rules"]} == {"SCH101", "SCH102", "SCH202", "SCH302"}
    result = next(r for r in found["runs"][0]["results"] if r["ruleId"] == "SCH202")
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "candidate.sql"
    assert physical["region"] == {"startLine": 2}
    assert driver["rules"][result["ruleIndex"]]["id"] == "SCH202"
    jsonschema.validate(result["partialFingerprints"], {"type": "object", "minProperties": 1})


def test_github_and_markdown_escape_what_they_show(run: Callable[..., Result], pair: tuple[str, str]) -> None:
    github = run("diff", *pair, "--format", "github").stdout
    assert "::error file=candidate.sql,line=2,title=SCH202::changed column invoice.n (type)" in github
    markdown = run("diff", *pair, "--format", "markdown").stdout
    assert "| changed | column invoice.n | `integer` | `bigint` |" in markdown


def test_the_same_is_0_and_kinds_can_be_left_out(run: Callable[..., Result], pair: tuple[str, str]) -> None:
    assert run("diff", pair[0], pair[0]).return_value == 0
    assert run("diff", *pair, "--ignore", "table,column").return_value == 0
    wrong = run("diff", *pair, "--ignore", "tables")
    assert "did you mean 'table'" in str(wrong.exception)


def test_what_cannot_be_read_is_an_error_and_not_a_difference(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("diff", str(tmp_path / "nothing.sql"), "postgresql://u:s3cret@127.0.0.1:1/x")
    assert isinstance(result.exception, IsolintError)
    assert "s3cret" not in str(result.exception)


def test_a_plan_is_written_to_a_file(run: Callable[..., Result], pair: tuple[str, str], tmp_path: Path) -> None:
    result = run("plan", *pair, "--output", str(tmp_path / "plan.sql"))
    assert result.return_value == 0
    made = (tmp_path / "plan.sql").read_text(encoding="utf-8")
    assert "ALTER TABLE public.invoice ADD COLUMN IF NOT EXISTS type text DEFAULT 'in' NOT NULL;" in made
    assert "-- ALTER TABLE public.invoice DROP COLUMN IF EXISTS more;" in made


def test_a_snapshot_can_be_compared(run: Callable[..., Result], pair: tuple[str, str], tmp_path: Path) -> None:
    assert run("snapshot", pair[0], "-o", "s.json").return_value == 0
    assert run("diff", "s.json", pair[0]).return_value == 0


def test_what_was_not_read_is_3_and_never_the_same(run: Callable[..., Result], pair: tuple[str, str]) -> None:
    Path("odd.sql").write_text(REFERENCE + "\nCREATE TABLE p (d date) PARTITION BY RANGE (d);", encoding="utf-8")
    result = run("diff", pair[0], "odd.sql?offline")
    assert result.return_value == 3
    assert "not read: odd.sql:3: CREATE TABLE P" in result.stdout


def test_a_busy_table_is_3_and_never_the_same(run: Callable[..., Result], database: Database) -> None:
    for schema in ("org_a", "org_b"):
        database.run(f"CREATE SCHEMA {schema}; CREATE TABLE {schema}.t (k int)")
    urls = [f"{database.url}&schema={schema}&lock_timeout=100ms" for schema in ("org_a", "org_b")]
    assert run("diff", *urls).return_value == 0
    with database.server.connect(database.name) as other, other.transaction():
        other.execute("ALTER TABLE org_b.t ADD l int")
        result = run("diff", *urls)
        assert result.return_value == 3
        assert "busy: t is being altered" in result.stdout
        assert run("diff", *urls, "--allow-incomplete").return_value == 0
        assert run("plan", *urls).return_value == 3


@pytest.mark.parametrize("form", ["text", "json", "markdown", "github", "sarif"])
def test_two_empty_schemas_are_told_and_where_tables_are(
    run: Callable[..., Result], database: Database, form: str
) -> None:
    database.run("CREATE SCHEMA org_a; CREATE TABLE org_a.t (k int)")
    result = run("diff", database.url, database.url, "--format", form)
    assert result.return_value == 0
    assert "nothing was compared: both schemas are empty; tables are in org" in result.stdout.replace("\\", "")


def test_sarif_and_annotations_point_into_the_file_of_a_folder(
    run: Callable[..., Result], pair: tuple[str, str]
) -> None:
    for name, text in (("1.sql", CANDIDATE), ("2.sql", "CREATE TABLE rate (id int, late int);")):
        Path("folder").mkdir(exist_ok=True)
        (Path("folder") / name).write_text(text, encoding="utf-8")
    github = run("diff", pair[0], "folder?offline", "--format", "github").stdout
    assert "file=folder/1.sql,line=2,title=SCH202::changed column invoice.n (type)" in github
    assert "file=folder/2.sql,line=1,title=SCH302::extra column rate.late" in github
    sarif = document(run("diff", pair[0], "folder?offline", "--format", "sarif"))
    places = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in sarif["runs"][0]["results"]}
    assert places == {"folder/1.sql", "folder/2.sql"}
