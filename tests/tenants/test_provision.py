"""Making and repairing one tenant on a real server, also when something goes wrong on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from isolint.errors import SchemaError, TenantError
from isolint.schema.load import closing, load
from isolint.schema.model import Schema
from isolint.tenants.ledger import BusyTenant, locked, prepare
from isolint.tenants.naming import Naming
from isolint.tenants.provision import Outcome, Wanted, provision
from isolint.tenants.seeds import Seed, read_seeds

if TYPE_CHECKING:
    from conftest import Database

ACME = Naming("org_{slug}").tenant("acme")
REFERENCE = """
CREATE TABLE public.org (id int PRIMARY KEY);
CREATE SCHEMA ref; SET search_path = ref;
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE invoice (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, type text NOT NULL DEFAULT 'in' CHECK (type IN ('in', 'out')),
    state state DEFAULT 'new', org int REFERENCES public.org, made date NOT NULL DEFAULT '2020-01-01'
);
CREATE INDEX ON invoice (state);
CREATE TABLE category (name text PRIMARY KEY, org int, day date);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON invoice FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW paid AS SELECT id FROM invoice WHERE state = 'paid';
"""
SEEDS = (Seed("category", ("name",), ({"name": "a 'b' %s", "org": "$org_id", "day": "2024-02-29"},)),)
OLD = """
CREATE SCHEMA org_acme; SET search_path = org_acme;
CREATE TABLE invoice (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, extra text);
INSERT INTO invoice (extra) VALUES ('kept'), ('also');
"""


@pytest.fixture
def reference(database: Database) -> Schema:
    """The schema `ref` of the database, in which tenants are made."""
    database.run("DROP SCHEMA IF EXISTS isolint CASCADE;" + REFERENCE)
    return database.read("ref")[0]


def made(database: Database, wanted: Wanted, **options: Any) -> Outcome:
    with database.server.connect(database.name) as connection:
        return provision(connection, ACME, wanted, **options)


def exists(database: Database, schema: str = "org_acme") -> bool:
    return bool(database.rows(f"SELECT FROM pg_namespace WHERE nspname = '{schema}'"))


def entries(database: Database) -> list[tuple[str, bool]]:
    """What the ledger says was done, and whether it failed."""
    rows = database.rows("SELECT what, error IS NOT NULL AS failed FROM isolint.tenant_step ORDER BY id")
    return [(row["what"], row["failed"]) for row in rows]


def test_a_new_tenant_is_the_reference(database: Database, reference: Schema) -> None:
    outcome = made(database, Wanted(reference, SEEDS, "7"))
    assert (outcome.created, outcome.complete, outcome.planted) == (True, True, 1)
    assert database.compare("ref", "org_acme").differences == ()
    rows = database.rows("SELECT name, org, day::text FROM org_acme.category")
    assert rows == [{"name": "a 'b' %s", "org": 7, "day": "2024-02-29"}]
    assert [failed for _, failed in entries(database)] == [False] * (len(outcome.steps) + 1)
    version = database.rows("SELECT schema, slug FROM isolint.tenant_version")
    assert version == [{"schema": "org_acme", "slug": "acme"}]


def test_a_second_run_does_nothing(database: Database, reference: Schema) -> None:
    made(database, Wanted(reference, SEEDS, "7"))
    before = entries(database)
    outcome = made(database, Wanted(reference, SEEDS, "7"))
    assert (outcome.created, outcome.changed, outcome.complete) == (False, False, True)
    assert entries(database) == before


def test_an_old_tenant_is_repaired_and_keeps_its_rows(database: Database, reference: Schema) -> None:
    database.run(OLD)
    outcome = made(database, Wanted(reference))
    assert (outcome.created, outcome.complete) == (False, True)
    assert [(d.change, d.name) for d in outcome.comparison.differences] == [("extra", "extra")]
    assert [row["extra"] for row in database.rows("SELECT extra FROM org_acme.invoice ORDER BY id")] == ["kept", "also"]
    prints = database.rows("SELECT fingerprint_before <> fingerprint_after AS changed FROM isolint.tenant_step")
    assert [row["changed"] for row in prints if row["changed"] is not None] == [True]


def test_what_would_lose_something_is_left_and_told(database: Database, reference: Schema) -> None:
    database.run("CREATE SCHEMA org_acme; CREATE TABLE org_acme.category (name int PRIMARY KEY, org int, day date)")
    outcome = made(database, Wanted(reference))
    assert not outcome.complete
    assert [(d.change, d.table, d.name) for d in outcome.comparison.differences] == [("changed", "category", "name")]


def test_a_failing_step_leaves_nothing_of_a_new_tenant(database: Database, reference: Schema) -> None:
    database.run("DROP TABLE public.org CASCADE")
    with pytest.raises(TenantError, match=r"add foreign key .* does not exist; nothing was changed"):
        made(database, Wanted(reference))
    assert not exists(database)
    assert [failed for _, failed in entries(database)] == [True]
    assert database.rows("SELECT FROM isolint.tenant_version") == []
    database.run("CREATE TABLE public.org (id int PRIMARY KEY)")
    assert made(database, Wanted(reference)).complete


@pytest.mark.parametrize(
    ("seed", "told"),
    [
        (Seed("category", ("name",), ({"name": "x", "day": "no day"},)), "invalid input syntax for type date"),
        (Seed("category", ("org",), ({"org": 1, "name": "x"},)), "no unique or exclusion constraint"),
        (Seed('nothing"; DROP TABLE x; --', ("a",), ({"a": 1},)), "does not exist"),
        (Seed("category", ("name",), ({"name": "$org_id"},)), "give --org-id"),
    ],
)
def test_failing_seeds_leave_nothing_either(database: Database, reference: Schema, seed: Seed, told: str) -> None:
    with pytest.raises(TenantError, match=told):
        made(database, Wanted(reference, (seed,)))
    assert not exists(database)


def test_an_old_tenant_that_cannot_be_repaired_at_once_is_finished_by_a_second_run(
    database: Database, reference: Schema
) -> None:
    database.run(OLD + "ALTER TABLE invoice ADD type text; UPDATE invoice SET type = 'neither'")
    with pytest.raises(TenantError, match=r"check the rows of invoice .* steps stay, and a second run goes on"):
        made(database, Wanted(reference))
    assert sum(failed for _, failed in entries(database)) == 1
    database.run("UPDATE org_acme.invoice SET type = 'in'")
    outcome = made(database, Wanted(reference))
    assert outcome.complete
    assert len(database.rows("SELECT FROM org_acme.invoice")) == 2


def test_a_role_without_rights_changes_nothing(database: Database, reference: Schema) -> None:
    with database.server.connect(database.name) as admin:
        prepare(admin)
    database.run("DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA isolint TO clerk")
    database.run("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA isolint TO clerk")
    try:
        with (
            database.server.connect(database.name, "clerk") as connection,
            pytest.raises(TenantError, match="create the schema: permission denied"),
        ):
            provision(connection, ACME, Wanted(reference))
        assert not exists(database)
        assert entries(database) == [("create the schema", True)]
    finally:
        database.run("DROP OWNED BY clerk; DROP ROLE clerk")


def test_a_second_run_at_once_waits_and_then_refuses(database: Database, reference: Schema) -> None:
    with database.server.connect(database.name) as other:
        with locked(other, ACME, 0), pytest.raises(BusyTenant, match="another run works on it"):
            made(database, Wanted(reference), wait=0.2)
        assert not exists(database)
    outcomes: list[Outcome] = []
    runs = [threading.Thread(target=lambda: outcomes.append(made(database, Wanted(reference)))) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sorted(outcome.changed for outcome in outcomes) == [False, True]
    assert all(outcome.complete for outcome in outcomes)


def test_a_schema_of_another_slug_is_refused(database: Database, reference: Schema) -> None:
    with database.server.connect(database.name) as connection:
        provision(connection, Naming("org_{slug}").tenant("a-b"), Wanted(reference))
        with pytest.raises(TenantError, match="is that of 'a-b'"):
            provision(connection, Naming("org_{slug}").tenant("a_b"), Wanted(reference))


def waiting(database: Database) -> Iterator[dict[str, Any]]:
    """Sessions that wait for a lock on a table."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = database.rows("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'org_acme'")
        if found:
            yield from found
            return
        time.sleep(0.05)


