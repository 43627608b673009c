"""Migrations are taken back on a real server: to what was there before, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from isolint.errors import TenantError
from isolint.tenants.course import Course, State
from isolint.tenants.course import Result as Outcome
from isolint.tenants.fingerprint import fingerprints
from isolint.tenants.fleet import Fleet
from isolint.tenants.migrate import migrate
from isolint.tenants.migration import read_migration
from isolint.tenants.naming import Naming
from isolint.tenants.rollback import Plan, planned, rollback

if TYPE_CHECKING:
    from conftest import Database

ORG = Naming("org_{slug}")
NAMES = ("org_a", "org_b")
TENANT = """
CREATE SCHEMA {0}; SET search_path = {0};
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE org (id int PRIMARY KEY);
CREATE TABLE invoice (
    id int PRIMARY KEY, n numeric(8,2) DEFAULT 1 NOT NULL, note varchar(20), state state, org int REFERENCES org,
    CONSTRAINT positive CHECK (n > 0)
);
CREATE INDEX by_state ON invoice (state) WHERE note IS NOT NULL;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE VIEW paid AS SELECT id FROM invoice WHERE state = 'paid';
INSERT INTO org VALUES (1);
INSERT INTO invoice VALUES (1, 1.5, 'a', 'new', 1), (2, 2, NULL, 'paid', NULL);
"""


@pytest.fixture
def fleet(database: Database) -> Fleet:
    """Two tenants with something of everything."""
    database.run("DROP SCHEMA IF EXISTS isolint CASCADE")
    for name in NAMES:
        database.run(TENANT.format(name))
    return Fleet(database.url, ORG, Path.cwd())


def migrated(fleet: Fleet, path: Path, text: str) -> None:
    """Run the text as a migration of the file's name in both tenants."""
    path.write_text(text, encoding="utf-8")
    results: list[Outcome] = []
    migrate(fleet, NAMES, read_migration(path, ORG), Course(), results.append)
    assert [(result.state, result.error) for result in results] == [(State.DONE, "")] * 2


def taken_back(fleet: Fleet, plan: Plan, lose_data: bool = False) -> list[Outcome]:
    results: list[Outcome] = []
    rollback(fleet, plan, Course(), results.append, lose_data)
    return results


