"""Look-ups by names and flags that are unique only within a tenant, and tenants below the one of the schema."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.report import Report

MODELS = """
from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, event
from sqlalchemy.orm import declarative_base, object_session
from sqlalchemy.sql.expression import true

Base = declarative_base()


class Organization(Base):
    __tablename__ = "organization"
    {schema}
    id = Column(Integer, primary_key=True)


class Project(Base):
    __tablename__ = "project"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    organization_id = Column(Integer, ForeignKey(Organization.id))


class Label(Base):
    __tablename__ = "label"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    barcode = Column(String, unique=True)
    vendor_id = Column(String)
    default = Column(Boolean)
    project_id = Column(Integer, ForeignKey(Project.id))


class Note(Base):
    __tablename__ = "note"
    id = Column(Integer, primary_key=True)
    project_id = Column(Integer, ForeignKey(Project.id))


class Card(Base):
    __tablename__ = "card"
    id = Column(Integer, primary_key=True)
    project_id = Column(Integer, ForeignKey(Project.id))
{hooks}
"""
HOOK = """

@event.listens_for(Label.default, "set")
def only_one_default(target, value, old, initiator):
    session = object_session(target)
    other = session.query(Label).filter(Label.default == true()).one_or_none()
    other.default = False
"""
SHARED = '__table_args__ = {"schema": "shared_core"}'
MIDDLEWARE = """
from app.main import api, engine


@api.middleware("http")
async def bind(request, call_next):
    slug = request.path_params["organization"]
    bound = engine.execution_options(schema_translate_map={None: f"org_{slug}"})
    request.state.db = make(bound)
    return await call_next(request)
"""
SERVICE = """
from app.models import Label


def find(*, db_session, what):
    return db_session.query(Label).filter({condition}).first()


def store(*, db_session, project, what):
    return find(db_session=db_session, what=what)
"""


def scan(condition: str, *, nested: bool, caller: str = "project", hooks: str = "") -> Report:
    """The evidence on a service whose caller has something of that name at hand."""
    files = {
        "app/models.py": MODELS.format(schema=SHARED if nested else "", hooks=hooks),
        "app/service.py": SERVICE.format(condition=condition).replace("project", caller),
    }
    if nested:
        files["app/middleware.py"] = MIDDLEWARE
    return scan_texts(files)


def reason_of(report: Report, function: str = "find") -> str:
    return next(e.reason.value for e in report.evidence if e.access.function == function)


@pytest.mark.parametrize("nested", [True, False])
def test_a_look_up_by_name_is_a_leak_where_a_caller_knows_the_tenant(nested: bool) -> None:
    assert reason_of(scan("Label.name == what", nested=nested)) == "no-predicate"


@pytest.mark.parametrize("nested", [True, False])
def test_a_look_up_by_name_is_unknown_where_no_caller_knows_the_tenant(nested: bool) -> None:
    assert reason_of(scan("Label.name == what", nested=nested, caller="thing")) == "unresolved-caller"


@pytest.mark.parametrize("condition", ["Label.id == what", "Label.barcode == what", "Label.vendor_id == what"])
def test_what_is_unique_for_all_tenants_is_no_natural_key(condition: str) -> None:
    assert reason_of(scan(condition, nested=True)) == "unresolved-caller"


def test_within_a_schema_the_second_level_is_found_in_the_filter() -> None:
    report = scan("Label.name == what, Label.project_id == owner.id", nested=True)
    assert reason_of(report) == "tenant-predicate"


def test_a_listener_of_the_models_events_knows_the_rows_tenant() -> None:
    report = scan("Label.id == what", nested=True, hooks=HOOK)
    assert reason_of(report, "only_one_default") == "no-predicate"
