"""Reading a running server: equality, places, locks, and what it costs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg
import pytest

from isolint.errors import SchemaError
from isolint.schema.difference import Comparison
from isolint.schema.load import load, load_pair
from isolint.schema.model import Rights
from isolint.schema.sources import live

if TYPE_CHECKING:
    from conftest import Database

Said = Callable[[Comparison], list[tuple[str, str, str, str]]]


def test_the_same_under_two_names_is_equal(database: Database, said: Said, rich: Callable[[str], str]) -> None:
    database.run(rich("org_alpha") + rich("org_beta"))
    one, other = database.read("org_alpha", "org_beta")
    assert one == other
    assert said(database.compare("org_alpha", "org_beta")) == []


def test_a_difference_in_one_of_them_is_seen(database: Database, said: Said, rich: Callable[[str], str]) -> None:
    database.run(rich("org_alpha") + rich("org_beta"))
    database.run("ALTER TABLE org_beta.item ALTER sku SET NOT NULL; DROP INDEX org_beta.idx_org_beta_sku")
    assert said(database.compare("org_alpha", "org_beta")) == [
        ("changed", "column", "item", "sku"),
        ("missing", "index", "item", "idx_org_alpha_sku"),
    ]


def test_two_schemas_of_84_tables_take_at_most_20_statements(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for schema in ("org_a", "org_b"):
        tables = "".join(
            f"CREATE TABLE t{n} (id serial PRIMARY KEY, a int CHECK (a > 0), b text UNIQUE, c int);"
            f"CREATE INDEX ON t{n} (c);" + (f"ALTER TABLE t{n} ADD FOREIGN KEY (c) REFERENCES t{n - 1};" if n else "")
            for n in range(84)
        )
        database.run(f"CREATE SCHEMA {schema}; SET search_path = {schema}; {tables}")
    counted: list[float] = []
    execute = psycopg.Connection.execute

    def timed(self: psycopg.Connection, *args: object, **kwargs: object) -> object:
        start = time.perf_counter()
        try:
            return execute(self, *args, **kwargs)  # type: ignore[arg-type]
        finally:
            counted.append(time.perf_counter() - start)

    monkeypatch.setattr(psycopg.Connection, "execute", timed)
    one, other = load_pair(f"{database.url}&schema=org_a", f"{database.url}&schema=org_b")
    assert one == other
    assert len(one.tables) == 84
    transaction, timeout = 2, 1
    assert len(counted) + transaction + timeout <= 20


def test_a_table_that_is_being_altered_is_busy_and_never_same(
    database: Database, said: Said, rich: Callable[[str], str]
) -> None:
    database.run(rich("org_alpha") + rich("org_beta"))
    with database.server.connect(database.name) as other, other.transaction():
        other.execute("ALTER TABLE org_beta.item ADD COLUMN late int")
        comparison = database.compare("org_alpha", "org_beta")
    assert set(comparison.busy) == {"item", "one", "many"}
    assert said(comparison) == []


def test_a_lock_that_goes_in_time_is_waited_for(database: Database, rich: Callable[[str], str]) -> None:
    database.run(rich("org_alpha"))
    holder = database.server.connect(database.name)
    holder.execute("BEGIN")
    holder.execute("ALTER TABLE org_alpha.item ADD COLUMN late int")
    timer = threading.Timer(0.3, lambda: holder.execute("COMMIT"))
    timer.start()
    with database.server.connect(database.name) as connection:
        found = live.read(connection, ("org_alpha",), "test", 5000)[0]
    timer.join()
    holder.close()
    assert found.busy == ()
    assert "late" in {c.name for t in found.tables if t.name == "item" for c in t.columns}


def test_an_unknown_schema_is_named(database: Database) -> None:
    with pytest.raises(SchemaError, match="there is no schema org_nobody"):
        load(f"{database.url}&schema=org_nobody")


def test_an_unreachable_server_is_told_without_the_password() -> None:
    with pytest.raises(SchemaError, match="cannot connect") as caught:
        load("postgresql://u:s3cret@127.0.0.1:1/db?schema=a")
    assert "s3cret" not in str(caught.value)


def test_nothing_is_left_in_the_database(database: Database, rich: Callable[[str], str]) -> None:
    database.run(rich("org_alpha"))
    database.read("org_alpha")
    found = database.rows("SELECT count(*) AS n FROM pg_class WHERE relnamespace = 'org_alpha'::regnamespace")
    database.read("org_alpha")
    assert database.rows("SELECT count(*) AS n FROM pg_class WHERE relnamespace = 'org_alpha'::regnamespace") == found


def test_a_table_that_an_alter_waits_for_is_busy(database: Database) -> None:
    """Readers of the catalog queue behind it although nobody has altered anything yet."""
    for schema in ("org_a", "org_b"):
        database.run(f"CREATE SCHEMA {schema}; CREATE TABLE {schema}.t (k int); CREATE INDEX ON {schema}.t (k)")
    with database.server.connect(database.name) as reader, database.server.connect(database.name) as altering:
        reader.execute("BEGIN")
        reader.execute("SELECT FROM org_b.t")
        waiting = threading.Thread(target=altering.execute, args=("ALTER TABLE org_b.t ADD l int",))
        waiting.start()
        while not database.rows("SELECT FROM pg_locks WHERE NOT granted"):
            time.sleep(0.02)
        comparison = database.compare("org_a", "org_b")
        reader.execute("COMMIT")
        waiting.join()
    assert comparison.busy == ("t",)


@pytest.mark.parametrize("catalog", ["pg_depend", "pg_constraint"])
def test_a_locked_catalog_is_told_and_not_waited_for(database: Database, catalog: str) -> None:
    database.run("CREATE SCHEMA org_a")
    with database.server.connect(database.name) as other, database.server.connect(database.name) as reading:
        reading.execute("SELECT 1")
        other.execute("BEGIN")
        other.execute(f"LOCK pg_catalog.{catalog} IN ACCESS EXCLUSIVE MODE".encode())
        with pytest.raises(SchemaError, match="locked by somebody"):
            live.read(reading, ("org_a",), "test", 100)
        assert reading.execute("SHOW lock_timeout").fetchone() == {"lock_timeout": "0"}
        other.execute("COMMIT")


def test_an_empty_schema_names_the_others_that_hold_tables(database: Database) -> None:
    database.run("CREATE SCHEMA org_a; CREATE TABLE org_a.t (k int); CREATE SCHEMA org_b")
    empty, filled = database.read("org_b", "org_a")
    assert (empty.empty, empty.elsewhere) == (True, ("org_a",))
    assert (filled.empty, filled.elsewhere) == (False, ())


def test_what_the_reading_role_or_another_may_do_is_told(database: Database) -> None:
    database.run(
        "DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN; CREATE SCHEMA org_a; CREATE TABLE org_a.t (id int)"
    )
    database.run("ALTER TABLE org_a.t ENABLE ROW LEVEL SECURITY; ALTER TABLE org_a.t OWNER TO clerk")
    try:
        mine = load(f"{database.url}&schema=org_a").rights
        assert mine is not None
        assert (mine.bypasses, mine.usable) == (True, True)
        assert load(f"{database.url}&schema=org_a&role=clerk").rights == Rights("clerk", False, False, ("t",))
        with pytest.raises(SchemaError, match="there is no role nobody"):
            load(f"{database.url}&schema=org_a&role=nobody")
    finally:
        database.run("DROP OWNED BY clerk; DROP ROLE clerk")
