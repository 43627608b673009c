"""Whether a tenant is fit for use, on a real server, also from within an application's own transaction."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg.rows import namedtuple_row

from isolint.errors import TenantError
from isolint.schema.model import Schema
from isolint.tenants.health import Check, Health, check, check_async
from isolint.tenants.naming import Naming
from isolint.tenants.provision import Wanted, provision
from isolint.tenants.seeds import Seed

if TYPE_CHECKING:
    from conftest import Database

ACME = Naming("org_{slug}").tenant("acme")
REFERENCE = """
CREATE TABLE public.org (id int PRIMARY KEY);
CREATE SEQUENCE public.numbers;
CREATE SCHEMA ref; SET search_path = ref;
CREATE TABLE client (id serial PRIMARY KEY, name text UNIQUE);
CREATE TABLE invoice (id serial PRIMARY KEY, type text CHECK (type <> ''), client int REFERENCES client, n int);
CREATE INDEX invoice_n ON invoice (n);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = ref AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON invoice FOR EACH ROW EXECUTE FUNCTION touch();
CREATE FUNCTION total() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM ref.invoice';
"""
SEEDS = (Seed("client", ("name",), ({"name": "House", "id": 1}, {"name": "$slug", "id": 2})),)


@pytest.fixture
def reference(database: Database) -> Schema:
    """The schema `ref`, and beside it the tenant `org_acme` that was made from it, and `org_b`."""
    database.run("DROP SCHEMA IF EXISTS isolint CASCADE;" + REFERENCE)
    reference = database.read("ref")[0]
    with database.server.connect(database.name) as connection:
        for slug in ("acme", "b"):
            provision(connection, Naming("org_{slug}").tenant(slug), Wanted(reference, SEEDS))
    return reference


def asked(database: Database, reference: Schema, **options: Any) -> Health:
    return check(database.url, ACME, reference, **options)


def faults(health: Health) -> list[tuple[str, str]]:
    return [(str(fault.check), fault.name) for fault in health.faults]


def test_a_tenant_that_was_provisioned_is_healthy(database: Database, reference: Schema) -> None:
    health = asked(database, reference, seeds=SEEDS)
    assert (health.faults, health.unchecked, health.healthy) == ((), (), True)
    assert set(health.checked) == set(Check)
    assert str(health) == "org_acme: healthy, 2 tables as in test"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (
            "DROP TABLE org_acme.client CASCADE",
            [
                ("schema", "table client"),
                ("constraints", "constraint invoice.invoice_client_fkey"),
                ("seeds", "client"),
            ],
        ),
        (
            "ALTER TABLE org_acme.invoice DROP COLUMN type",
            [("schema", "column invoice.type"), ("constraints", "constraint invoice.invoice_type_check")],
        ),
        (
            "ALTER SEQUENCE org_acme.invoice_id_seq OWNED BY NONE",
            [("schema", "column invoice.id"), ("sequences", "invoice.id"), ("sequences", "sequence invoice_id_seq")],
        ),
        (
            "ALTER TABLE org_acme.invoice ALTER id SET DEFAULT nextval('org_b.invoice_id_seq')",
            [("schema", "column invoice.id"), ("sequences", "invoice.id")],
        ),
        ("ALTER TABLE org_acme.invoice DISABLE TRIGGER touch", [("triggers", "invoice.touch")]),
        ("ALTER TABLE org_acme.client DISABLE TRIGGER ALL", [("triggers", "client.invoice_client_fkey")]),
        ("DROP INDEX org_acme.invoice_n", [("indexes", "index invoice.invoice_n")]),
        (
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'org_acme.invoice_n'::regclass",
            [("indexes", "invoice.invoice_n")],
        ),
        (
            "ALTER TABLE org_acme.invoice DROP CONSTRAINT invoice_type_check, "
            "ADD CONSTRAINT invoice_type_check CHECK (type <> '') NOT VALID",
            [("constraints", "invoice.invoice_type_check")],
        ),
        (
            "ALTER TABLE org_acme.invoice DROP CONSTRAINT invoice_client_fkey, "
            "ADD CONSTRAINT invoice_client_fkey FOREIGN KEY (client) REFERENCES org_b.client",
            [("constraints", "constraint invoice.invoice_client_fkey")],
        ),
        (
            "ALTER FUNCTION org_acme.touch() SET search_path = org_b",
            [("functions", "function touch()"), ("functions", "touch()")],
        ),
        ("ALTER FUNCTION org_acme.touch() RESET search_path", [("functions", "function touch()")]),
        (
            "ALTER FUNCTION org_acme.total() SET search_path = public",
            [("functions", "function total()"), ("functions", "total()")],
        ),
        (
            "ALTER FUNCTION org_acme.total() SECURITY DEFINER",
            [("functions", "function total()"), ("functions", "total()")],
        ),
        (
            "CREATE OR REPLACE FUNCTION org_acme.total() RETURNS bigint LANGUAGE sql "
            "AS 'SELECT count(*) FROM org_b.invoice'",
            [("functions", "function total()")],
        ),
        ("DELETE FROM org_acme.client WHERE name = 'acme'", [("seeds", "client")]),
        ("DELETE FROM isolint.tenant_version WHERE schema = 'org_acme'", [("ledger", "org_acme")]),
        (
            "INSERT INTO isolint.tenant_migration (schema, name, checksum, batches) "
            "VALUES ('org_acme', 'm.sql', 'x', 2)",
            [("ledger", "org_acme")],
        ),
        ("GRANT SELECT ON org_acme.client TO pg_monitor", []),
        ("ALTER TABLE org_acme.invoice ADD more int; CREATE TABLE org_acme.more ()", []),
        ("DROP SCHEMA org_acme CASCADE", [("schema", "org_acme")]),
    ],
)
def test_what_is_wrong_is_told(database: Database, reference: Schema, sql: str, found: list[tuple[str, str]]) -> None:
    database.run(sql)
    health = asked(database, reference, seeds=SEEDS)
    assert faults(health) == found
    assert health.healthy == (not found)


def test_what_a_fault_says_can_be_acted_on(database: Database, reference: Schema) -> None:
    database.run("ALTER TABLE org_acme.invoice ALTER id SET DEFAULT nextval('org_b.invoice_id_seq')")
    database.run("DROP INDEX org_acme.invoice_n; DELETE FROM org_acme.client")
    assert str(asked(database, reference, seeds=SEEDS)).splitlines() == [
        "org_acme: 5 faults",
        "  schema: column invoice.id differs in default: integer NOT NULL "
        "DEFAULT nextval('org_b.invoice_id_seq'::regclass), and should be "
        "integer NOT NULL DEFAULT nextval(⟨owned sequence⟩)",
        "  sequences: invoice.id takes its numbers from org_b.invoice_id_seq, which is not of this tenant",
        "  indexes: index invoice.invoice_n is missing",
        "  seeds: client lacks the row of name House",
        "  seeds: client lacks the row of name acme",
    ]


def test_what_the_reference_has_so_too_is_no_fault(database: Database, reference: Schema) -> None:
    for schema in ("ref", "org_acme"):
        database.run(
            f"ALTER TABLE {schema}.invoice DISABLE TRIGGER touch, ALTER n SET DEFAULT nextval('public.numbers'), "
            f"DROP CONSTRAINT invoice_type_check, ADD CONSTRAINT invoice_type_check CHECK (type <> '') NOT VALID;"
            f"ALTER FUNCTION {schema}.total() SET search_path = public"
        )
    assert faults(asked(database, database.read("ref")[0])) == []


def test_rows_to_start_with_that_cannot_be_there_are_a_fault(database: Database, reference: Schema) -> None:
    seeds = (Seed("client", ("id",), ({"id": "no number"},)), Seed("nothing", ("a",), ({"a": 1},)))
    health = asked(database, reference, seeds=seeds)
    assert faults(health) == [("seeds", "client"), ("seeds", "nothing")]


def test_rows_that_need_the_tenants_id_are_not_checked_without_it(database: Database, reference: Schema) -> None:
    seeds = (Seed("client", ("id",), ({"id": "$org_id", "name": "x"},)),)
    health = asked(database, reference, seeds=seeds)
    assert (health.unchecked, health.healthy) == (((Check.SEEDS, "client: the tenant's id is needed"),), False)
    assert Check.SEEDS not in health.checked
    assert asked(database, reference, seeds=seeds, org_id="1").healthy


def test_a_sign_up_sees_its_own_transaction_and_leaves_it_as_it_was(database: Database, reference: Schema) -> None:
    """Settings of the session and of the transaction, the row factory, and what was written before."""
    with psycopg.connect(database.url, row_factory=namedtuple_row) as connection:
        connection.execute("SET search_path = org_b")
        connection.execute("SET LOCAL lock_timeout = '7s'")
        connection.execute("DROP TABLE org_acme.client CASCADE")
        health = check(connection, ACME, reference, ledger=False)
        assert health.faults[0].name == "table client"
        row = connection.execute(
            "SELECT current_setting('search_path') AS path, current_setting('lock_timeout') AS wait"
        ).fetchone()
        assert row == ("org_b", "7s")
        assert row is not None
        assert row.path == "org_b"
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        connection.rollback()
    assert asked(database, reference).healthy


def test_a_connection_without_a_transaction_has_none_afterwards(database: Database, reference: Schema) -> None:
    with psycopg.connect(database.url) as connection:
        assert check(connection, "org_acme", reference).healthy
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    with psycopg.connect(database.url, autocommit=True) as connection:
        assert check(connection, "org_acme", reference).healthy
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_an_asynchronous_connection_gets_the_same_answer(database: Database, reference: Schema) -> None:
    database.run("ALTER TABLE org_acme.invoice DISABLE TRIGGER touch; DELETE FROM org_acme.client WHERE id = 1")
    seeds = (*SEEDS, Seed("nothing", ("a",), ({"a": 1},)))

    async def ask() -> Health:
        async with await psycopg.AsyncConnection.connect(database.url) as connection:
            await connection.execute("SET LOCAL search_path = org_b")
            health = await check_async(connection, ACME, reference, seeds=seeds)
            row = await (await connection.execute("SELECT current_setting('search_path')")).fetchone()
            assert row == ("org_b",)
            return health

    assert asyncio.run(ask()) == asked(database, reference, seeds=seeds)


@pytest.mark.parametrize("ending", ["sync", "async"])
def test_a_table_that_is_being_altered_is_never_healthy(database: Database, reference: Schema, ending: str) -> None:
    async def ask() -> Health:
        async with await psycopg.AsyncConnection.connect(database.url) as connection:
            return await check_async(connection, ACME, reference)

    with database.server.connect(database.name) as other, other.transaction():
        other.execute("ALTER TABLE org_acme.invoice ADD late int")
        health = asked(database, reference) if ending == "sync" else asyncio.run(ask())
    assert not health.healthy
    assert health.unchecked[0] == (Check.SCHEMA, "invoice is being altered by somebody; try again")


def test_a_locked_catalog_is_told_and_leaves_the_transaction_usable(
    database: Database, reference: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isolint.schema.sources.live.LOCK_TIMEOUT", 100)
    with database.server.connect(database.name) as other, psycopg.connect(database.url) as connection:
        connection.execute("SELECT 1")
        with other.transaction():
            other.execute("LOCK pg_catalog.pg_policy IN ACCESS EXCLUSIVE MODE")
            health = check(connection, ACME, reference)
        assert not health.healthy
        assert {why for _, why in health.unchecked} == {"tables are being altered by somebody; try again"}
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_a_role_without_rights_is_told_what_it_may_not_do(database: Database, reference: Schema) -> None:
    database.run("DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN")
    try:
        with database.server.connect(database.name, "clerk") as connection:
            health = check(connection, ACME, reference, seeds=SEEDS)
        assert faults(health) == [("grants", "client"), ("grants", "invoice"), ("grants", "org_acme")]
        assert [check for check, _ in health.unchecked] == [Check.SEEDS, Check.LEDGER]
        assert Check.LEDGER not in health.checked
    finally:
        database.run("DROP OWNED BY clerk; DROP ROLE clerk")


def test_a_database_that_cannot_be_asked_is_an_error(database: Database, reference: Schema) -> None:
    with psycopg.connect(database.url) as connection:
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT nothing")
        with pytest.raises(TenantError, match=r"cannot be examined: .* aborted"):
            check(connection, ACME, reference)


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command on the database, in a folder with a configuration."""
    from isolint.cli.tenants import command

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url)
    configuration = f"tenants: {{schema: 'org_{{slug}}', reference: '{database.url}&schema=ref', seeds: seeds.yaml}}\n"
    (tmp_path / "isolint.yaml").write_text(configuration, encoding="utf-8")
    (tmp_path / "seeds.yaml").write_text("client: {key: [name], rows: [{name: House}]}\n", encoding="utf-8")

    def invoked(*words: str) -> Result:
        return CliRunner().invoke(command, ["health", *words], standalone_mode=False)

    return invoked


