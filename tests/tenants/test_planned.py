"""What one tenant lacks, made a file that all tenants get: plan, migrate, compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from isolint.cli.schema import command as schema
from isolint.cli.tenants import command as tenants

if TYPE_CHECKING:
    from conftest import Database

WANTED = """
CREATE SCHEMA wanted;
CREATE TYPE wanted.kind AS ENUM ('in', 'out');
CREATE TABLE wanted.invoice (n int PRIMARY KEY, kind wanted.kind NOT NULL DEFAULT 'in', total int CHECK (total > 0));
CREATE INDEX invoice_kind ON wanted.invoice (kind);
CREATE TABLE wanted.line (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int NOT NULL REFERENCES wanted.invoice);
CREATE FUNCTION wanted.lines() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER lines BEFORE INSERT ON wanted.line FOR EACH ROW EXECUTE FUNCTION wanted.lines();
"""


@pytest.fixture
def migrated(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with the file; the tenants a and b have a table of the three objects that they should have."""
    for name in ("org_a", "org_b"):
        database.run(f"CREATE SCHEMA {name}; CREATE TABLE {name}.invoice (n int PRIMARY KEY, total int)")
    (tmp_path / "isolint.yaml").write_text('tenants: {schema: "org_{slug}"}\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url)
    return tmp_path


def planned(database: Database, *words: str) -> Result:
    pair = (f"{database.url}&schema=wanted", f"{database.url}&schema=org_a")
    return CliRunner().invoke(schema, ["plan", *pair, "--as-migration", *words], standalone_mode=False)


def test_a_plan_for_one_tenant_brings_up_all(database: Database, migrated: Path) -> None:
    database.run("DROP SCHEMA IF EXISTS isolint CASCADE;" + WANTED)
    assert planned(database, "-o", "1.sql").return_value == 0
    assert "wanted" not in (migrated / "1.sql").read_text(encoding="utf-8").partition("\n\n")[2]
    done = CliRunner().invoke(tenants, ["migrate", "1.sql", "--all"], standalone_mode=False)
    assert done.return_value == 0
    assert "2 tenants: 2 done" in done.output.splitlines()
    for name in ("org_a", "org_b"):
        assert not database.compare("wanted", name).differences


def test_a_plan_that_names_the_schema_is_no_migration(database: Database, migrated: Path) -> None:
    database.run(
        "CREATE SCHEMA wanted; CREATE TABLE wanted.invoice (n int PRIMARY KEY, total int);"
        "CREATE FUNCTION wanted.f() RETURNS int LANGUAGE sql SET search_path = wanted AS 'SELECT 1'"
    )
    done = planned(database)
    assert done.output == ""
    assert "create function f(): it says the schema's name" in str(done.exception)
