"""What can go wrong during a run goes wrong here, on a real server: afterwards no tenant is half-changed, the ledger is
true, a second run completes, and the rows are those that were there before, each changed once.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from isolint.tenants.course import Course, Result, State
from isolint.tenants.fleet import Fleet
from isolint.tenants.migrate import migrate
from isolint.tenants.migration import read_migration
from isolint.tenants.naming import Naming
from isolint.tenants.rollback import planned, rollback

if TYPE_CHECKING:
    from conftest import Database

ORG = Naming("org_{slug}")
PARTS = 5
FILE = """\
BEGIN;
ALTER TABLE invoice ADD COLUMN type text NOT NULL DEFAULT '';
ALTER TABLE invoice ADD CONSTRAINT invoice_type CHECK (type <> '!') NOT VALID;
CREATE TABLE log (n int);
INSERT INTO log SELECT slow('1', 1)::int;
COMMIT;
-- isolint: batches of 2
UPDATE invoice SET type = slow(type || n, 2);
ALTER TABLE invoice VALIDATE CONSTRAINT invoice_type;
CREATE INDEX CONCURRENTLY IF NOT EXISTS invoice_type_idx ON invoice (slow(type, 4));
INSERT INTO log SELECT slow('2', 5)::int;
"""
"""A part of each kind. The backfill and the inserts would show if they ran twice. `slow` waits for a lock."""

TENANT = """
CREATE SCHEMA {0}; CREATE TABLE {0}.invoice (n int PRIMARY KEY);
INSERT INTO {0}.invoice SELECT generate_series(1, 5);
CREATE FUNCTION {0}.slow(x text, at int) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_lock_shared(at); PERFORM pg_advisory_unlock_shared(at); RETURN x; END $$;
"""
SEEN = """
SELECT '{0}' AS schema, count(*) AS rows, sum(i.n) AS total,
    count(*) FILTER (WHERE to_jsonb(i) ->> 'type' = i.n::text) AS filled,
    count(*) FILTER (WHERE coalesce(to_jsonb(i) ->> 'type', '') NOT IN ('', i.n::text)) AS wrong,
    (SELECT count(*) FROM pg_attribute WHERE attrelid = '{0}.invoice'::regclass AND attname = 'type') AS columns,
    (SELECT count(*) FROM pg_constraint WHERE conrelid = '{0}.invoice'::regclass AND contype = 'c') AS checks,
    (SELECT count(*) FROM pg_constraint
     WHERE conrelid = '{0}.invoice'::regclass AND contype = 'c' AND convalidated) AS valid,
    (SELECT count(*) FROM pg_index WHERE indrelid = '{0}.invoice'::regclass AND indisvalid) - 1 AS indexes
FROM {0}.invoice i"""
LEDGER = """
SELECT m.schema, m.done, m.finished IS NOT NULL AS finished, coalesce(m.position[1]::int, 0) AS position,
    (SELECT count(*) FROM isolint.tenant_step s WHERE s.schema = m.schema AND s.migration = m.name
     AND s.finished IS NOT NULL AND s.undone IS NULL AND s.error IS NULL) AS steps
