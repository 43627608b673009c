"""Which tenants lack what the code uses, on a real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

if TYPE_CHECKING:
    from conftest import Database

CODE = """
from fastapi import APIRouter

router = APIRouter()


@router.get("/invoices")
def invoices(org: str, cursor):
    cursor.execute(f'SELECT i.id, i.type FROM "org_{org}"."Invoice" i')


@router.get("/notes")
def notes(org: str, cursor):
    cursor.execute(f'SELECT text FROM "org_{org}".note')
"""
TENANT = """
CREATE SCHEMA {schema};
CREATE TABLE {schema}."Invoice" (id text PRIMARY KEY, type text, other int);
CREATE TABLE {schema}.note (id int, text text);
"""


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`tenants status --code src` in a project, with the tenants a, b and c."""
    from isolint.cli.tenants import command

    database.run("DROP SCHEMA IF EXISTS isolint CASCADE;" + "".join(TENANT.format(schema=f"org_{s}") for s in "abc"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"{database.url}&lock_timeout=100ms")
    (tmp_path / "isolint.yaml").write_text("tenancy: {schema_pattern: 'org_{slug}'}\n", encoding="utf-8")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "billing.py").write_text(CODE, encoding="utf-8")

    def invoked(*words: str) -> Result:
        return CliRunner().invoke(command, ["status", "--code", "src", *words], standalone_mode=False)

    return invoked


def test_tenants_that_have_everything_are_fit_for_the_code(run: Callable[..., Result]) -> None:
    result = run()
    assert result.return_value == 0
    assert result.stdout.splitlines()[0] == "3 tenants: 3 like org_a"
    assert "the code: 2 tables and 3 columns used by 2 accesses in 1 files" in result.stdout
    assert "  every tenant has what it needs" in result.stdout.splitlines()


def test_what_a_tenant_lacks_is_told_with_the_line_that_reads_it(
    run: Callable[..., Result], database: Database
) -> None:
    database.run('ALTER TABLE org_b."Invoice" DROP type; ALTER TABLE org_c."Invoice" DROP other')
    result = run()
    assert result.return_value == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "3 tenants: 1 like org_a, 1 lack Invoice.type (read in src/billing.py:9), 1 different"
    assert "  Invoice.type (read in src/billing.py:9) is lacking in org_b" in lines
    assert len([line for line in lines if "is lacking in" in line]) == 1


def test_a_table_that_only_public_has_is_told_as_the_danger_that_it_is(
    run: Callable[..., Result], database: Database
) -> None:
    database.run("DROP TABLE org_b.note; CREATE TABLE public.note (id int, text text)")
    line = "note (read in src/billing.py:14) is lacking in org_b; public has one of that name, which is used instead"
    assert f"  {line}" in run().stdout.splitlines()


def test_what_all_tenants_lack_alike_fails_too(run: Callable[..., Result], database: Database) -> None:
    database.run("".join(f"DROP TABLE org_{s}.note;" for s in "abc"))
    result = run()
    assert result.return_value == 1
    assert result.stdout.splitlines()[0] == "3 tenants: 3 like org_a"
    assert "  note (read in src/billing.py:14) is lacking in org_a, org_b, org_c" in result.stdout.splitlines()


def test_all_formats_tell_it(run: Callable[..., Result], database: Database) -> None:
    database.run('ALTER TABLE org_b."Invoice" DROP type')
    found = json.loads(run("--format", "json").stdout)
    assert found["summary"]["lacking"] == 1
    assert found["code"]["lacking"] == [
        {
            "table": "Invoice",
            "column": "type",
            "use": "read",
            "path": "src/billing.py",
            "line": 9,
            "schemas": ["org_b"],
            "shared": False,
        }
    ]
    metrics = run("--format", "prometheus").stdout.splitlines()
    assert "isolint_tenants_lacking 1" in metrics
    assert 'isolint_tenants_lacking_object{name="Invoice.type"} 1' in metrics
    assert "  - `Invoice.type (read in src/billing.py:9) is lacking in org_b`" in run("--format", "markdown").stdout


def test_busy_tenants_are_busy_and_code_that_cannot_be_read_is_told(
    run: Callable[..., Result], database: Database, tmp_path: Path
) -> None:
    with database.server.connect(database.name) as other, other.transaction(force_rollback=True):
        other.execute('ALTER TABLE org_c."Invoice" ADD late int')
        assert run().stdout.splitlines()[0] == "3 tenants: 2 like org_a, 1 busy"
    (tmp_path / "src" / "broken.py").write_text("def f(:\n    cursor.execute('SELECT 1 FROM note')\n", encoding="utf-8")
    broken = run()
    assert broken.return_value == 3
    assert "1 places could not be read" in broken.stdout
    assert run("--allow-incomplete").return_value == 0


def test_code_that_uses_no_table_is_an_error(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "src" / "billing.py").write_text("x = 1\n", encoding="utf-8")
    assert "nothing to compare tenants with" in str(run().exception)
