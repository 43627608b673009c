"""The conceiving case: a provisioning function that makes 41 of 84 tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from isolint.schema.diff.compare import compare
from isolint.schema.difference import Comparison
from isolint.schema.load import closing, load
from isolint.schema.plan.as_function import as_function
from isolint.schema.throwaway.server import SHARED

if TYPE_CHECKING:
    from conftest import Database

Said = Callable[[Comparison], list[tuple[str, str, str, str]]]

FOLDER = Path(__file__).parents[2] / "fixtures" / "schemas" / "podcast"
GOLDEN = [tuple(entry) for entry in json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))]
REFERENCE = "reference.sql?schema=org_podcastflow_pro"
FUNCTION = "function:create_complete_org_schema.sql#create_complete_org_schema?setup=public.sql"

needs_server = pytest.mark.skipif(not SHARED.available(), reason="no PostgreSQL here")


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)


@pytest.fixture(scope="module", autouse=True)
def stopped() -> Iterator[None]:
    with closing():
        yield


@pytest.mark.parametrize("suffix", [pytest.param("", marks=needs_server), "&offline"], ids=["executed", "offline"])
def test_the_function_lacks_what_the_audit_should_have_found(suffix: str, said: Said) -> None:
    comparison = compare(load(REFERENCE + suffix), load(FUNCTION + suffix))
    assert said(comparison) == GOLDEN
    kinds = [kind for _, kind, _, _ in GOLDEN]
    assert {kind: kinds.count(kind) for kind in kinds} == {"table": 43, "column": 52, "index": 18, "constraint": 3}
    assert len({table for _, kind, table, _ in GOLDEN if kind == "column"}) == 10


@needs_server
@pytest.mark.parametrize("reference", [REFERENCE, FUNCTION])
def test_executed_and_offline_agree(reference: str, said: Said) -> None:
    assert said(compare(load(reference), load(f"{reference}&offline"))) == []
    assert said(compare(load(f"{reference}&offline"), load(reference))) == []


@needs_server
def test_the_function_is_located_in_its_file() -> None:
    origin = load(FUNCTION).origin
    path, line = next((path, line) for table, path, line in origin.places if table == "Campaign")
    assert '"Campaign"' in (FOLDER / path).read_text(encoding="utf-8").splitlines()[line - 1]


@needs_server
def test_the_mended_function_makes_the_reference(database: Database, said: Said) -> None:
    mended = as_function(REFERENCE, FUNCTION)
    for name in ("reference.sql", "create_complete_org_schema.sql"):
        database.script((FOLDER / name).read_text(encoding="utf-8"))
    database.script(mended)
    database.script(mended)
    database.run("SELECT public.create_complete_org_schema('acme', 'x')")
    database.run("SELECT public.create_complete_org_schema('acme', 'x')")
    assert said(database.compare("org_podcastflow_pro", "org_acme")) == []
    functions = database.rows("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1")
    assert [row["proname"].split("__before_")[0] for row in functions] == ["create_complete_org_schema"] * 2
    for slug in ("a-b", "A_b", "x" * 60):
        with pytest.raises(Exception, match="is no name for a tenant"):
            database.run(f"SELECT public.create_complete_org_schema('{slug}', 'x')")