FROM isolint.tenant_migration m
"""

HARMLESS = ("SELECT", "SET", "RESET", "WITH", "--")
"""How statements begin that change nothing: a kill before one is a kill before the next."""


class World:
    """A fleet of small tenants on a real server, and what is asked of it after each fault."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.path = database, folder / "1.sql"
        self.fleet = Fleet(database.url, ORG, folder)
        self.path.write_text(FILE, encoding="utf-8")
        self.schemas: tuple[str, ...] = ()
        self.going_back = False

    def build(self, count: int) -> None:
        """So many tenants."""
        self.schemas = tuple(f"org_{at:03}" for at in range(count))
        self.database.run("DROP SCHEMA IF EXISTS isolint CASCADE;" + "".join(map(TENANT.format, self.schemas)))

    def migrate(
        self, schemas: Sequence[str] = (), tell: Callable[[Result], None] | None = None, **options: Any
    ) -> dict[str, Result]:
        """Run the file; the results by schema."""
        course = Course(options.pop("jobs", 2), options.pop("canaries", 0), 99)
        found: dict[str, Result] = {}

        def told(result: Result) -> None:
            found[result.schema] = result
            if tell:
                tell(result)

        migrate(self.fleet, schemas or self.schemas, read_migration(self.path, ORG), course, told, **options)
        return found

    def rollback(self, schemas: Sequence[str] = ()) -> dict[str, Result]:
        found: dict[str, Result] = {}
        plan = planned(self.fleet, schemas or self.schemas, "base")
        assert plan.refused == {}
        rollback(self.fleet, plan, Course(2, 0, 99), lambda r: found.update({r.schema: r}), lose_data=True)
        return found

    def quiet(self) -> None:
        """Wait until the server has noticed that whoever was killed is gone."""
        left = "SELECT FROM pg_stat_activity WHERE application_name = 'isolint' AND pid <> pg_backend_pid()"
        deadline = time.monotonic() + 20
        while self.database.rows(left):
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def done(self) -> list[int]:
        """How many parts each tenant has; that each has them whole, and that the ledger says so."""
        self.quiet()
        made = self.database.rows(
            "SELECT FROM pg_tables WHERE schemaname = 'isolint' AND tablename = 'tenant_migration'"
        )
        ledger = {row["schema"]: row for row in self.database.rows(LEDGER)} if made else {}
        none = {"done": 0, "finished": False, "position": 0, "steps": 0}
        seen = self.database.rows(" UNION ALL ".join(map(SEEN.format, self.schemas)) + " ORDER BY 1")
        logs = self.logs()
        return [
            _checked(row | {"log": logs.get(row["schema"], [])}, ledger.get(row["schema"], none), self.going_back)
            for row in seen
        ]

    def logs(self) -> dict[str, list[int]]:
        """The rows of each tenant's log, by schema, where there is one."""
        found = self.database.rows("SELECT schemaname FROM pg_tables WHERE tablename = 'log'")
        schemas = [row["schemaname"] for row in found if row["schemaname"] in self.schemas]
        return {s: [row["n"] for row in self.database.rows(f"SELECT n FROM {s}.log")] for s in schemas}

    def completes(self) -> None:
        """A second run ends with every tenant whole."""
        results = self.migrate().values()
        assert {result.state for result in results} <= {State.DONE, State.SKIPPED}, [
            r.error for r in results if r.error
        ]
        assert self.done() == [PARTS] * len(self.schemas)


def _checked(row: dict[str, Any], entry: dict[str, Any], going_back: bool) -> int:
    """How many parts the ledger says that a tenant has; they are there, and nothing more than can be taken up. On the
    way back rows stay until what holds them goes.
    """
    done: int = entry["done"]
    assert (row["rows"], row["total"], row["wrong"]) == (5, 15, 0), row
    assert row["columns"] == row["checks"] == row["log"].count(1) == (done >= 1), (row, entry)
    assert going_back or row["filled"] == (5 if done >= 2 else entry["position"]), (row, entry)
    assert (done >= 3) <= row["valid"] <= (done >= 2), (row, entry)
    assert (done >= 4 and not going_back) <= row["indexes"] <= (done >= 3), (row, entry)
    assert going_back or row["log"].count(2) == (done >= 5), (row, entry)
    assert (entry["finished"], entry["steps"]) == (done == PARTS, done), (row, entry)
    return done


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    """Six tenants."""
    made = World(database, tmp_path)
    made.build(6)
    return made


