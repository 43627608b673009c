"""The conceiving case end to end: a tenant of 41 tables becomes one of 84, and is fit for use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from isolint.schema.load import closing, load
from isolint.schema.model import Schema
from isolint.schema.sources.snapshot import dump
from isolint.tenants.health import check
from isolint.testing import assert_isolated
from isolint.testing.making import Maker
from isolint.testing.world import Plan, opened

if TYPE_CHECKING:
    from conftest import Database

    from isolint.schema.throwaway.server import Server

FOLDER = Path(__file__).parents[2] / "fixtures" / "schemas" / "podcast"
SHARED = FOLDER / "public.sql"


@pytest.fixture(scope="module")
def reference() -> Iterator[Schema]:
    """The reference of 84 tables, made in a server of its own."""
    with closing():
        yield load(f"{FOLDER / 'reference.sql'}?schema=org_podcastflow_pro")


@pytest.fixture
def run(
    database: Database, reference: Schema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """`isolint tenants` with a tenant that the function of 41 tables has made."""
    from isolint.cli.tenants import command

    database.run("DROP SCHEMA IF EXISTS isolint CASCADE")
    for name in ("public.sql", "create_complete_org_schema.sql"):
        database.script((FOLDER / name).read_text(encoding="utf-8"))
    database.run("SELECT public.create_complete_org_schema('acme', 'x')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url)
    (tmp_path / "tenant.json").write_text(dump(reference), encoding="utf-8")
    settings = "tenants: {schema: 'org_{slug}', reference: tenant.json}\n"
    (tmp_path / "isolint.yaml").write_text(settings, encoding="utf-8")
    return lambda *words: CliRunner().invoke(command, words, standalone_mode=False)


def test_the_commands_lead_from_41_tables_to_a_healthy_tenant(
    run: Callable[..., Result], database: Database, reference: Schema
) -> None:
    database.run("""INSERT INTO org_acme."Agency" (id, name, "updatedAt") VALUES ('a', 'kept', now())""")
    sick = run("health", "--tenant", "acme")
    assert sick.return_value == 1
    assert "  schema: table RateCard is missing" in sick.stdout.splitlines()
    assert "  schema: column Invoice.type is missing" in sick.stdout.splitlines()
    first = run("provision", "--org", "acme")
    assert (first.return_value, first.stdout.splitlines()[1]) == (
        0,
        "same as tenant.json: 84 tables",
    )
    assert first.stdout.startswith("org_acme  repaired: ")
    second = run("provision", "--org", "acme")
    assert (second.return_value, second.stdout.splitlines()[0]) == (0, "org_acme  nothing was to do")
    healthy = run("health", "--tenant", "acme")
    assert healthy.return_value == 0
    assert healthy.stdout.startswith("org_acme: healthy, 84 tables")
    assert database.rows('SELECT name FROM org_acme."Agency"') == [{"name": "kept"}]


def test_a_sign_up_refuses_what_the_function_makes(
    run: Callable[..., Result], database: Database, reference: Schema
) -> None:
    """The application makes a tenant, asks whether it is fit for use, and takes it back in the same transaction."""

    def sign_up(connection: psycopg.Connection[Any]) -> None:
        with connection.transaction():
            connection.execute("SELECT public.create_complete_org_schema('new', 'y')")
            health = check(connection, "org_new", reference, ledger=False)
            assert sum(fault.name.startswith("table ") for fault in health.faults) == 43
            assert sum(fault.name.startswith("column ") for fault in health.faults) == 52
            raise RuntimeError(str(health))

    with psycopg.connect(database.url) as connection:
        with pytest.raises(RuntimeError, match=r"org_new: \d+ faults"):
            sign_up(connection)
        assert connection.execute("SELECT to_regnamespace('org_new')").fetchall() == [(None,)]
        assert run("provision", "--org", "new").return_value == 0
        assert check(connection, "org_new", reference).healthy


def test_a_suite_can_plant_rows_in_all_its_tables(server: Server, reference: Schema) -> None:
    url = f"postgresql:///postgres?host={server.folder}&user=isolint_admin"
    with opened(url, Plan("org_{slug}", setup=(SHARED,))) as world:
        maker = Maker(world, lambda: reference)
        one, other = maker("one"), maker("other")
        assert_isolated('SELECT * FROM "Campaign"', one, other)
        assert (one.unplanted, len(one.rows)) == ({}, 84)
        with pytest.raises(AssertionError, match=r"Campaign\.name"):
            assert_isolated('SELECT name FROM org_other."Campaign"', one, other)
        maker.close()