def looks(database: Database) -> list[str]:
    """Definitions with names: fingerprints alone do not know how indexes are called."""
    with database.server.connect(database.name) as connection:
        prints = [p.fingerprint for p in fingerprints(connection, NAMES)]
    rows = database.rows(
        "SELECT relname AS name FROM pg_class WHERE relnamespace = 'org_a'::regnamespace UNION ALL "
        "SELECT conname FROM pg_constraint WHERE connamespace = 'org_a'::regnamespace ORDER BY 1"
    )
    return prints + [row["name"] for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE invoice ADD COLUMN type text NOT NULL DEFAULT 'in'",
        "ALTER TABLE invoice ADD COLUMN IF NOT EXISTS note text, ADD COLUMN d date, ADD CHECK (d > '2020-01-01')",
        "CREATE INDEX ON invoice (n); CREATE INDEX CONCURRENTLY IF NOT EXISTS i2 ON invoice (note, n)",
        "DROP INDEX by_state",
        "DROP INDEX CONCURRENTLY IF EXISTS by_state",
        "ALTER TABLE invoice DROP CONSTRAINT positive, ALTER n SET DEFAULT 2, ALTER COLUMN n DROP NOT NULL",
        "ALTER TABLE invoice ALTER note TYPE text, ALTER n TYPE numeric(10,2), ALTER n DROP DEFAULT",
        "ALTER TABLE invoice RENAME COLUMN n TO amount; ALTER TABLE invoice RENAME TO bill;"
        "ALTER TABLE bill ADD COLUMN more int",
        "CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id serial PRIMARY KEY, a int REFERENCES a);"
        "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b; COMMENT ON TABLE a IS 'x'; GRANT SELECT ON a TO PUBLIC",
        "ALTER TABLE invoice ADD CONSTRAINT big CHECK (n < 100) NOT VALID; ALTER TABLE invoice VALIDATE CONSTRAINT big",
        "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN old; END';"
        "CREATE TRIGGER t BEFORE UPDATE ON invoice FOR EACH ROW EXECUTE FUNCTION touch()",
        "CREATE OR REPLACE VIEW paid AS SELECT id + 0 AS id FROM invoice; CREATE VIEW other AS SELECT 1 AS x",
        "CREATE TYPE kind AS ENUM ('x'); CREATE DOMAIN pos AS int CHECK (value > 0); CREATE SEQUENCE s;"
        "ALTER TABLE invoice ADD k kind, ADD p pos",
        "ALTER TABLE invoice ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON invoice USING (id > 0)",
        "CREATE UNIQUE INDEX u ON invoice (n); ALTER TABLE invoice ADD CONSTRAINT u UNIQUE USING INDEX u",
        "ALTER TABLE invoice ALTER org SET NOT NULL, DROP CONSTRAINT invoice_org_fkey",
        "CREATE TABLE log (d date NOT NULL) PARTITION BY RANGE (d);"
        "CREATE TABLE log20 PARTITION OF log FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    ],
)
def test_everything_is_as_it_was(database: Database, fleet: Fleet, tmp_path: Path, text: str) -> None:
    database.run("UPDATE org_a.invoice SET org = 1; UPDATE org_b.invoice SET org = 1")
    before, rows = looks(database), database.rows("SELECT * FROM org_a.invoice ORDER BY id")
    migrated(fleet, tmp_path / "1.sql", text)
    assert looks(database) != before or "paid" in text
    plan = planned(fleet, NAMES)
    assert (plan.names, plan.refused, plan.lost) == (("1.sql",), {}, {})
    assert [(r.state, r.error, r.notes) for r in taken_back(fleet, plan)] == [(State.DONE, "", ())] * 2
    assert looks(database)[:2] == before[:2]
    assert looks(database) == before
    assert database.rows("SELECT * FROM org_a.invoice ORDER BY id") == rows
    assert database.rows("SELECT FROM isolint.tenant_migration") == []
    steps = database.rows("SELECT undone IS NOT NULL AS undone, undone_by FROM isolint.tenant_step")
    assert {(step["undone"], step["undone_by"]) for step in steps} == {(True, "isolint_admin")}
    assert planned(fleet, NAMES).names == ()
    migrated(fleet, tmp_path / "1.sql", text)