def in_child(work: Callable[[], object]) -> int:
    """Do the work in a process of its own, which is left running; its id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    return pid


def killed_at(boundary: int, work: Callable[[], dict[str, Result]]) -> bool:
    """Kill a process of its own before the so-manieth time that it changes something or ends a transaction.

    False when it ended before.
    """

    def mortal() -> None:
        spoken = 0

        def deadly(method: Callable[..., Any], word: str) -> Callable[..., Any]:
            def counted(self: Any, *given: Any, **options: Any) -> Any:
                nonlocal spoken
                text = word or (given[0].decode() if isinstance(given[0], bytes) else given[0])
                if not text.startswith(HARMLESS):
                    if spoken == boundary:
                        os.kill(os.getpid(), signal.SIGKILL)
                    spoken += 1
                return method(self, *given, **options)

            return counted

        psycopg.Cursor.execute = deadly(psycopg.Cursor.execute, "")  # type: ignore[method-assign]
        psycopg.Transaction.__exit__ = deadly(psycopg.Transaction.__exit__, "COMMIT")  # type: ignore[method-assign]
        results = work()
        assert {result.error for result in results.values()} == {""}

    _, status = os.waitpid(in_child(mortal), 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process cannot be copied here")


def kills(world: World, work: Callable[[str], dict[str, Result]]) -> int:
    """Kill the work in each tenant one statement later than in the one before, until it ends unharmed."""
    for boundary, schema in enumerate(world.schemas):
        if not killed_at(boundary, partial(work, schema)):
            return boundary
    raise AssertionError("more tenants are needed")


@needs_fork
def test_killed_at_every_boundary_forth_and_back(database: Database, tmp_path: Path) -> None:
    world = World(database, tmp_path)
    world.build(80)
    world.migrate(world.schemas[-1:])
    forth = kills(world, lambda schema: world.migrate([schema], canaries=1))
    assert set(world.done()[: forth + 1]) == set(range(PARTS + 1))
    world.schemas = world.schemas[: forth + 1]
    world.completes()
    back = kills(world, lambda schema: world.rollback([schema]))
    world.going_back = True
    assert set(world.done()[: back + 1]) == set(range(PARTS + 1))
    world.schemas = world.schemas[: back + 1]
    assert {result.error for result in world.rollback().values()} == {""}
    world.going_back = False
    assert world.done() == [0] * (back + 1)
    assert min(forth, back) > 20


@needs_fork
@pytest.mark.parametrize(("at", "done"), [(1, 0), (2, 1), (4, 3), (5, 4)])
def test_killed_in_the_middle_of_a_statement(world: World, at: int, done: int) -> None:
    """The server goes on with a statement whose client is dead; the second run waits for that and repeats nothing."""
    blocked = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'isolint'"
    with psycopg.connect(world.database.url, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", (at,))
        pid = in_child(lambda: world.migrate(world.schemas[:1], canaries=1))
        deadline = time.monotonic() + 20
        while not world.database.rows(blocked) and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert world.migrate(world.schemas[:1])[world.schemas[0]].state is State.BUSY
    assert world.done() == [done] + [0] * 5
    world.completes()


@pytest.mark.parametrize("how", ["the server crashes", "connections are cut"])
def test_a_lost_connection_is_made_anew(world: World, how: str) -> None:
    """A process of the server that is killed takes all others with it; the server recovers from its log."""
    told: list[Result] = []

    def cut(result: Result) -> None:
        told.append(result)
        if len(told) == 2:
            ask = "SELECT pid FROM pg_stat_activity WHERE application_name = 'isolint' AND pid <> pg_backend_pid()"
            for row in world.database.rows(ask):
                if how == "connections are cut":
                    world.database.rows(f"SELECT pg_terminate_backend({row['pid']})")
                else:
                    os.kill(row["pid"], signal.SIGKILL)
                    break

    results = world.migrate(tell=cut)
    assert {(result.state, result.error) for result in results.values()} == {(State.DONE, "")}
    world.completes()


def test_a_server_that_goes_down_each_time_is_not_tried_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.path.write_text(FILE.replace("slow('1', 1)::int", "pg_terminate_backend(pg_backend_pid())::int"), "utf-8")
    results = world.migrate(world.schemas[:1])
    assert results["org_000"].state is State.FAILED
    assert "terminating connection" in results["org_000"].error
    assert world.done() == [0] * 6
    world.path.write_text(FILE, encoding="utf-8")
    world.completes()


@pytest.mark.skipif(sys.platform != "linux", reason="the limits of another process can be set on Linux only")
def test_a_full_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file of the server's process may grow over 17 MB, so that the table cannot be extended."""
    world.database.run(
        "CREATE TABLE org_002.big (id int PRIMARY KEY, x text); ALTER TABLE org_002.big ALTER x SET STORAGE PLAIN;"
        "INSERT INTO org_002.big SELECT at, repeat('x', 4000) FROM generate_series(1, 3000) at"
    )
    for schema in world.schemas:
        world.database.run(f"CREATE TABLE IF NOT EXISTS {schema}.big (id int PRIMARY KEY, x text)")
    world.path.write_text(FILE.replace("INSERT INTO log", "UPDATE big SET x = x || 'y';\nINSERT INTO log", 1), "utf-8")
    connect = Fleet.connect

    def limited(fleet: Fleet) -> Any:
        connection = connect(fleet)
        pid = connection.info.backend_pid

        def limit() -> None:
            if os.getuid() == 0:
                owner = os.stat(f"/proc/{pid}")
                os.setgid(owner.st_gid)
                os.setuid(owner.st_uid)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (17 << 20, 17 << 20))

        assert os.waitpid(in_child(limit), 0)[1] == 0
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(Fleet, "connect", limited)
        results = world.migrate()
    assert [schema for schema, result in results.items() if result.state is not State.DONE] == ["org_002"]
    assert "could not extend file" in results["org_002"].error
    assert world.done() == [5, 5, 0, 5, 5, 5]
    assert world.database.rows("SELECT FROM org_002.big WHERE x LIKE '%y'") == []
    world.completes()
    assert len(world.database.rows("SELECT FROM org_002.big WHERE x LIKE '%xy'")) == 3000


