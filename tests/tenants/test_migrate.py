"""One file of SQL over many tenants on a real server: nothing twice, nothing half, nothing skipped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from isolint.errors import TenantError
from isolint.tenants.course import Course, State
from isolint.tenants.course import Result as Outcome
from isolint.tenants.fleet import Fleet
from isolint.tenants.migrate import migrate
from isolint.tenants.migration import read_migration
from isolint.tenants.naming import Naming

if TYPE_CHECKING:
    from conftest import Database

ORG = Naming("org_{slug}")
FILE = """
BEGIN;
ALTER TABLE invoice ADD COLUMN type text NOT NULL DEFAULT 'in';
ALTER TABLE invoice ADD CONSTRAINT invoice_type CHECK (type IN ('in', 'out')) NOT VALID;
UPDATE invoice SET type = 'out' WHERE n < 0;
INSERT INTO log VALUES (1); -- not to be done twice
COMMIT;
ALTER TABLE invoice VALIDATE CONSTRAINT invoice_type;
CREATE INDEX CONCURRENTLY IF NOT EXISTS invoice_type_idx ON invoice (type);
INSERT INTO log VALUES (2);
"""
COLUMNS = """
SELECT n.nspname AS schema, count(*) FILTER (WHERE a.attname = 'type') AS columns,
    (SELECT count(*) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
     WHERE x.relnamespace = n.oid AND x.relname = 'invoice_type_idx' AND i.indisvalid) AS indexes,
    (SELECT count(*) FROM pg_constraint k
     WHERE k.connamespace = n.oid AND k.conname = 'invoice_type' AND k.convalidated) AS checks
FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'invoice'
JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname LIKE 'org%' GROUP BY 1, n.oid ORDER BY 1
"""


@pytest.fixture
def fleet(database: Database) -> Fleet:
    """Four tenants with two invoices each."""
    database.run("DROP SCHEMA IF EXISTS isolint CASCADE")
    for slug in "abcd":
        database.run(
            f"CREATE SCHEMA org_{slug}; CREATE TABLE org_{slug}.log (n int);"
            f"CREATE TABLE org_{slug}.invoice (n int); INSERT INTO org_{slug}.invoice VALUES (1), (-1)"
        )
    return Fleet(database.url, ORG, Path.cwd())


def names(*slugs: str) -> tuple[str, ...]:
    return tuple(f"org_{slug}" for slug in slugs or "abcd")


def ran(fleet: Fleet, path: Path, text: str = FILE, course: Course | None = None) -> tuple[list[Outcome], int]:
    """Write the file and run it: results by schema, and how many were not begun."""
    path.write_text(text, encoding="utf-8")
    results: list[Outcome] = []
    left = migrate(fleet, names(), read_migration(path, ORG), course or Course(), results.append)
    return sorted(results, key=lambda result: result.schema), left


def whole(database: Database) -> list[str]:
    """The schemas that have all of FILE, each part of it once."""
    return [
        row["schema"]
        for row in database.rows(COLUMNS)
        if (row["columns"], row["indexes"], row["checks"]) == (1, 1, 1)
        and [r["n"] for r in database.rows(f"SELECT n FROM {row['schema']}.log ORDER BY n")] == [1, 2]
        and [r["type"] for r in database.rows(f"SELECT type FROM {row['schema']}.invoice ORDER BY n")] == ["out", "in"]
    ]


def untouched(database: Database) -> list[str]:
    """The schemas that have nothing of FILE."""
    rows = [row for row in database.rows(COLUMNS) if (row["columns"], row["indexes"], row["checks"]) == (0, 0, 0)]
    return [row["schema"] for row in rows if not database.rows(f"SELECT FROM {row['schema']}.log")]


def test_all_tenants_get_it_once(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    results, left = ran(fleet, tmp_path / "1.sql")
    assert ([(r.state, r.error) for r in results], left) == ([(State.DONE, "")] * 4, 0)
    assert whole(database) == list(names())
    again, _ = ran(fleet, tmp_path / "1.sql")
    assert [r.state for r in again] == [State.SKIPPED] * 4
    assert whole(database) == list(names())
    entries = database.rows("SELECT schema, batches, done, finished IS NOT NULL AS f FROM isolint.tenant_migration")
    assert {(e["batches"], e["done"], e["f"]) for e in entries} == {(4, 4, True)}


def test_an_edited_file_is_refused_but_not_for_its_spaces(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    ran(fleet, tmp_path / "1.sql")
    same, _ = ran(fleet, tmp_path / "1.sql", FILE.replace("-- not to be done twice", "--\n"))
    assert [r.state for r in same] == [State.SKIPPED] * 4
    edited, left = ran(fleet, tmp_path / "1.sql", FILE.replace("'out'", "'other'"))
    assert (edited[0].state, left) == (State.FAILED, 3)
    assert "is not what was begun here" in edited[0].error


def test_a_tenant_that_fails_is_as_before_and_others_go_on(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    database.run("DROP TABLE org_b.log; CREATE TABLE org_b.log (n int CHECK (n > 1))")
    results, left = ran(fleet, tmp_path / "1.sql", course=Course(failures=2))
    assert ([r.state for r in results], left) == ([State.DONE, State.FAILED, State.DONE, State.DONE], 0)
    assert "1.sql:6: " in results[1].error
    assert "nothing was changed" in results[1].error
    assert (whole(database), untouched(database)) == (["org_a", "org_c", "org_d"], ["org_b"])
    database.run("ALTER TABLE org_b.log DROP CONSTRAINT log_n_check")
    again, _ = ran(fleet, tmp_path / "1.sql")
    assert [r.state for r in again] == [State.SKIPPED, State.DONE, State.SKIPPED, State.SKIPPED]
    assert whole(database) == list(names())


def test_a_canary_that_fails_stops_all(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    database.run("ALTER TABLE org_a.log ADD CHECK (n > 1)")
    results, left = ran(fleet, tmp_path / "1.sql", course=Course(failures=9))
    assert ([r.schema for r in results], left) == (["org_a"], 3)
    assert untouched(database) == list(names())


def test_no_tenant_is_begun_after_so_many_failures(fleet: Fleet, database: Database, tmp_path: Path) -> None:
    database.run("DROP TABLE org_b.log")
    results, left = ran(fleet, tmp_path / "1.sql", course=Course(jobs=1))
    assert ([r.schema for r in results], left) == (["org_a", "org_b"], 2)


def test_a_part_that_fails_outside_is_taken_up_again(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    text = FILE.replace("CREATE INDEX", "CREATE UNIQUE INDEX").replace(
        "UPDATE invoice SET type = 'out' WHERE n < 0;", ""
    )
    results, _ = ran(fleet, tmp_path / "1.sql", text)
    assert "could not create unique index" in results[0].error
    assert "2 of 4 parts stay" in results[0].error
    assert "could not create unique index" in ran(fleet, tmp_path / "1.sql", text)[0][0].error
    database.run("UPDATE org_a.invoice SET type = 'out' WHERE n < 0")
    again, _ = ran(fleet, tmp_path / "1.sql", text, Course(canaries=1, failures=9))
    assert again[0].state is State.DONE
    assert whole(database) == ["org_a"]


def test_a_lock_that_goes_is_waited_for(
    database: Database, fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isolint.tenants.work.LOCK_TIMEOUT", "50ms")
    with database.server.connect(database.name) as holder:
        holder.execute("BEGIN")
        holder.execute("SELECT FROM org_a.invoice")
        timer = threading.Timer(0.5, lambda: holder.execute("COMMIT"))
        timer.start()
        results, _ = ran(fleet, tmp_path / "1.sql")
        timer.join()
    assert [r.state for r in results] == [State.DONE] * 4
    assert whole(database) == list(names())


def test_a_lock_that_stays_makes_the_tenant_busy(
    database: Database, fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isolint.tenants.work.LOCK_TIMEOUT", "20ms")
    monkeypatch.setattr("isolint.tenants.course.TRIES", 2)
    with database.server.connect(database.name) as holder:
        holder.execute("BEGIN")
        holder.execute("SELECT FROM org_c.invoice")
        results, left = ran(fleet, tmp_path / "1.sql")
        holder.execute("COMMIT")
    assert ([r.state for r in results], left) == ([State.DONE, State.DONE, State.BUSY, State.DONE], 0)
    assert untouched(database) == ["org_c"]


def test_a_schema_that_is_gone_is_told(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    database.run("DROP SCHEMA org_a CASCADE")
    results, _ = ran(fleet, tmp_path / "1.sql")
    assert "the schema is gone" in results[0].error


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no statement"),
        ("COMMIT;", "no statement"),
        ("UPDATE org_a.invoice SET n = 1", "names org_a: write names of the tenant without a schema"),
        ('DELETE FROM "org_b".invoice', "names org_b"),
        ("DELETE FROM isolint.tenant_migration", "names isolint"),
        ("SET search_path = public", "search_path"),
        ("SELECT set_config('x', 'y', false), 1 AS search_path", "search_path"),
        ("SET statement_timeout = 0", "write SET LOCAL"),
        ("SELECT 1; ROLLBACK;", "takes back"),
        ("SAVEPOINT a", "divides the transaction"),
        ("CREATE INDEX CONCURRENTLY i ON t (x)", "needs IF NOT EXISTS"),
        ("DROP INDEX CONCURRENTLY i", "needs IF EXISTS"),
        ("ALTER TYPE t ADD VALUE 'x'", "needs IF NOT EXISTS"),
    ],
)
def test_what_must_not_run_in_a_tenant_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "m.sql").write_text(text, encoding="utf-8")
    with pytest.raises(TenantError, match=told):
        read_migration(tmp_path / "m.sql", ORG)


def test_names_are_never_looked_up_outside_of_the_tenant(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    database.run("CREATE TABLE public.shared (n int)")
    results, _ = ran(fleet, tmp_path / "1.sql", "ALTER TABLE shared ADD COLUMN x int")
    assert 'relation "shared" does not exist' in results[0].error
    assert [r.state for r in ran(fleet, tmp_path / "2.sql", "INSERT INTO public.shared VALUES (1)")[0]] == [
        State.DONE
    ] * 4
    assert len(database.rows("SELECT FROM public.shared")) == 4


@pytest.fixture
def run(database: Database, fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command in a folder with a configuration and the file `1.sql`."""
    from isolint.cli.tenants import command

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url)
    (tmp_path / "isolint.yaml").write_text("tenants: {schema: 'org_{slug}'}\n", encoding="utf-8")
    (tmp_path / "1.sql").write_text(FILE, encoding="utf-8")

    def invoked(*words: str) -> Result:
        return CliRunner().invoke(command, ["migrate", *words], standalone_mode=False)

    return invoked


