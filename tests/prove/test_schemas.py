"""Which schema a statement reaches, and who chose it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.engine.scan import scan_texts

Judge = Callable[[str], list[str]]


def over_session(*statements: str) -> str:
    """A handler's body that runs the statements (source text) on one plain session."""
    lines = "".join(f"\n    rows = s.execute(text({statement})).all()" for statement in statements)
    return f"with SessionLocal() as s:{lines}\nreturn rows"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("'SELECT * FROM campaign'", "unqualified-table: campaign"),
        ("'SELECT p.id FROM public.plan p JOIN campaign c ON c.id = p.id'", "unqualified-table: campaign"),
        ("'SELECT * FROM public.campaign'", "direct-client: campaign"),
        ("'SELECT * FROM org_acme.campaign'", "hard-coded-tenant: org_acme.campaign"),
        ("f'SELECT * FROM org_{slug}.campaign'", "interpolated-identifier: slug"),
        ("f'SELECT * FROM org_{caller.org_slug}.campaign'", "bound-session: caller.org_slug"),
        ("'SELECT * FROM public.plan'", "shared-table: plan"),
        ("'SELECT nspname FROM pg_catalog.pg_namespace'", "shared-table: pg_catalog.pg_namespace"),
    ],
)
def test_a_plain_session_reaches_what_the_statement_names(reasons: Judge, statement: str, reason: str) -> None:
    assert reasons(over_session(statement)) == [reason]


def test_a_schema_from_the_catalogs_list_is_reported_in_a_handler(reasons: Judge) -> None:
    body = (
        "with SessionLocal() as s:\n"
        "    for row in s.execute(text('SELECT nspname FROM pg_catalog.pg_namespace')).all():\n"
        "        s.execute(text(f'SELECT * FROM \"{row.nspname}\".campaign')).all()"
    )
    assert [reason.partition(":")[0] for reason in reasons(body)] == ["shared-table", "interpolated-identifier"]


def test_a_search_path_that_outlives_its_transaction_is_reported_where_it_is_set(reasons: Judge) -> None:
    found = reasons(over_session("f'SET search_path TO org_{caller.org_slug}'", "'SELECT * FROM campaign'"))
    assert found == ["session-search-path: org_{caller.org_slug}", "bound-session: SessionLocal()"]


@pytest.mark.parametrize("last", ["RESET search_path", "SET search_path TO public"])
def test_a_search_path_that_the_function_puts_back_is_not_reported(reasons: Judge, last: str) -> None:
    set_path = "f'SET search_path TO org_{caller.org_slug}'"
    found = reasons(over_session(set_path, "'SELECT * FROM campaign'", f"'{last}'"))
    assert found == ["bound-session: SessionLocal()"]


def test_a_local_search_path_of_the_requests_choice_is_the_requests_tenant(reasons: Judge) -> None:
    found = reasons(over_session("f'SET LOCAL search_path TO org_{slug}'", "'SELECT * FROM campaign'"))
    assert found == ["tenant-from-request: org_{slug}"]


def test_a_session_that_its_dependency_has_bound_is_confined(reasons: Judge) -> None:
    assert reasons("return db.execute(text('SELECT * FROM campaign')).all()") == ["bound-session: db"]


def test_a_session_of_the_middleware_is_taken_to_be_bound_where_no_executor_exists() -> None:
    files = {
        "app/main.py": """
from fastapi import FastAPI, Request

app = FastAPI()


@app.middleware("http")
async def bind(request: Request, call_next):
    schema = f"org_{request.state.user.org_slug}"
    request.state.db = make_session(engine.execution_options(schema_translate_map={None: schema}))
    return await call_next(request)
""",
        "app/models.py": """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Campaign(Base):
    __tablename__ = "campaign"
    id: Mapped[int] = mapped_column(primary_key=True)
""",
        "app/routes.py": """
from fastapi import APIRouter, Request
from sqlalchemy import select

from app.models import Campaign

router = APIRouter()


@router.get("/campaigns/{campaign_id}")
def read(request: Request, campaign_id: int):
    return request.state.db.scalar(select(Campaign).where(Campaign.id == campaign_id))
""",
    }
    report = scan_texts(files)
    assert [(e.access.table, e.reason.value) for e in report.evidence] == [("Campaign", "bound-session")]