def test_a_statement_that_takes_too_long(world: World) -> None:
    with psycopg.connect(world.database.url, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(2)")
        results = world.migrate(world.schemas[:1], statement_timeout="100ms")
    assert "canceling statement due to statement timeout; 1 of 5 parts stay" in results["org_000"].error
    assert world.done() == [1] + [0] * 5
    assert "statement timeout" in world.database.rows("SELECT error FROM isolint.tenant_migration")[0]["error"]
    world.completes()
    assert world.database.rows("SELECT FROM isolint.tenant_migration WHERE error IS NOT NULL") == []


def test_two_runs_at_once(world: World) -> None:
    results: list[dict[str, Result]] = []
    threads = [threading.Thread(target=lambda: results.append(world.migrate())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for schema in world.schemas:
        states = sorted(result[schema].state for result in results)
        assert states.count(State.DONE) == 1, states
        assert set(states) <= {State.DONE, State.SKIPPED, State.BUSY}
    assert world.done() == [PARTS] * 6
    world.completes()


def test_tenants_dropped_and_made_meanwhile(world: World) -> None:
    told: list[Result] = []

    def meanwhile(result: Result) -> None:
        told.append(result)
        if len(told) == 1:
            world.database.run(f"DROP SCHEMA org_005 CASCADE; {TENANT.format('org_009')}")

    results = world.migrate(tell=meanwhile, jobs=1)
    assert {schema: result.state for schema, result in results.items() if result.error} == {"org_005": State.FAILED}
    assert "org_005: the schema is gone" in results["org_005"].error
    assert world.database.rows("SELECT FROM isolint.tenant_migration WHERE schema = 'org_005'") == []
    with world.fleet.connect() as connection:
        world.schemas = world.fleet.schemas(connection)
    assert world.done() == [5, 5, 5, 5, 5, 0]
    world.completes()


def test_a_tenant_made_anew_under_an_old_name_gets_it_too(world: World) -> None:
    world.completes()
    world.database.run(f"DROP SCHEMA org_001 CASCADE; {TENANT.format('org_001')}")
    results = world.migrate()
    assert [schema for schema, result in results.items() if result.state is State.DONE] == ["org_001"]
    assert world.done() == [PARTS] * 6


def test_a_restored_database_keeps_what_the_ledger_says(world: World) -> None:
    world.completes()
    world.database.run("UPDATE isolint.tenant_migration SET oid = 1")
    assert {result.state for result in world.migrate().values()} == {State.SKIPPED}
    assert world.done() == [PARTS] * 6


def test_a_tenant_altered_by_hand(world: World) -> None:
    world.database.run("ALTER TABLE org_003.invoice ADD COLUMN type int")
    results = world.migrate()
    assert {schema for schema, result in results.items() if result.state is not State.DONE} == {"org_003"}
    assert 'column "type" of relation "invoice" already exists; nothing was changed' in results["org_003"].error
    world.database.run("ALTER TABLE org_003.invoice DROP COLUMN type")
    assert world.done() == [5, 5, 5, 0, 5, 5]
    world.completes()


@pytest.fixture
def weak(world: World) -> Iterator[Fleet]:
    """The fleet as a role that may write the ledger and read the tenants, and no more."""
    world.database.run(
        "DO $$ BEGIN CREATE ROLE weak LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        + "".join(f"GRANT USAGE ON SCHEMA {schema} TO weak;" for schema in world.schemas)
    )
    yield Fleet(world.database.url.replace("isolint_admin", "weak"), ORG, world.fleet.folder)
    world.database.run("DROP OWNED BY weak; DROP ROLE weak")


def test_a_role_without_rights(world: World, weak: Fleet) -> None:
    strong, world.fleet = world.fleet, weak
    with pytest.raises(Exception, match="the ledger: permission denied"):
        world.migrate()
    world.fleet = strong
    world.migrate(world.schemas[:1])
    world.database.run("GRANT USAGE ON SCHEMA isolint TO weak; GRANT ALL ON ALL TABLES IN SCHEMA isolint TO weak")
    world.fleet = weak
    results = world.migrate()
    assert {result.state for result in results.values()} == {State.SKIPPED, State.FAILED}
    assert "must be owner of table invoice" in results["org_001"].error
    world.fleet = strong
    assert world.done() == [PARTS] + [0] * 5
    world.completes()