def test_what_holds_data_is_dropped_only_on_request(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    before = looks(database)
    text = "ALTER TABLE invoice ADD COLUMN type text DEFAULT 'in'; UPDATE invoice SET type = 'out' WHERE id = 1;"
    migrated(fleet, tmp_path / "1.sql", text + "CREATE TABLE log (x int)")
    database.run("INSERT INTO org_b.log SELECT generate_series(1, 2000)")
    plan = planned(fleet, NAMES)
    assert plan.lost == {
        "1.sql: drop column invoice.type loses what 1 row holds": NAMES,
        "1.sql: drop table log loses what 1000 or more rows hold": ("org_b",),
    }
    with pytest.raises(TenantError, match="nothing was taken back"):
        taken_back(fleet, plan)
    assert {r.state for r in taken_back(fleet, plan, lose_data=True)} == {State.DONE}
    assert looks(database) == before


def test_rows_that_come_after_the_plan_are_kept(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    migrated(fleet, tmp_path / "1.sql", "CREATE TABLE log (x int)")
    plan = planned(fleet, NAMES)
    database.run("INSERT INTO org_a.log VALUES (1)")
    results = taken_back(fleet, plan)
    assert (results[0].state, len(results)) == (State.FAILED, 1)
    assert "--lose-data" in results[0].error
    assert len(database.rows("SELECT FROM org_a.log")) == 1
    error = database.rows("SELECT error FROM isolint.tenant_migration WHERE schema = 'org_a'")[0]["error"]
    assert "would lose what rows hold" in error


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("INSERT INTO org VALUES (2)", "rows are added"),
        ("UPDATE invoice SET n = n + 1, note = 'x'", "rows are changed"),
        ("DELETE FROM invoice", "rows are deleted"),
        ("ALTER TABLE invoice DROP COLUMN note", "values are lost"),
        ("DROP TABLE invoice CASCADE", "drops a table"),
        ("DO $$ BEGIN PERFORM 1; END $$", "is not known"),
        ("ALTER TYPE state ADD VALUE IF NOT EXISTS 'x'", "is not known"),
        ("CREATE TABLE public.x (n int)", "another schema"),
        ("CREATE INDEX public_x ON public.shared (n)", "another schema"),
        ("GRANT SELECT ON invoice TO PUBLIC", "rights are given"),
        ("ALTER TABLE invoice DROP CONSTRAINT invoice_pkey CASCADE", "CASCADE drops more"),
        ("ALTER TABLE invoice SET (fillfactor = 50)", "SET is not taken back"),
    ],
)
def test_what_has_no_way_back_is_said_before_both(
    database: Database, fleet: Fleet, tmp_path: Path, text: str, why: str
) -> None:
    database.run("CREATE TABLE IF NOT EXISTS public.shared (n int)")
    path = tmp_path / "1.sql"
    path.write_text(text, encoding="utf-8")
    assert why in read_migration(path, ORG).one_way[0]
    migrate(fleet, NAMES[:1], read_migration(path, ORG), Course(), lambda result: None)
    plan = planned(fleet, NAMES)
    (sentence,) = plan.refused
    assert why in sentence
    with pytest.raises(TenantError, match="nothing was taken back"):
        taken_back(fleet, plan, lose_data=True)


