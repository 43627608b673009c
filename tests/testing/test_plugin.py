"""The pytest plugin in suites of its own, green ones and red ones, on a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from isolint.schema.throwaway.server import SHARED

if TYPE_CHECKING:
    pass

pytest_plugins = ["pytester"]
PLUGIN = "isolint.testing.plugin"

TENANT = """
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE client (
    id serial PRIMARY KEY, name text NOT NULL UNIQUE, org uuid NOT NULL REFERENCES public.organization
);
CREATE TABLE invoice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number varchar(12) NOT NULL UNIQUE,
    client int NOT NULL REFERENCES client,
    type text NOT NULL DEFAULT 'incoming' CHECK (type IN ('incoming', 'outgoing')),
    amount numeric(10,2) NOT NULL, state state NOT NULL, parent bigint REFERENCES invoice, made timestamptz NOT NULL,
    tags text[] NOT NULL, payload jsonb, total numeric GENERATED ALWAYS AS (amount * 2) STORED
);
CREATE TABLE item (invoice bigint NOT NULL REFERENCES invoice ON DELETE CASCADE, line int, PRIMARY KEY (invoice, line));
"""
SHARED_TABLES = """
CREATE TABLE organization (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE audit (id serial PRIMARY KEY, text text);
"""
ROWS = """
CREATE TABLE plan (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE organization (id uuid PRIMARY KEY, name text NOT NULL, plan int NOT NULL REFERENCES plan);
CREATE TABLE invoice (id serial PRIMARY KEY, org_id uuid NOT NULL REFERENCES organization, number text NOT NULL UNIQUE);
CREATE TABLE item (
    id serial PRIMARY KEY, invoice int NOT NULL REFERENCES invoice ON DELETE CASCADE, label text NOT NULL
);
DO $$ BEGIN CREATE ROLE app_reader; EXCEPTION WHEN duplicate_object THEN END $$;
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON invoice USING (org_id = current_setting('app.org_id', true)::uuid);
GRANT ALL ON ALL TABLES IN SCHEMA public TO app_reader;
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, server: object, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with a suite of tests for tenants with a schema each, on the server of these tests."""
    url = f"postgresql:///postgres?host={server.folder}&user=isolint_admin"  # type: ignore[attr-defined]
    monkeypatch.setenv("ISOLINT_TEST_DATABASE_URL", url)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    pytester.makefile(".sql", tenant=SHARED_TABLES + "CREATE SCHEMA org_ref; SET search_path = org_ref;" + TENANT)
    pytester.makefile(".sql", shared=SHARED_TABLES)
    pytester.makefile(".yaml", isolint="tenants: {schema: 'org_{slug}', reference: 'tenant.sql?schema=org_ref'}")
    pytester.makeini("[pytest]\nisolint_setup = shared.sql\n")
    return pytester


def ran(suite: pytest.Pytester, text: str) -> pytest.RunResult:
    """Run a test module with the plugin, which is found by itself where isolint is installed."""
    suite.makepyfile(test_suite="from isolint.testing import assert_complete, assert_isolated\n" + text)
    found = any(point.value == PLUGIN for point in entry_points(group="pytest11"))
    return suite.runpytest_subprocess("-p", "no:cacheprovider", *(() if found else ("-p", PLUGIN)))


def test_an_isolated_suite_is_green(suite: pytest.Pytester) -> None:
    result = ran(
        suite,
        """
def test_complete(two_tenants):
    for tenant in two_tenants:
        assert_complete(tenant)

def test_statements(two_tenants):
    a, b = two_tenants
    rows = assert_isolated("SELECT * FROM invoice JOIN client ON client.id = invoice.client", a, b)
    assert len(rows) == 1
    assert set(a.rows) == {"client", "invoice", "item"} and not a.unplanted
    assert_isolated("UPDATE invoice SET amount = 7", a, b)
    assert_isolated("INSERT INTO item SELECT id, 7 FROM invoice RETURNING line", a, b)
    assert_isolated("DELETE FROM client WHERE name = %(name)s", a, b, parameters={"name": "x"}, may_find_nothing=True)
    assert_isolated("SELECT count(*) FROM invoice", a, b)
    assert a.execute("SELECT amount FROM invoice")[0]["amount"] == 1

def test_functions(two_tenants):
    a, b = two_tenants

    def pay(tenant):
        tenant.execute("UPDATE invoice SET state = 'paid'")

    async def names(tenant):
        return {"names": [row["name"] for row in tenant.execute("SELECT name FROM client")]}

    def steal(tenant):
        return tenant.execute("SELECT * FROM invoice WHERE number = %(n)s", {"n": b.rows["invoice"]["number"]})

    assert_isolated(pay, a, b)
    assert_isolated(names, a, b)
    assert_isolated(steal, a, b, may_find_nothing=True)
    assert a.execute("SELECT state FROM invoice") == [{"state": "paid"}]

def test_factory(tenant_factory, reference_schema):
    tenant = tenant_factory("acme")
    assert (tenant.slug, tenant.schema) == ("acme", "org_acme")
    assert len(reference_schema.tables) == 3
    assert_complete(tenant, reference_schema)

def test_nothing_is_left_of_the_tenant_of_another_test(tenant_factory):
    assert tenant_factory("acme").execute("SELECT * FROM client") == []
""",
    )
    result.assert_outcomes(passed=5)


LEAKS = {
    "reads": ("f'SELECT number FROM {b.schema}.invoice'", "sees rows of *"),
    "reads_inside_json": ("f'SELECT to_jsonb(c)::text FROM {b.schema}.client c'", "sees rows of *"),
    "counts": (
        "f'SELECT (SELECT count(*) FROM invoice) + (SELECT count(*) FROM {b.schema}.invoice)'",
        "*depends on rows of*",
    ),
    "updates": ("f'UPDATE {b.schema}.invoice SET amount = 9'", "*changes rows of*"),
    "deletes": ("f'DELETE FROM {b.schema}.item'", "*changes rows of*"),
    "inserts": (
        "f\"INSERT INTO {b.schema}.client VALUES (1, 'x', '{a.rows['client']['org']}')\"",
        "*client: * is new*",
    ),
    "function_reads": ("lambda t: {'page': [t.execute(f'SELECT * FROM {b.schema}.client')]}", "*client.name = *"),
    "function_writes": ("lambda t: t.execute(f'UPDATE {b.schema}.client SET name = 7')", "*became*"),
    "generator": ("lambda t: (r for r in t.execute(f'SELECT name FROM {b.schema}.client'))", "sees rows of *"),
    "proves_nothing": ("'SELECT 1 WHERE false'", "*nothing is proven*may_find_nothing*"),
    "does_nothing": ("lambda t: None", "*nothing is proven*"),
}


def test_each_leak_is_red_and_says_what_leaks(suite: pytest.Pytester) -> None:
    tests = "\n".join(
        f"def test_{name}(two_tenants):\n    a, b = two_tenants\n    assert_isolated('SELECT 1', a, b)\n"
        f"    assert_isolated({act}, a, b)\n"
        for name, (act, _) in LEAKS.items()
    )
    result = ran(suite, tests)
    result.assert_outcomes(failed=len(LEAKS))
    told = result.stdout.str()
    for name, (_, line) in LEAKS.items():
        section = told.partition(f"test_{name} ")[2].partition("____ ")[0]
        pytest.LineMatcher(section.splitlines()).fnmatch_lines([f"*{line}"])
        assert "<tenant t" in section or "proven" in line


def test_a_tenant_that_lacks_something_is_not_complete(suite: pytest.Pytester) -> None:
    result = ran(
        suite,
        """
def test_lacks(tenant_factory):
    tenant = tenant_factory()
    with tenant.world.connect() as connection:
        connection.execute(f"ALTER TABLE {tenant.schema}.invoice DROP COLUMN type")
    assert_complete(tenant)
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: org_*: * faults", "*schema: column invoice.type is missing"])


def test_values_are_given_for_tables_that_take_no_made_up_ones(suite: pytest.Pytester) -> None:
    text = (
        SHARED_TABLES
        + "CREATE SCHEMA org_ref; CREATE TABLE org_ref.code (id int, code text NOT NULL CHECK (code ~ '^[A-Z]+$'));"
    )
    suite.makefile(".sql", tenant=text + "CREATE TABLE org_ref.plain (id int)")
    result = ran(
        suite,
        """
def test_without(two_tenants):
    assert_isolated("SELECT * FROM code", *two_tenants)

def test_with(two_tenants):
    assert_isolated("SELECT * FROM code", *two_tenants, rows={"code": {"code": "AB"}})
""",
    )
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["*nothing is proven*", "*code: *violates check constraint*", "*rows={table:*"])


def test_rows_of_shared_tables_are_told_apart_by_their_key(suite: pytest.Pytester) -> None:
    suite.makefile(".sql", shared=ROWS)
    suite.makeini("[pytest]\nisolint_setup = shared.sql\nisolint_tenant_keys = org_id\n")
    result = ran(
        suite,
        """
import pytest

@pytest.mark.parametrize("act", [
    "SELECT * FROM invoice WHERE org_id = %(org_id)s",
    "SELECT label FROM item JOIN invoice ON invoice.id = item.invoice WHERE org_id = %(org_id)s",
    "SELECT * FROM plan WHERE id IN (SELECT plan FROM organization WHERE id = %(org_id)s)",
    "UPDATE invoice SET number = 'x' WHERE org_id = %(org_id)s",
    lambda t: t.execute("DELETE FROM invoice WHERE org_id = %(org_id)s RETURNING id"),
])
def test_good(two_tenants, act):
    assert_isolated(act, *two_tenants)
    assert set(two_tenants[0].rows) == {"organization", "invoice", "item"}

@pytest.mark.parametrize("act", [
    "SELECT number FROM invoice",
    "SELECT label FROM item",
    "SELECT count(*) FROM item",
    "UPDATE item SET label = 'x'",
    "DELETE FROM invoice",
    "INSERT INTO item (invoice, label) SELECT id, 'x' FROM invoice",
    "UPDATE invoice SET org_id = %(org_id)s",
    lambda t: t.execute("SELECT * FROM organization"),
])
def test_bad(two_tenants, act):
    assert_isolated(act, *two_tenants)
""",
    )
    result.assert_outcomes(passed=5, failed=8)
    assert "nothing is proven" not in result.stdout.str()


def test_policies_hold_for_the_role_and_session_of_the_settings(suite: pytest.Pytester) -> None:
    suite.makefile(".sql", shared=ROWS)
    settings = (
        "[pytest]\nisolint_setup = shared.sql\nisolint_tenant_keys = org_id\nisolint_role = app_reader\n"
        "isolint_session = SELECT set_config('app.org_id', %(org_id)s::text, false)\n"
    )
    suite.makeini(settings)
    result = ran(
        suite,
        """
def test_policy(two_tenants):
    assert len(assert_isolated("SELECT * FROM invoice", *two_tenants)) == 1

def test_table_without_a_policy(two_tenants):
    assert_isolated("SELECT * FROM item", *two_tenants)
""",
    )
    result.assert_outcomes(passed=1, failed=1)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("", "*say what a tenant is to look like: isolint_reference in pytest's settings*"),
        ("isolint_reference = nothing.sql", "*nothing.sql*"),
        ("isolint_tenant_keys = nowhere", "*no table in public has a column nowhere*"),
        ("isolint_setup = nothing.sql", "*isolint_setup: *nothing.sql cannot be read*"),
    ],
)
def test_wrong_settings_are_told(suite: pytest.Pytester, settings: str, told: str) -> None:
    (suite.path / "isolint.yaml").write_text("{}", encoding="utf-8")
    suite.makeini(f"[pytest]\n{settings}\n")
    result = ran(suite, "def test_it(two_tenants):\n    pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])


@pytest.mark.skipif(not SHARED.available(), reason="no PostgreSQL here")
def test_without_settings_a_server_is_started_and_gone_afterwards(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_suite="""
from isolint.testing import assert_isolated

def test_it(two_tenants):
    print("server:", two_tenants[0].url)
    assert_isolated("SELECT * FROM client", *two_tenants)
"""
    )
    environment = {key: value for key, value in os.environ.items() if key != "ISOLINT_TEST_DATABASE_URL"}
    found = any(point.value == PLUGIN for point in entry_points(group="pytest11"))
    words = [sys.executable, "-m", "pytest", "-s", *(() if found else ("-p", PLUGIN)), "test_suite.py"]
    done = subprocess.run(words, cwd=suite.path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = done.stdout.partition("host=")[2].partition("&")[0]
    assert folder
    assert not Path(folder).exists()


def test_the_guide_lists_the_settings_and_fixtures_that_there_are(repository: Path) -> None:
    guide = (repository / "docs" / "testing.md").read_text(encoding="utf-8")
    plugin = (repository / "src" / "isolint" / "testing" / "plugin.py").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)`", guide, re.MULTILINE)
    assert {name for name in listed if name.startswith("isolint_")} == set(re.findall(r'"(isolint_\w+)"', plugin))
    assert all(f"def {name}(" in plugin for name in listed if not name.startswith("isolint_"))


def test_the_plugin_is_declared_and_loads_nothing_by_itself(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"isolint": PLUGIN}
    heavy = "psycopg yaml click libcst sqlglot msgspec tree_sitter isolint.schema isolint.tenants isolint.engine"
    code = f"import sys, {PLUGIN}; print([name for name in {heavy.split()!r} if name in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
