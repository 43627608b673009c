"""The fleet at a glance, on a real server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from isolint.errors import TenantError
from isolint.tenants.fleet import Fleet
from isolint.tenants.naming import Naming
from isolint.tenants.provision import Wanted, provision
from isolint.tenants.status import DRILLED, Status, status

if TYPE_CHECKING:
    from conftest import Database

ORG = Naming("org_{slug}")
TABLES = """
CREATE SCHEMA {schema}; SET search_path = {schema};
CREATE TABLE invoice (id serial PRIMARY KEY, type text DEFAULT 'in' CONSTRAINT {schema}_type CHECK (type <> ''), n int);
CREATE INDEX {schema}_n ON invoice (n) WHERE n > 0;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.n := 1; RETURN new; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON invoice FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE VIEW paid AS SELECT id, type FROM invoice;
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON invoice USING (n > 0);
"""


def make(database: Database, *schemas: str) -> None:
    database.run("DROP SCHEMA IF EXISTS isolint CASCADE")
    for schema in schemas:
        database.run(TABLES.format(schema=schema))


def asked(database: Database, slugs: str = "", wait: int = 200) -> Status:
    with database.server.connect(database.name) as connection:
        return status(connection, Fleet(database.url, ORG, Path.cwd(), slugs=slugs), wait=wait)


def told(found: Status) -> list[tuple[int, list[str]]]:
    """How many tenants each group has, and the names of what differs."""
    return [
        (len(g.schemas), [f"{d.change} {d.kind} {d.name}" for d in g.comparison.differences if g.comparison])
        for g in found.groups
        if g.comparison
    ]


def test_tenants_of_the_same_shape_are_one_group(database: Database) -> None:
    make(database, "org_a", "org_b", "org_c")
    found = asked(database)
    assert (found.alike, found.different, found.busy, found.absent) == (3, 0, (), ())
    assert told(found) == [(3, [])]
    assert found.versions == (("unknown", 3),)


@pytest.mark.parametrize(
    ("sql", "difference"),
    [
        ("ALTER TABLE org_b.invoice DROP COLUMN type CASCADE", "missing column type"),
        ("ALTER TABLE org_b.invoice ALTER n SET NOT NULL", "changed column n"),
        ("ALTER TABLE org_b.invoice ALTER n SET DEFAULT 1", "changed column n"),
        ("DROP INDEX org_b.org_b_n", "missing index org_a_n"),
        ("ALTER TABLE org_b.invoice DROP CONSTRAINT org_b_type", "missing constraint org_a_type"),
        ("ALTER TABLE org_b.invoice DISABLE TRIGGER touch", "changed trigger touch"),
        ("ALTER TABLE org_b.invoice DISABLE ROW LEVEL SECURITY", "changed table invoice"),
        ("ALTER POLICY own ON org_b.invoice USING (true)", "changed policy own"),
        ("ALTER TYPE org_b.state ADD VALUE 'late'", "changed type state"),
        ("CREATE OR REPLACE VIEW org_b.paid AS SELECT id, type FROM org_b.invoice WHERE id > 0", "changed view paid"),
        ("CREATE TABLE org_b.more ()", "extra table more"),
        ("CREATE FUNCTION org_b.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "extra function f()"),
        ("CREATE DOMAIN org_b.pos AS int CHECK (value > 0)", "extra type pos"),
        ("CREATE SEQUENCE org_b.s", "extra sequence s"),
        ("ALTER SEQUENCE org_b.invoice_id_seq INCREMENT 2", "changed sequence invoice_id_seq"),
        ("CREATE STATISTICS org_b.st ON id, n FROM org_b.invoice", "extra statistics st"),
    ],
)
def test_one_that_stands_out_is_told_with_what_differs(database: Database, sql: str, difference: str) -> None:
    make(database, "org_a", "org_b", "org_c")
    database.run(sql)
    found = asked(database)
    assert (found.alike, found.different) == (2, 1)
    assert found.groups[1].schemas == ("org_b",)
    assert difference in told(found)[1][1]


def test_names_of_indexes_and_the_order_of_columns_make_no_other_group(database: Database) -> None:
    make(database, "org_a", "org_b", "org_c")
    database.run("ALTER INDEX org_b.org_b_n RENAME TO other; ALTER TABLE org_c.invoice DROP n CASCADE, ADD n int")
    database.run("CREATE INDEX ON org_c.invoice (n) WHERE n > 0; CREATE POLICY own ON org_c.invoice USING (n > 0)")
    assert told(asked(database)) == [(3, [])]


def test_a_tenant_that_is_being_altered_is_busy_and_never_alike(database: Database) -> None:
    make(database, "org_a", "org_b")
    with database.server.connect(database.name) as other, other.transaction():
        other.execute("ALTER TABLE org_b.invoice ADD late int")
        found = asked(database)
    assert (found.alike, found.busy) == (1, ("org_b",))


@pytest.fixture
def clerk(database: Database) -> Iterator[str]:
    """The URL of a role that may use org_a and no other tenant."""
    make(database, "org_a", "org_b")
    database.run("DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA org_a TO clerk")
    yield database.url.replace("isolint_admin", "clerk")
    database.run("DROP OWNED BY clerk; DROP ROLE clerk")


def test_a_tenant_that_the_role_may_not_use_is_denied_and_never_alike(clerk: str) -> None:
    fleet = Fleet(clerk, ORG, Path.cwd())
    with closing(fleet.connect()) as connection:
        found = status(connection, fleet, wait=200)
    assert (found.alike, found.different, found.denied) == (1, 0, ("org_b",))


def test_denied_tenants_alone_are_3(run: Callable[..., Result], clerk: str) -> None:
    result = run("--database", clerk)
    assert (result.return_value, result.stdout.splitlines()[0]) == (3, "2 tenants: 1 like org_a, 1 denied")
    assert "denied, not compared: this role has no USAGE on org_b" in result.stdout.splitlines()
    assert run("--database", clerk, "--allow-incomplete").return_value == 0


def test_listed_tenants_without_a_schema_are_told(database: Database) -> None:
    make(database, "org_a", "org_old")
    found = asked(database, "SELECT 'a' AS slug UNION SELECT 'lost-one'")
    assert (found.alike, found.absent) == (1, ("org_lost_one",))
    with pytest.raises(TenantError, match=r"tenants\.slugs: "):
        asked(database, "SELECT slug FROM nothing")


def test_no_tenant_at_all_is_an_error(database: Database) -> None:
    with pytest.raises(TenantError, match="nothing was looked at"):
        asked(database)


def test_the_ledgers_versions_and_changes_by_hand_are_told(database: Database) -> None:
    make(database, "ref", "org_b", "org_c")
    reference = database.read("ref")[0]
    with database.server.connect(database.name) as connection:
        for slug in ("a", "d"):
            provision(connection, ORG.tenant(slug), Wanted(reference))
    database.run("ALTER TABLE org_d.invoice ADD by_hand int")
    found = asked(database)
    assert (found.alike, found.different, found.altered) == (3, 1, ("org_d",))
    assert sorted(count for _, count in found.versions) == [2, 2]


def test_more_groups_than_are_drilled_into_are_named_as_not_compared(database: Database) -> None:
    database.run("DROP SCHEMA IF EXISTS isolint CASCADE")
    for n in range(DRILLED + 2):
        database.run(f"CREATE SCHEMA org_{n}; CREATE TABLE org_{n}.t{n} ()")
    found = asked(database)
    assert (found.alike, found.different) == (1, DRILLED + 1)
    assert [g.comparison is None for g in found.groups][-2:] == [True, True]


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command on the database, in a folder with a configuration."""
    from isolint.cli.tenants import command

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"{database.url}&lock_timeout=100ms".replace("sql:", "sql+psycopg:"))
    (tmp_path / "isolint.yaml").write_text("tenancy: {schema_pattern: 'org_{slug}'}\n", encoding="utf-8")

    def invoked(*words: str) -> Result:
        return CliRunner().invoke(command, ["status", *words], standalone_mode=False)

    return invoked