def test_the_way_back_that_a_file_gives_is_taken_and_proved(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    before, path = looks(database), tmp_path / "1.sql"
    up = "-- migrate:up\nALTER TABLE invoice ADD twice numeric; UPDATE invoice SET note = 'x' || coalesce(note, '');"
    down = "UPDATE invoice SET note = nullif(substr(note, 2), ''); ALTER TABLE invoice DROP COLUMN twice;"
    migrated(fleet, path, f"{up}\n-- migrate:down\n{down}")
    assert read_migration(path, ORG).one_way == ()
    assert [r.state for r in taken_back(fleet, planned(fleet, NAMES))] == [State.DONE] * 2
    assert looks(database) == before
    assert [r["note"] for r in database.rows("SELECT note FROM org_b.invoice ORDER BY id")] == ["a", None]
    path.write_text(up, encoding="utf-8")
    (tmp_path / "1.down.sql").write_text("UPDATE invoice SET note = 'wrong'", encoding="utf-8")
    migrate(fleet, NAMES, read_migration(path, ORG), Course(), lambda result: None)
    (result,) = taken_back(fleet, planned(fleet, NAMES))
    assert "does not lead to what was there before" in result.error
    assert database.rows("SELECT FROM org_a.invoice WHERE note = 'wrong'") == []


def test_all_after_a_version_go_the_latest_first(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    before = looks(database)
    for at, text in enumerate(("ADD COLUMN a int", "ADD COLUMN b int", "ADD CHECK (a < b)")):
        migrated(fleet, tmp_path / f"{at}.sql", f"ALTER TABLE invoice {text}")
    assert planned(fleet, NAMES).names == ("2.sql",)
    assert planned(fleet, NAMES, "nothing.sql").refused == {"has never had nothing.sql": NAMES}
    plan = planned(fleet, NAMES, "0.sql")
    assert plan.names == ("2.sql", "1.sql")
    taken_back(fleet, plan)
    assert database.rows("SELECT DISTINCT name FROM isolint.tenant_migration") == [{"name": "0.sql"}]
    assert database.rows("SELECT DISTINCT version FROM isolint.tenant_version") == [{"version": "0.sql"}]
    taken_back(fleet, planned(fleet, NAMES, "base"))
    assert looks(database) == before
    assert database.rows("SELECT FROM isolint.tenant_version") == []


def test_a_tenant_that_has_had_more_is_not_touched(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    path = tmp_path / "1.sql"
    path.write_text("ALTER TABLE invoice ADD COLUMN a int", encoding="utf-8")
    migrate(fleet, NAMES[:1], read_migration(path, ORG), Course(), lambda result: None)
    later = tmp_path / "2.sql"
    later.write_text("ALTER TABLE invoice ADD COLUMN b int", encoding="utf-8")
    migrate(fleet, NAMES[:1], read_migration(later, ORG), Course(), lambda result: None)
    migrate(fleet, NAMES[1:], read_migration(later, ORG), Course(), lambda result: None)
    migrate(fleet, NAMES[1:], read_migration(path, ORG), Course(), lambda result: None)
    assert planned(fleet, NAMES).refused == {"has had 2.sql after 1.sql: say --to VERSION": ("org_a",)}


def test_a_tenant_altered_by_hand_keeps_that(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    migrated(fleet, tmp_path / "1.sql", "ALTER TABLE invoice ADD COLUMN a int")
    database.run("CREATE INDEX own ON org_a.invoice (n)")
    results = {result.schema: result for result in taken_back(fleet, planned(fleet, NAMES))}
    assert results["org_a"].notes == ("org_a was altered since 1.sql, and stays so otherwise",)
    assert results["org_b"].notes == ()
    assert len(database.rows("SELECT FROM pg_class WHERE relname = 'own'")) == 1


def test_a_view_that_got_a_column_stays_as_it_is(database: Database, fleet: Fleet, tmp_path: Path) -> None:
    migrated(fleet, tmp_path / "1.sql", "CREATE OR REPLACE VIEW paid AS SELECT id, 1 AS one FROM invoice")
    (sentence,) = planned(fleet, NAMES).refused
    assert "columns of view paid cannot be brought back" in sentence


@pytest.fixture
def run(database: Database, fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The commands in a folder with a configuration."""
    from isolint.cli.tenants import command

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url)
    (tmp_path / "isolint.yaml").write_text("tenants: {schema: 'org_{slug}'}\n", encoding="utf-8")
    return lambda *words: CliRunner().invoke(command, words, standalone_mode=False)


def test_the_command_says_first_what_it_will_do(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("rollback", "--all").stdout == "there is nothing to take back\n2 tenants: 2 skipped\n"
    (tmp_path / "1.sql").write_text("ALTER TABLE invoice ADD a int; UPDATE invoice SET a = 1", encoding="utf-8")
    assert run("migrate", "1.sql", "--all").return_value == 0
    loses = "loses data: 1.sql: drop column invoice.a loses what 2 rows hold (org_a, org_b)\n"
    dry = run("rollback", "--all", "--dry-run")
    head = "1.sql: to be taken back in 2 tenants\n" + loses
    assert (dry.return_value, dry.stdout) == (2, head + "say --lose-data to have it so\n")
    refused = run("rollback", "--all")
    assert isinstance(refused.exception, TenantError)
    done = run("rollback", "--all", "--lose-data")
    assert (done.return_value, done.stdout) == (0, head + "2 tenants: 2 done\n")
    (tmp_path / "2.sql").write_text("INSERT INTO org VALUES (7)", encoding="utf-8")
    assert "cannot be rolled back: 2.sql:1: INSERT INTO org…: rows are added" in run("migrate", "2.sql", "--all").stderr
    lines = run("rollback", "--all", "--format", "json", "--to", "base")
    assert isinstance(lines.exception, TenantError)
    assert "no way back over" in str(lines.exception)
    (tmp_path / "3.sql").write_text("CREATE TABLE x ()", encoding="utf-8")
    run("migrate", "3.sql", "--all")
    told = [json.loads(line) for line in run("rollback", "--tenant", "a", "--format", "json").stdout.splitlines()]
    assert [(line["schema"], line["state"]) for line in told] == [("org_a", "done")]