@pytest.mark.parametrize("how", ["kill", "cut"])
@pytest.mark.parametrize("before", ["", OLD], ids=["new", "old"])
def test_a_run_that_is_killed_in_the_middle_leaves_no_half(
    database: Database, reference: Schema, how: str, before: str, tmp_path: Path
) -> None:
    """It is stopped while the step that adds the foreign key waits for its lock."""
    database.run(before or "SELECT 1")
    snapshot = tmp_path / "ref.json"
    from isolint.schema.sources.snapshot import dump

    snapshot.write_text(dump(reference), encoding="utf-8")
    (tmp_path / "isolint.yaml").write_text("tenants: {schema: 'org_{slug}', reference: ref.json}\n", encoding="utf-8")
    tables = "SELECT relname FROM pg_class c WHERE relnamespace::regnamespace::text = 'org_acme' AND relkind = 'r'"
    had = database.rows(tables)
    with database.server.connect(database.name) as holder:
        holder.execute("BEGIN")
        holder.execute("LOCK public.org IN SHARE MODE")
        words = [sys.executable, "-m", "isolint", "tenants", "provision", "--org", "acme", "--database", database.url]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        process = subprocess.Popen(words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
        found = next(waiting(database))
        if how == "kill":
            process.send_signal(signal.SIGKILL)
            database.run(f"SELECT pg_terminate_backend({found['pid']})")
        else:
            database.run(f"SELECT pg_terminate_backend({found['pid']})")
        _, error = process.communicate(timeout=30)
        assert process.returncode == (-signal.SIGKILL if how == "kill" else 2)
        assert how == "kill" or "nothing was changed" in error or "steps stay" in error
        holder.execute("ROLLBACK")
    assert before or not exists(database)
    assert before == "" or {row["relname"] for row in had} <= {row["relname"] for row in database.rows(tables)}
    outcome = made(database, Wanted(reference))
    assert outcome.complete
    assert len(database.rows("SELECT FROM org_acme.invoice")) == (2 if before else 0)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command in a folder with a configuration."""
    from isolint.cli.tenants import command

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "isolint.yaml").write_text("tenants: {schema: 'org_{slug}', seeds: seeds.yaml}\n", encoding="utf-8")
    (tmp_path / "seeds.yaml").write_text("category: {key: [name], rows: [{name: x}]}\n", encoding="utf-8")

    def invoked(*words: str) -> Result:
        return CliRunner().invoke(command, ["provision", *words], standalone_mode=False)

    return invoked


def test_the_command_says_what_was_done(
    run: Callable[..., Result], database: Database, reference: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("--database", database.url, "--reference", f"{database.url}&schema=ref")
    dry = run("--org", "Acme", "--dry-run", *place)
    assert dry.stdout.startswith("CREATE SCHEMA IF NOT EXISTS org_acme;")
    assert not exists(database)
    first = run("--org", "Acme", *place)
    assert (first.return_value, exists(database)) == (0, True)
    assert first.stdout.splitlines()[0].startswith("org_acme  created: ")
    assert run("--org", "Acme", *place).stdout.splitlines()[0] == "org_acme  nothing was to do"
    database.script(dry.stdout)
    database.run("ALTER TABLE org_acme.category ALTER org TYPE text")
    changed = run("--org", "acme", *place)
    assert changed.return_value == 1
    assert "left: 0 missing, 1 changed, 0 extra" in changed.stdout
    monkeypatch.setattr("isolint.tenants.provision.locked", lambda connection, tenant, _: locked(connection, tenant, 0))
    with database.server.connect(database.name) as other, locked(other, ACME, 0):
        assert run("--org", "acme", *place).return_value == 3


def test_what_the_command_lacks_is_asked_for(
    run: Callable[..., Result], database: Database, reference: Schema, tmp_path: Path
) -> None:
    assert "--database URL" in str(run("--org", "a").exception)
    assert "--reference REF" in str(run("--org", "a", "--database", database.url).exception)
    assert "must be a URL" in str(run("--org", "a", "--database", "file.sql").exception)
    empty = ("--database", database.url, "--reference", f"{database.url}&schema=public")
    database.run("DROP TABLE public.org CASCADE")
    assert isinstance(run("--org", "a", *empty).exception, SchemaError)
    (tmp_path / "isolint.yaml").write_text("", encoding="utf-8")
    assert "how tenants' schemas are called" in str(run("--org", "a", *empty).exception)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "cannot be read"),
        ("- a", "expected tables"),
        ("a: {rows: []}", "needs `key`"),
        ("a: {key: [x], rows: [{y: 1}]}", "each row of a"),
    ],
)
def test_wrong_seed_files_are_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(TenantError, match=told):
        read_seeds(tmp_path / "s.yaml")


def test_the_podcast_tenant_of_41_tables_becomes_the_reference(database: Database, repository: Path) -> None:
    folder = repository / "fixtures" / "schemas" / "podcast"
    for name in ("public.sql", "create_complete_org_schema.sql"):
        database.script((folder / name).read_text(encoding="utf-8"))
    database.run("SELECT public.create_complete_org_schema('acme', 'x')")
    with closing():
        reference = load(f"{folder / 'reference.sql'}?schema=org_podcastflow_pro")
    assert len(database.read("org_acme")[0].tables) == 41
    first, second = (made(database, Wanted(reference)) for _ in range(2))
    assert (first.complete, first.changed, len(database.read("org_acme")[0].tables)) == (True, True, 84)
    assert (second.complete, second.changed) == (True, False)
    assert second.comparison.differences == ()
