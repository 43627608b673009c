"""`isolint audit` over a real fleet: a tenant lacks a table, one is being altered, one is closed to the role."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from isolint.cli import run

if TYPE_CHECKING:
    from conftest import Database

APP = Path(__file__).parents[2] / "fixtures" / "apps" / "next_prisma_schemas"
ACTIVITY = (
    """CREATE TABLE {schema}."Activity" (id text PRIMARY KEY, "organizationId" text, "userId" text, kind text);"""
)
CONFIG = """
tenants:
  database: {url}
  schema: org_{{slug}}
  reference: {url}&schema=ref
"""


@pytest.fixture
def fleet(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """org_a is whole, org_b lacks "Activity" and public has it, and org_c may not be used by the role that asks."""
    for schema in ("ref", "org_a", "org_b", "org_c"):
        database.run(f"CREATE SCHEMA {schema}; CREATE TABLE {schema}.plan (id int PRIMARY KEY)")
    for schema in ("ref", "org_a", "org_c", "public"):
        database.run(ACTIVITY.format(schema=schema))
    database.run("DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN")
    database.run("GRANT USAGE ON SCHEMA ref, org_a, org_b, public TO clerk")
    shutil.copytree(APP, tmp_path / "app")
    url = database.url.replace("isolint_admin", "clerk")
    (tmp_path / "app" / "isolint.yaml").write_text(CONFIG.format(url=url), encoding="utf-8")
    monkeypatch.chdir(tmp_path / "app")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    yield database
    database.run("DROP OWNED BY clerk; DROP ROLE clerk")


def audited(capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    code, told = run(["audit", "--jobs", "1", "--format", "json"]), capfd.readouterr()
    assert code == 1, told.err
    found: dict[str, Any] = json.loads(told.out)
    return found


def fallen(document: dict[str, Any]) -> set[str]:
    """The tables of which some statement reads everybody's rows."""
    accesses = [access for route in document["routes"] for access in route["accesses"]]
    return {access["table"] for access in accesses if access["reason"] == "shared-fall-through"}


def test_each_tenant_has_the_state_that_was_seen(fleet: Database, capfd: pytest.CaptureFixture[str]) -> None:
    states = {drift["schema"]: drift["state"] for drift in audited(capfd)["schemas"]}
    assert states == {"org_a": "complete", "org_b": "differs", "org_c": "denied"}


def test_a_tenant_that_somebody_alters_is_busy(fleet: Database, capfd: pytest.CaptureFixture[str]) -> None:
    with fleet.server.connect(fleet.name) as other, other.transaction():
        other.execute("ALTER TABLE org_a.plan ADD late int")
        states = {drift["schema"]: drift["state"] for drift in audited(capfd)["schemas"]}
    assert states["org_a"] == "busy"


def test_the_code_falls_through_where_a_tenant_lacks_the_table(
    fleet: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    found = audited(capfd)
    assert (found["missingTables"], fallen(found)) == (["Activity"], {"Activity"})
    fleet.run(ACTIVITY.format(schema="org_b"))
    found = audited(capfd)
    assert (found["missingTables"], fallen(found)) == ([], set())
