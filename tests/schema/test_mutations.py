"""One change each between two schemas of one database: seen or silent, and mended where something is missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from isolint.schema.difference import Change, Comparison
from isolint.schema.plan.plan import plan
from isolint.schema.plan.script import script

if TYPE_CHECKING:
    from conftest import Database

Said = Callable[[Comparison], list[tuple[str, str, str, str]]]

MATRIX = yaml.safe_load((Path(__file__).parent / "mutations.yaml").read_text(encoding="utf-8"))
CASES = list(MATRIX["mutations"])
DESTRUCTIVE = re.compile(
    r"^\s*(DROP\s+(TABLE|SCHEMA)|TRUNCATE|DELETE\s+FROM|ALTER\s+TABLE[^;]*DROP\s+COLUMN)", re.I | re.M
)


def load(database: Database, case: dict[str, Any]) -> None:
    for schema in ("org_ref", "org_acme"):
        database.run(f"CREATE SCHEMA {schema}; SET search_path = {schema}; {MATRIX['base']}")
    database.script("SET search_path = org_acme;" + case["sql"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_single_change(database: Database, case: dict[str, Any], said: Said) -> None:
    load(database, case)
    comparison = database.compare("org_ref", "org_acme")
    if case["differs"] == "info":
        assert said(comparison) == []
        assert comparison.information
        return
    assert bool(comparison.differences) is case["differs"]
    if case.get("missing"):
        assert comparison.count(Change.MISSING)
    made = script(plan(comparison))
    assert not DESTRUCTIVE.search(made)
    database.script(made)
    database.script(made)
    again = database.compare("org_ref", "org_acme")
    assert again.count(Change.MISSING) == 0
    assert plan(again).executed == ()
