"""Peewee's SQL text, rows that are made where there are none, and queries inside queries, in pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from isolint.engine.scan import scan_texts

MODELS = """
from peewee import *

db = PostgresqlDatabase("app")


class Organization(Model):
    name = CharField()


class Project(Model):
    name = CharField()
    org = ForeignKeyField(Organization)
"""
RAW = "'select * from project where {} = %s'"
CALLS = {
    "raw": (f"list(Project.raw({RAW}, {{}}))", ("id", "item_id"), ("org_id", "user.org_id")),
    "execute_sql": (f"db.execute_sql({RAW}, ({{}},))", ("id", "item_id"), ("org_id", "user.org_id")),
    "get_or_create": ("Project.get_or_create(name='x', {}={})", ("id", "item_id"), ("org", "user.org_id")),
    "in a query": (
        "list(Project.select().where(Project.id.in_(Project.select(Project.id).where(Project.{} == {}))))",
        ("id", "item_id"),
        ("org", "user.org_id"),
    ),
}
PAIRS = {
    name: (f"return {around.format(*bad)}", f"return {around.format(*good)}")
    for name, (around, bad, good) in CALLS.items()
}
DJANGO = """
from django.db import models


class Organization(models.Model):
    name = models.CharField()


class Project(models.Model):
    org = models.ForeignKey(Organization, on_delete=models.CASCADE)
"""
VIEW = """
from rest_framework.permissions import IsAuthenticated
from rest_framework.views import APIView

from app.models import Project


class One(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request, pk):
        return list(Project.objects.raw({}))
"""


@pytest.fixture(scope="module")
def judged(judge: Callable[..., Mapping[str, tuple[str, str]]]) -> Mapping[str, tuple[str, str]]:
    return judge({"app/models.py": MODELS}, "from app.models import Project, db", PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_rows_of_the_caller_are_told_from_anybodys(judged: Mapping[str, tuple[str, str]], name: str) -> None:
    assert judged[name] == ("reported", "silent")


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        ("'select * from app_project where id = %s', [pk]", ["ISO102"]),
        ("'select * from app_project where id = %s and org_id = %s', [pk, request.user.org_id]", []),
        ("'select * from app_project where org_id = %(o)s', {'o': request.user.org_id}", []),
    ],
)
def test_sql_that_a_manager_runs_is_read(given: str, rules: list[str]) -> None:
    report = scan_texts({"app/models.py": DJANGO, "app/views.py": VIEW.replace("{}", given)})
    assert [finding.rule for finding in report.findings] == rules
    assert [evidence.access.role.value for evidence in report.evidence] == ["route"]
