"""`isolint map` over a fixture app."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from isolint.cli import run

APP = Path(__file__).parents[2] / "fixtures" / "apps" / "next_prisma_schemas"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(APP)


def mapped(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["map", "--jobs", "1", *arguments]) == 0
    return capfd.readouterr().out


def cell(document: dict[str, Any], name: str, address: str, table: str) -> dict[str, Any]:
    route = next(at for at, r in enumerate(document["routes"]) if (r["name"], r["address"]) == (name, address))
    wanted = (route, document["tables"].index(table))
    found: dict[str, Any] = next(item for item in document["cells"] if (item["route"], item["table"]) == wanted)
    return found


def test_cells_say_how_each_access_is_confined(capfd: pytest.CaptureFixture[str]) -> None:
    document = json.loads(mapped(capfd, "--format", "json"))
    assert cell(document, "GET", "/api/advertisers/[id]", "Advertiser")["confinement"] == "executor"
    assert cell(document, "GET", "/api/email-logs/[id]", "EmailLog")["confinement"] == "unscoped"
    assert cell(document, "GET", "/api/master/organizations", "Organization")["confinement"] == "operator only"
    assert cell(document, "GET", "/api/me", "Session")["confinement"] == "shared"
    assert sum(document["summary"].values()) == len(document["cells"])


def test_a_cell_leads_to_the_trail_of_its_accesses(capfd: pytest.CaptureFixture[str]) -> None:
    document = json.loads(mapped(capfd, "--format", "json"))
    (access,) = cell(document, "GET", "/api/advertisers/[id]", "Campaign")["accesses"]
    assert (access["operation"], access["reason"]) == ("read", "direct-client")
    assert access["place"]["path"] == "src/app/api/advertisers/[id]/route.ts"
    assert access["trail"][0]["message"]


def test_only_the_routes_that_are_asked_for_are_shown(capfd: pytest.CaptureFixture[str]) -> None:
    document = json.loads(mapped(capfd, "src/app/api/activity", "--format", "json"))
    assert {route["path"] for route in document["routes"]} == {"src/app/api/activity/route.ts"}


def test_text_and_markdown_name_routes_with_their_tables(capfd: pytest.CaptureFixture[str]) -> None:
    text = mapped(capfd)
    assert "GET /api/advertisers/[id] [src/app/api/advertisers/[id]/route.ts:7]\n    unscoped: Campaign\n" in text
    assert "| GET /api/activity |" in mapped(capfd, "--format", "markdown")
