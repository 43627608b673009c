"""`isolint rules`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("project")


def test_all_rules_are_listed_in_order(isolint: Command) -> None:
    done = isolint("rules", "list")
    ids = [line.split()[0] for line in done.out.splitlines()]
    assert (done.code, ids) == (0, sorted(ids))
    assert "ISO102  high    high    unscoped-tenant-read" in done.out


@pytest.mark.parametrize("name", ["ISO102", "iso102", "unscoped-tenant-read"])
def test_rule_is_shown_by_id_or_name(isolint: Command, name: str) -> None:
    done = isolint("rules", "show", name)
    assert done.code == 0
    assert done.out.startswith("ISO102 unscoped-tenant-read\n")


def test_unknown_rule_names_the_nearest(isolint: Command) -> None:
    done = isolint("rules", "show", "unscoped-tenant-reed")
    assert done.code == 2
    assert "did you mean 'unscoped-tenant-read'?" in done.err


def test_rules_of_the_project_are_among_them(isolint: Command, project: Path) -> None:
    shipped = Path(__file__).parents[2] / "rules" / "iso102-unscoped-tenant-read.yaml"
    text = (
        shipped.read_text(encoding="utf-8").replace("id: ISO102", "id: OWN102").replace("name: unscoped", "name: own")
    )
    (project / "own.yaml").write_text(text, encoding="utf-8")
    (project / "isolint.yaml").write_text("rules: {files: own.yaml}")
    assert "own-tenant-read" in isolint("rules", "list").out
    assert isolint("rules", "show", "OWN102").code == 0


@pytest.mark.parametrize("group", [[], ["rules"], ["cache"]])
def test_group_without_a_command_shows_what_there_is(isolint: Command, group: list[str]) -> None:
    done = isolint(*group)
    assert done.code == 2
    assert "Commands:" in done.out
