"""`isolint audit` over an app and another product's schemas, without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from isolint.cli import run
from isolint.engine.audit import unreadable
from isolint.model.audit import State

ROOT = Path(__file__).parents[2]
APP = ROOT / "fixtures" / "apps" / "next_prisma_schemas"
PODCAST = ROOT / "fixtures" / "schemas" / "podcast"
REFERENCE = f"{PODCAST}/reference.sql?schema=org_podcastflow_pro&offline"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(APP)
    monkeypatch.delenv("DATABASE_URL", raising=False)


def audited(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(["audit", "--jobs", "1", *arguments])
    return code, capfd.readouterr().out


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = tmp_path_factory.mktemp("audit") / "audit.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(APP)
        patch.delenv("DATABASE_URL", raising=False)
        assert run(["audit", "--jobs", "1", "--config", "audit.yaml", "--format", "json", "--output", str(file)]) == 1
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_what_provisioning_leaves_out_is_listed(document: dict[str, Any]) -> None:
    assert len(document["missingTables"]) == 43
    assert sum(map(len, document["missingColumns"].values())) == 52
    assert sum(map(len, document["missingIndexes"].values())) == 18
    assert sum(map(len, document["missingConstraints"].values())) == 3
    assert document["extraTables"] == []


def test_a_missing_table_tells_what_the_code_makes_of_it(document: dict[str, Any]) -> None:
    (schema,) = document["schemas"]
    assert schema["state"] == "differs"
    activity = next(item for item in schema["differences"] if (item["kind"], item["name"]) == ("table", "Activity"))
    assert (activity["routes"], activity["fallsThrough"]) == (2, True)


def test_the_planted_leaks_come_first(document: dict[str, Any]) -> None:
    first = document["actions"][0]
    assert first["do"].startswith("Create Activity, Category for every tenant")
    assert first["count"] == 3


def test_routes_tell_how_their_accesses_are_confined(document: dict[str, Any]) -> None:
    route = next(item for item in document["routes"] if (item["name"], item["address"]) == ("GET", "/api/activity"))
    access = next(item for item in route["accesses"] if item["table"] == "Activity")
    assert (access["confinement"], access["reason"]) == ("unscoped", "shared-fall-through")
    assert access["trail"]


def test_what_was_not_looked_at_is_said(document: dict[str, Any]) -> None:
    assert [sentence.partition(":")[0] for sentence in document["leftOut"]] == ["tenants were not looked at"]


def test_a_tenant_is_compared_and_one_that_cannot_be_read_is_never_complete(capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["--reference", REFERENCE, "--tenant", REFERENCE, "--tenant", "gone.sql", "--format", "json"]
    _, out = audited(capfd, *arguments)
    first, second = json.loads(out)["schemas"]
    assert (first["schema"], first["state"]) == ("tenant org_podcastflow_pro", "complete")
    assert (second["state"], "there is no such file" in second["note"]) == ("unread", True)


@pytest.mark.parametrize(
    ("message", "state"),
    [
        ("db: cannot connect: FATAL: password authentication failed for user", State.DENIED),
        ("db: the catalogs cannot be read: permission denied for schema org_a", State.DENIED),
        ("db: a catalog or a table is locked by somebody; try again", State.BUSY),
        ("db: cannot connect: connection refused", State.UNREAD),
    ],
)
def test_why_a_tenant_was_not_read_is_told(message: str, state: State) -> None:
    assert unreadable("tenant org_a", message).state is state


def test_nothing_found_and_something_left_out_is_an_answer_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.py").write_text("print('no data here')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert audited(capfd)[0] == 3
    assert audited(capfd, "--allow-incomplete")[0] == 0


@pytest.mark.parametrize("form", ["text", "sarif", "markdown", "html"])
def test_every_format_tells_what_to_do_and_what_is_missing(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    code, out = audited(capfd, "--config", "audit.yaml", "--format", form, "--quiet")
    assert code == 1
    assert "Activity" in out
    if form == "sarif":
        (found,) = json.loads(out)["runs"]
        rules = [result["ruleId"] for result in found["results"]]
        assert (rules.count("SCH101"), rules.count("ISO601")) == (43, 3)
    else:
        assert "43 missing tables" in out
        assert "Create Activity, Category for every tenant" in out.replace("&quot;", '"')