def test_the_command_tells_the_fleet_in_all_formats(run: Callable[..., Result], database: Database) -> None:
    make(database, "org_a", "org_b", "org_c")
    same = run()
    assert (same.return_value, same.stdout.splitlines()[0]) == (0, "3 tenants: 3 like org_a")
    database.run("ALTER TABLE org_c.invoice DROP COLUMN type CASCADE")
    text = run()
    assert text.return_value == 1
    assert text.stdout.splitlines()[0] == "3 tenants: 2 like org_a, 1 different"
    assert "  missing column invoice.type: text DEFAULT 'in'::text" in text.stdout.splitlines()
    found = json.loads(run("--format", "json").stdout)
    assert found["summary"] == {"alike": 2, "different": 1, "busy": 0, "denied": 0, "absent": 0, "altered": 0}
    assert [group["schemas"] for group in found["groups"]] == [["org_a", "org_b"], ["org_c"]]
    assert 'isolint_tenants{state="different"} 1' in run("--format", "prometheus").stdout.splitlines()
    assert "- 1 different: `org_c`" in run("--format", "markdown").stdout.splitlines()


def test_a_reference_is_the_yardstick_when_one_is_given(run: Callable[..., Result], database: Database) -> None:
    make(database, "ref", "org_a", "org_b")
    database.run("ALTER TABLE ref.invoice ADD paid date")
    assert run().return_value == 0
    result = run("--reference", f"{database.url}&schema=ref")
    assert result.return_value == 1
    assert "2 different: org_a, org_b" in result.stdout


def test_busy_tenants_alone_are_3(run: Callable[..., Result], database: Database) -> None:
    make(database, "org_a", "org_b")
    with database.server.connect(database.name) as other, other.transaction():
        other.execute("ALTER TABLE org_b.invoice ADD late int")
        assert run().return_value == 3
        assert run("--allow-incomplete").return_value == 0
