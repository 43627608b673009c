"""Dropping a tenant without filling the server's lock table."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from click.testing import CliRunner, Result

from isolint.errors import TenantError
from isolint.tenants.drop import drop, planned
from isolint.tenants.ledger import BusyTenant
from isolint.tenants.naming import Naming

if TYPE_CHECKING:
    from conftest import Database

BIG = Naming("org_{slug}").tenant("big")
TABLES = 40


@pytest.fixture
def tenant(database: Database) -> None:
    """`org_big`: tables that refer to each other, partitions, views, a type and a function."""
    database.run("DROP SCHEMA IF EXISTS isolint CASCADE; CREATE SCHEMA org_big; CREATE SCHEMA org_other")
    made = [
        f"CREATE TABLE org_big.t{n} (id serial PRIMARY KEY, a text UNIQUE, b int CHECK (b > 0));" for n in range(TABLES)
    ]
    made += [f"ALTER TABLE org_big.t{n} ADD o int REFERENCES org_big.t{(n + 1) % TABLES};" for n in range(TABLES)]
    database.run("".join(made))
    database.run(
        "CREATE TABLE org_big.p (id int, at date) PARTITION BY RANGE (at);"
        "CREATE TABLE org_big.p1 PARTITION OF org_big.p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
        "CREATE TABLE org_big.p2 PARTITION OF org_big.p DEFAULT;"
        "CREATE VIEW org_big.v AS SELECT id FROM org_big.t1; CREATE MATERIALIZED VIEW org_big.m AS TABLE org_big.v;"
        "CREATE TYPE org_big.state AS ENUM ('a'); CREATE FUNCTION org_big.f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "CREATE TABLE org_other.t (id int); INSERT INTO org_other.t VALUES (1)"
    )


def exists(database: Database) -> bool:
    return bool(database.rows("SELECT FROM pg_namespace WHERE nspname = 'org_big'"))


def left(database: Database) -> int:
    return len(database.rows("SELECT FROM pg_class WHERE relnamespace = 'org_big'::regnamespace AND relkind = 'r'"))


@contextmanager
def locks_left(database: Database, free: int) -> Iterator[None]:
    """The server's lock table with about so many entries left, until the end of the block."""
    with database.server.connect("postgres") as hog:
        taken = 0
        with suppress(psycopg.errors.OutOfMemory):
            while True:
                hog.execute(f"SELECT pg_advisory_lock(n) FROM generate_series({taken + 1}, {taken + 50}) n".encode())
                taken += 50
        hog.execute(f"SELECT pg_advisory_unlock(n) FROM generate_series({taken - free + 1}, {taken + 50}) n".encode())
        yield


def test_it_is_dropped_where_a_cascade_fills_the_lock_table(database: Database, tenant: None) -> None:
    """Also the estimate of locks is held against what transactions really take."""
    with database.server.connect(database.name) as connection:
        whole = sum(part.locks for part in planned(connection, BIG).parts)
        with locks_left(database, whole // 3):
            with pytest.raises(psycopg.errors.OutOfMemory):
                connection.execute("DROP SCHEMA org_big CASCADE")
            assert left(database) == TABLES + 2
            removal = drop(connection, BIG, budget=whole // 6)
    assert not exists(database)
    assert len(removal.parts) > 5
    assert database.rows("SELECT id FROM org_other.t") == [{"id": 1}]


def test_no_transaction_takes_more_locks_than_was_planned(database: Database, tenant: None) -> None:
    with database.server.connect(database.name) as connection:
        for part in planned(connection, BIG, budget=64).parts:
            with connection.transaction(force_rollback=True):
                for statement in part.statements:
                    connection.execute(statement.encode())
                (row,) = connection.execute(
                    "SELECT count(*) AS held FROM pg_locks WHERE pid = pg_backend_pid() AND NOT fastpath"
                ).fetchall()
            assert row["held"] <= part.locks + 30
            assert part.locks <= 64 or len(part.names) == 1


def test_it_is_taken_out_of_the_ledger_which_tells_that_it_was_dropped(database: Database, tenant: None) -> None:
    with database.server.connect(database.name) as connection:
        drop(connection, BIG)
    steps = database.rows("SELECT what, error FROM isolint.tenant_step WHERE schema = 'org_big' ORDER BY id")
    assert steps[-1] == {"what": "drop the schema", "error": None}
    assert database.rows("SELECT FROM isolint.tenant_version WHERE schema = 'org_big'") == []


def test_what_elsewhere_needs_it_stops_it_before_anything_is_dropped(database: Database, tenant: None) -> None:
    database.run("CREATE VIEW org_other.sums AS SELECT count(*) FROM org_big.t3")
    database.run("ALTER TABLE org_other.t ADD FOREIGN KEY (id) REFERENCES org_big.t1 NOT VALID")
    before = left(database)
    with (
        database.server.connect(database.name) as connection,
        pytest.raises(TenantError, match=r"org_other.*org_big.*drop that first, nothing was changed"),
    ):
        drop(connection, BIG)
    assert left(database) == before


def test_a_run_that_meets_a_lock_is_taken_up(database: Database, tenant: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isolint.tenants.work.LOCK_TIMEOUT", "100ms")
    with database.server.connect(database.name) as other, database.server.connect(database.name) as connection:
        with other.transaction():
            other.execute("LOCK org_big.t7 IN ACCESS SHARE MODE")
            with pytest.raises(BusyTenant, match="tables are gone, the same command takes it up"):
                drop(connection, BIG, budget=40)
        assert exists(database)
        assert left(database) < TABLES + 2
        drop(connection, BIG, budget=40)
    assert not exists(database)


def test_two_at_once_do_not_meet(database: Database, tenant: None) -> None:
    told: list[str] = []

    def run() -> None:
        with database.server.connect(database.name) as connection:
            try:
                drop(connection, BIG, budget=40)
                told.append("dropped")
            except TenantError as error:
                told.append(str(error))

    runs = [threading.Thread(target=run) for _ in range(2)]
    for thread in runs:
        thread.start()
    for thread in runs:
        thread.join()
    assert sorted(told) == ["dropped", "org_big: there is no such schema"]


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    from isolint.cli.tenants import command

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url)
    (tmp_path / "isolint.yaml").write_text("tenants: {schema: 'org_{slug}'}\n", encoding="utf-8")

    def invoked(*words: str) -> Result:
        return CliRunner().invoke(command, ["drop", *words], standalone_mode=False)

    return invoked


def test_the_command_drops_only_what_is_confirmed_by_name(
    run: Callable[..., Result], database: Database, tenant: None
) -> None:
    asked = run("--tenant", "big")
    assert asked.return_value == 0
    assert asked.stdout.startswith("org_big  would be dropped: 45 tables and views in ")
    assert "is not the tenant's schema, which is org_big" in str(run("--tenant", "big", "--confirm", "big").exception)
    assert exists(database)
    done = run("--tenant", "big", "--confirm", "org_big")
    assert (done.return_value, exists(database)) == (0, False)
    assert "there is no such schema" in str(run("--tenant", "big", "--confirm", "org_big").exception)
