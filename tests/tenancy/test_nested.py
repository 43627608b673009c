"""Tenants below those of the schemas."""

from __future__ import annotations

import pytest

from isolint.frontends.python import lower
from isolint.link import link
from isolint.model.tenancy import Tenancy
from isolint.tenancy import infer

MODELS = """
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Organization(Base):
    __tablename__ = "organization"
    {schema}
    id = Column(Integer, primary_key=True)


class Project(Base):
    __tablename__ = "project"
    id = Column(Integer, primary_key=True)
    organization_id = Column(Integer, ForeignKey(Organization.id))


class Task(Base):
    __tablename__ = "task"
    id = Column(Integer, primary_key=True)
    project_id = Column(Integer, ForeignKey(Project.id))


class Step(Base):
    __tablename__ = "step"
    id = Column(Integer, primary_key=True)
    project_id = Column(Integer, ForeignKey(Project.id))


class Board(Base):
    __tablename__ = "board"
    id = Column(Integer, primary_key=True)
    project_id = Column(Integer, ForeignKey(Project.id))
"""
SWITCH = """
def bind(engine, slug):
    return engine.execution_options(schema_translate_map={None: f"org_{slug}"})
"""


def tenancy_of(schema: str, switch: str) -> Tenancy:
    return infer(link({"app/models.py": lower(MODELS.format(schema=schema)), "app/db.py": lower(switch)}, {}))


def test_a_root_that_lives_in_the_schemas_of_a_shared_tenant_is_a_second_level() -> None:
    tenancy = tenancy_of('__table_args__ = {"schema": "core"}', SWITCH)
    assert tenancy.roots == ("Project",)
    assert tenancy.nested
    assert tenancy.owned["Project"].schema
    assert tenancy.owned["Task"].schema
    assert "Organization" not in tenancy.owned


@pytest.mark.parametrize(
    ("schema", "switch"), [("", SWITCH), ('__table_args__ = {"schema": "core"}', "")], ids=["no schema", "no switch"]
)
def test_without_schemas_of_tenants_there_is_one_level(schema: str, switch: str) -> None:
    assert not tenancy_of(schema, switch).nested
