"""Tortoise: what is read, what is written, and through which tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

MODELS = """
from tortoise import fields
from tortoise.models import Model
class Organization(Model):
    id = fields.IntField(pk=True)
    name = fields.CharField(max_length=50)
class Project(Model):
    id = fields.IntField(pk=True)
    name = fields.CharField(max_length=50)
    org = fields.ForeignKeyField("models.Organization", related_name="projects")
    class Meta:
        table = "projects"
class Task(Model):
    id = fields.IntField(pk=True)
    project = fields.ForeignKeyField("models.Project", related_name="tasks")
"""
IMPORTS = """
from app.models import *
from tortoise import connections
from tortoise.expressions import Q
from tortoise.transactions import in_transaction
"""
PAIRS = {
    "get": ("return await Project.get(id=item_id)", "return await Project.get(id=item_id, org_id=user.org_id)"),
    "get or none": (
        "return await Project.get_or_none(id=item_id)",
        "return await Project.get_or_none(id=item_id, org_id=user.org_id)",
    ),
    "get org obj": (
        "return await Project.get(pk=item_id)",
        "return await Project.get(pk=item_id, org__id=user.org_id)",
    ),
    "filter": ("return await Project.filter(name='x').all()", "return await Project.filter(org_id=user.org_id).all()"),
    "all": ("return await Project.all()", "return await Project.all().filter(org_id=user.org_id)"),
    "first": ("return await Project.first()", "return await Project.filter(org_id=user.org_id).first()"),
    "Q": (
        "return await Project.filter(Q(id=item_id))",
        "return await Project.filter(Q(id=item_id) & Q(org_id=user.org_id))",
    ),
    "Q2": (
        "return await Project.filter(Q(id=item_id) | Q(org_id=user.org_id))",
        "return await Project.filter(Q(id=item_id, org_id=user.org_id))",
    ),
    "child": ("return await Task.get(id=item_id)", "return await Task.get(id=item_id, project__org_id=user.org_id)"),
    "update": (
        "await Project.filter(id=item_id).update(name='x')",
        "await Project.filter(id=item_id, org_id=user.org_id).update(name='x')",
    ),
    "delete": (
        "await Project.filter(id=item_id).delete()",
        "await Project.filter(id=item_id, org_id=user.org_id).delete()",
    ),
    "create": (
        "await Project.create(name='x', org_id=data['org_id'])",
        "await Project.create(name='x', org_id=user.org_id)",
    ),
    "bulk create": (
        "await Project.bulk_create([Project(name='x', org_id=data['org_id'])])",
        "await Project.bulk_create([Project(name='x', org_id=user.org_id)])",
    ),
    "save": (
        "p = Project(name='x', org_id=data['org_id'])\nawait p.save()",
        "p = Project(name='x', org_id=user.org_id)\nawait p.save()",
    ),
    "row delete": (
        "p = await Project.get(id=item_id)\nawait p.delete()",
        "p = await Project.get(id=item_id, org_id=user.org_id)\nawait p.delete()",
    ),
    "row save": (
        "p = await Project.get(id=item_id)\np.name='y'\nawait p.save()",
        "p = await Project.get(id=item_id, org_id=user.org_id)\np.name='y'\nawait p.save()",
    ),
    "check": (
        "return await Project.get(id=item_id)",
        "p = await Project.get(id=item_id)\nif p.org_id != user.org_id:\n    raise HTTPException(404)\nreturn p",
    ),
    "get or create": (
        "return await Project.get_or_create(name='x', org_id=data['org_id'])",
        "return await Project.get_or_create(name='x', org_id=user.org_id)",
    ),
    "exists": (
        "return await Project.filter(id=item_id).exists()",
        "return await Project.filter(id=item_id, org_id=user.org_id).exists()",
    ),
    "exists m": (
        "return await Project.exists(id=item_id)",
        "return await Project.exists(id=item_id, org_id=user.org_id)",
    ),
    "prefetch": (
        "return await Project.filter(id=item_id).prefetch_related('tasks')",
        "return await Project.filter(id=item_id, org_id=user.org_id).prefetch_related('tasks')",
    ),
    "exclude": (
        "return await Project.exclude(id=item_id)",
        "return await Project.exclude(id=item_id).filter(org_id=user.org_id)",
    ),
    "tx": (
        "async with in_transaction() as c:\n    await Project.filter(id=item_id).using_db(c).delete()",
        "async with in_transaction() as c:\n"
        "    await Project.filter(id=item_id, org_id=user.org_id).using_db(c).delete()",
    ),
    "async for": (
        "return [p async for p in Project.all()]",
        "return [p async for p in Project.filter(org_id=user.org_id)]",
    ),
}


@pytest.fixture(scope="module")
def judged(judge: Callable[..., Mapping[str, tuple[str, str]]]) -> Mapping[str, tuple[str, str]]:
    return judge({"app/models.py": MODELS}, IMPORTS, PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_an_unscoped_call_is_reported_and_its_scoped_twin_is_not(
    judged: Mapping[str, tuple[str, str]], name: str
) -> None:
    assert judged[name] == ("reported", "silent")