def test_the_command_tells_each_tenant(run: Callable[..., Result], database: Database, reference: Schema) -> None:
    good = run("--tenant", "Acme")
    assert good.return_value == 0
    assert good.stdout.startswith("org_acme: healthy, 2 tables as in postgresql://")
    database.run("DROP INDEX org_b.invoice_n")
    both = run("--all")
    assert both.return_value == 1
    assert both.stdout.splitlines()[1:] == [
        "org_b: 1 faults",
        "  indexes: index invoice.invoice_n is missing",
        "2 tenants: 1 healthy, 1 not",
    ]
    found = json.loads(run("--tenant", "b", "--tenant", "acme", "--format", "json").stdout)
    assert found["summary"] == {"tenants": 2, "healthy": 1, "faults": 1}
    assert found["tenants"][0]["faults"] == [
        {"check": "indexes", "name": "index invoice.invoice_n", "message": "is missing"}
    ]
    assert "say which tenants" in str(run().exception)


def test_the_command_answers_3_for_what_it_could_not_look_at(
    run: Callable[..., Result], database: Database, reference: Schema
) -> None:
    with database.server.connect(database.name) as other, other.transaction():
        other.execute("ALTER TABLE org_acme.invoice ADD late int")
        assert run("--tenant", "acme").return_value == 3
        assert run("--tenant", "acme", "--allow-incomplete").return_value == 0
        assert run("--tenant", "none").return_value == 1