def killed(database: Database, folder: Path, hold: str) -> None:
    """Start the command for all tenants, one by one, while `hold` is in force; kill it where it waits for that."""
    words = [sys.executable, "-m", "isolint", "tenants", "migrate", "1.sql", "--all", "--jobs", "1"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    blocked = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'isolint'"
    with database.server.connect(database.name) as holder:
        holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        holder.execute(hold.encode())
        process = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not (found := database.rows(blocked)) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        database.run(f"SELECT pg_terminate_backend({found[0]['pid']})")
        holder.execute("ROLLBACK")


def test_a_killed_run_is_taken_up_where_it_stood(
    run: Callable[..., Result], database: Database, tmp_path: Path
) -> None:
    (tmp_path / "1.sql").write_text(FILE.replace("CONCURRENTLY ", ""), encoding="utf-8")
    killed(database, tmp_path, "LOCK org_c.log IN SHARE MODE")
    assert whole(database) == ["org_a", "org_b"]
    assert untouched(database) == ["org_c", "org_d"]
    result = run("1.sql", "--all")
    assert (result.return_value, result.stdout) == (0, "4 tenants: 2 done, 2 skipped\n")
    assert whole(database) == list(names())


def test_an_index_that_a_kill_left_half_built_is_built_anew(
    run: Callable[..., Result], database: Database, tmp_path: Path
) -> None:
    killed(database, tmp_path, "SELECT 1")
    invalid = "SELECT FROM pg_index WHERE NOT indisvalid"
    assert len(database.rows(invalid)) == 1
    assert run("1.sql", "--all").return_value == 0
    assert database.rows(invalid) == []
    assert whole(database) == list(names())


def test_an_invalid_index_of_somebody_else_is_told(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    database.run("INSERT INTO org_a.invoice VALUES (1)")
    with database.server.connect(database.name) as connection, pytest.raises(Exception, match="could not create"):
        connection.execute("CREATE UNIQUE INDEX CONCURRENTLY own ON org_a.invoice (n)")
    results, _ = ran(fleet, tmp_path / "1.sql", FILE)
    assert "own could not be built and is invalid: drop it" in results[0].error


def test_the_command_tells_programs_a_line_each(run: Callable[..., Result], database: Database) -> None:
    result = run("1.sql", "--tenant", "A", "--tenant", "b", "--format", "json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["schema"], line["state"]) for line in lines] == [("org_a", "done"), ("org_b", "done")]
    assert result.return_value == 0
    database.run("DROP TABLE org_c.log")
    failed = run("1.sql", "--all", "--canaries", "0")
    assert failed.return_value == 2
    assert "failed: org_c: 1.sql:6: " in failed.stdout


def test_the_command_asks_which_tenants(run: Callable[..., Result]) -> None:
    for words in (("1.sql",), ("1.sql", "--all", "--tenant", "a")):
        assert "--all, or --tenant SLUG" in str(run(*words).exception)
