"""The tables and columns that code uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from isolint.engine.request import ScanRequest
from isolint.engine.uses import find_uses
from isolint.model.use import Use, Uses

CODE = """
from fastapi import APIRouter, Depends
from sqlalchemy import ForeignKey, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from app.db import tenant_schema

router = APIRouter()

class Base(DeclarativeBase):
    pass

class Invoice(Base):
    __tablename__ = "Invoice"
    id: Mapped[str] = mapped_column(primary_key=True)
    due_date: Mapped[str] = mapped_column("dueDate")
    memo: Mapped[str]

@router.get("/a")
def orders(org: str, cursor):
    cursor.execute(
        f'SELECT o.id, o."contractId" FROM "{org}"."Order" o JOIN public.plan ON true WHERE o.state = %s', ("x",)
    )

@router.get("/b")
def invoices(session, day):
    return session.execute(select(Invoice).where(Invoice.due_date == day)).scalars().all()

@router.post("/c")
def write(cursor, org):
    cursor.execute(f'UPDATE "{org}"."Order" SET note = %s', ("x",))
    cursor.execute("SELECT relname FROM pg_class")
"""
TEST = """
def test_it(cursor):
    cursor.execute('SELECT only_here FROM org_a."Order"')
"""


@pytest.fixture
def uses(tmp_path: Path) -> Uses:
    (tmp_path / "app").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "isolint.yaml").write_text(
        "tenancy: {strategy: schema, schema_pattern: 'org_{slug}'}\n", encoding="utf-8"
    )
    (tmp_path / "app" / "api.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "tests" / "test_api.py").write_text(TEST, encoding="utf-8")
    return find_uses(ScanRequest((str(tmp_path),), cached=False, jobs=1))


def named(uses: Uses) -> dict[str, Use]:
    return {use.name: use for use in uses.uses}


def test_columns_of_statements_are_those_that_are_named(uses: Uses) -> None:
    found = {name: use for name, use in named(uses).items() if name.startswith("Order")}
    assert set(found) == {"Order", "Order.id", "Order.contractId", "Order.state", "Order.note"}
    assert found["Order"].own
    lines = CODE.splitlines()
    assert "cursor.execute(" in lines[found["Order.contractId"].place.span.line - 1]
    assert (found["Order.contractId"].verb, found["Order.note"].verb) == ("read", "written")


def test_a_model_needs_all_its_columns_by_their_names_in_the_database(uses: Uses) -> None:
    found = named(uses)
    assert found["Invoice.dueDate"].named
    assert not found["Invoice.memo"].named
    assert set(found) >= {"Invoice", "Invoice.id"}
    assert "Invoice.due_date" not in found


def test_other_schemas_catalogs_and_tests_need_nothing_of_a_tenant(uses: Uses) -> None:
    assert {name.partition(".")[0] for name in named(uses)} == {"Order", "Invoice"}
    assert (uses.problems, uses.unknown) == (0, 0)
    assert uses.accesses >= 3


def test_only_the_given_part_of_a_project_is_asked(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "fixtures" / "apps" / "fastapi_schemas")
    part = find_uses(ScanRequest(("src/app/services",), jobs=1))
    assert part.uses
    assert {use.place.path.rsplit("/", 1)[0] for use in part.uses} == {"src/app/services"}
    whole = find_uses(ScanRequest(("src",), jobs=1))
    assert {use.name for use in part.uses} < {use.name for use in whole.uses}
    assert {use.name for use in whole.uses if use.own and not use.columns} >= {"Campaign", "Invoice", "EpisodeSpot"}
