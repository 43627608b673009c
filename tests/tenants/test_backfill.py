"""An UPDATE in batches does what it does at once, whatever its key and its form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from isolint.errors import TenantError
from isolint.tenants.course import Course, Result, State
from isolint.tenants.fingerprint import fingerprints
from isolint.tenants.fleet import Fleet
from isolint.tenants.migrate import migrate
from isolint.tenants.migration import How, read_migration
from isolint.tenants.naming import Naming
from isolint.tenants.told import Told

if TYPE_CHECKING:
    from conftest import Database

ORG = Naming("org_{slug}")
TENANT = """
DROP SCHEMA IF EXISTS isolint CASCADE; CREATE SCHEMA org_a; SET search_path = org_a;
CREATE TABLE line (day date, "No" text, n int DEFAULT 0, PRIMARY KEY (day, "No"));
INSERT INTO line SELECT date '2020-01-01' + at / 3, 'it''s ' || at, 0 FROM generate_series(1, 20) at;
CREATE TABLE rate (day date PRIMARY KEY, r int); INSERT INTO rate SELECT DISTINCT day, 5 FROM line;
CREATE TABLE heap (n int); INSERT INTO heap VALUES (1);
"""


def ran(database: Database, path: Path, text: str) -> Result:
    """Run the text in the one tenant."""
    path.write_text(text, encoding="utf-8")
    results: list[Result] = []
    migrate(Fleet(database.url, ORG, path.parent), ["org_a"], read_migration(path, ORG), Course(), results.append)
    return results[0]


@pytest.mark.parametrize("rows", [1, 3, 20, 1000])
@pytest.mark.parametrize(
    ("update", "total"),
    [
        ("UPDATE line SET n = n + 1", 20),
        ("UPDATE ONLY line AS l SET n = l.n + 2 WHERE \"No\" <> 'it''s 1' OR n > 5 -- all but one", 38),
        ("UPDATE line l SET n = (SELECT r FROM rate WHERE rate.day = l.day)", 100),
        ("UPDATE line SET n = n + r FROM rate WHERE rate.day = line.day AND r > 1", 100),
    ],
)
def test_each_row_is_changed_once(database: Database, tmp_path: Path, update: str, total: int, rows: int) -> None:
    database.run(TENANT)
    result = ran(database, tmp_path / "1.sql", f"-- isolint: batches of {rows}\n-- because it is large\n{update};")
    assert (result.state, result.error) == (State.DONE, "")
    assert database.rows("SELECT sum(n) AS n FROM org_a.line") == [{"n": total}]


def test_a_table_without_a_key_is_told(database: Database, tmp_path: Path) -> None:
    database.run(TENANT)
    result = ran(database, tmp_path / "1.sql", "-- isolint: batches of 2\nUPDATE heap SET n = 2")
    assert "batches go by the primary key, which heap lacks; nothing was changed" in result.error


@pytest.mark.parametrize(
    "text",
    [
        "-- isolint: batches of 0\nUPDATE t SET n = 1",
        "-- isolint: batches of many\nUPDATE t SET n = 1",
        "-- isolint: batches of 5\nDELETE FROM t",
        "-- isolint: hurry\nUPDATE t SET n = 1",
    ],
)
def test_a_mark_that_is_not_known_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "1.sql").write_text(text, encoding="utf-8")
    with pytest.raises(TenantError, match="is not known"):
        read_migration(tmp_path / "1.sql", ORG)


def test_another_size_is_the_same_migration(tmp_path: Path) -> None:
    path = tmp_path / "1.sql"
    sums = []
    for mark in ("-- isolint: batches of 5\n", "-- isolint: batches of 500\n", ""):
        path.write_text(f"SELECT 1;\n{mark}UPDATE t SET n = 1; SELECT 2", encoding="utf-8")
        sums.append(read_migration(path, ORG))
    assert sums[0].checksum == sums[1].checksum != sums[2].checksum
    assert [[part.how for part in migration.parts] for migration in sums[1:]] == [
        [How.TOGETHER, How.BATCHES, How.TOGETHER],
        [How.TOGETHER],
    ]


def test_the_ledger_knows_what_the_tenant_looks_like_afterwards(database: Database, tmp_path: Path) -> None:
    """By adding what the migration changed: nothing else was read."""
    database.run(TENANT)
    assert ran(database, tmp_path / "0.sql", "CREATE TABLE first (id serial PRIMARY KEY)").state is State.DONE

    def looks() -> str:
        with database.server.connect(database.name) as connection:
            return fingerprints(connection, ["org_a"])[0].fingerprint

    database.run(f"UPDATE isolint.tenant_version SET fingerprint = '{looks()}'")
    text = """
    CREATE TYPE kind AS ENUM ('a');
    CREATE TABLE more (id serial PRIMARY KEY, kind kind DEFAULT 'a', day date REFERENCES rate);
    ALTER TABLE line ADD COLUMN kind kind, ADD CHECK (n < 1000); CREATE INDEX ON line (n);
    ALTER TABLE heap RENAME TO pile; DROP TABLE first;
    CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT n FROM line';
    """
    assert ran(database, tmp_path / "1.sql", text).error == ""
    (row,) = database.rows("SELECT version, fingerprint FROM isolint.tenant_version")
    assert row == {"version": "1.sql", "fingerprint": looks()}
    ran(database, tmp_path / "2.sql", "DO $$ BEGIN EXECUTE 'CREATE TABLE hidden ()'; END $$")
    assert database.rows("SELECT fingerprint FROM isolint.tenant_version") == [{"fingerprint": ""}]


def test_the_rate_counts_only_those_that_were_worked_on() -> None:
    told = Told("json", 100)
    for state in (State.SKIPPED, State.SKIPPED, State.DONE, State.FAILED):
        told(Result("org_a", state, 0.1))
    assert told.progress(4.0) == "4 of 100 tenants, 0.5 a second, 192 s left"
    assert Told("text", 3).progress(1.0) == "0 of 3 tenants"
