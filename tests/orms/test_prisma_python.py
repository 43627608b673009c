"""Prisma Client Python: where its keywords stand, and how its tables are reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

SCHEMA = """
datasource db {
  provider = "postgresql"
}
generator client {
  provider = "prisma-client-py"
}
model Organization {
  id Int @id @default(autoincrement())
  projects Project[]
}
model Project {
  id Int @id @default(autoincrement())
  name String
  orgId Int
  org Organization @relation(fields: [orgId], references: [id])
  tasks Task[]
}
model Task {
  id Int @id
  projectId Int
  project Project @relation(fields: [projectId], references: [id])
}
"""
CLIENT = """
from prisma import Prisma
db = Prisma()
"""
IMPORTS = """
from app.db import db
from prisma import Prisma
from prisma.models import Project
"""
PAIRS = {
    "find unique": (
        "return await db.project.find_unique(where={'id': item_id})",
        "p = await db.project.find_unique(where={'id': item_id})\n"
        "if p is None or p.orgId != user.org_id:\n"
        "    raise HTTPException(404)\n"
        "return p",
    ),
    "find first": (
        "return await db.project.find_first(where={'id': item_id})",
        "return await db.project.find_first(where={'id': item_id, 'orgId': user.org_id})",
    ),
    "find many": (
        "return await db.project.find_many()",
        "return await db.project.find_many(where={'orgId': user.org_id})",
    ),
    "find pos": (
        "return await db.project.find_unique({'id': item_id})",
        "return await db.project.find_unique({'id': item_id, 'orgId': user.org_id})",
    ),
    "find first or raise": (
        "return await db.project.find_first_or_raise(where={'id': item_id})",
        "return await db.project.find_first_or_raise(where={'id': item_id, 'orgId': user.org_id})",
    ),
    "and": (
        "return await db.project.find_many(where={'AND': [{'id': item_id}]})",
        "return await db.project.find_many(where={'AND': [{'id': item_id}, {'orgId': user.org_id}]})",
    ),
    "child": (
        "return await db.task.find_first(where={'id': item_id})",
        "return await db.task.find_first(where={'id': item_id, 'project': {'is': {'orgId': user.org_id}}})",
    ),
    "update many": (
        "return await db.project.update_many(where={'id': item_id}, data={'name': 'x'})",
        "return await db.project.update_many(where={'id': item_id, 'orgId': user.org_id}, data={'name': 'x'})",
    ),
    "delete many": (
        "return await db.project.delete_many(where={'id': item_id})",
        "return await db.project.delete_many(where={'id': item_id, 'orgId': user.org_id})",
    ),
    "create": (
        "return await db.project.create(data={'name':'x','orgId': data['org_id']})",
        "return await db.project.create(data={'name':'x','orgId': user.org_id})",
    ),
    "create many": (
        "return await db.project.create_many(data=[{'name':'x','orgId': data['org_id']}])",
        "return await db.project.create_many(data=[{'name':'x','orgId': user.org_id}])",
    ),
    "count": ("return await db.project.count()", "return await db.project.count(where={'orgId': user.org_id})"),
    "group by": (
        "return await db.project.group_by(['name'])",
        "return await db.project.group_by(['name'], where={'orgId': user.org_id})",
    ),
    "model": (
        "return await Project.prisma().find_many()",
        "return await Project.prisma().find_many(where={'orgId': user.org_id})",
    ),
    "tx": (
        "async with db.tx() as tx:\n    return await tx.project.find_many()",
        "async with db.tx() as tx:\n    return await tx.project.find_many(where={'orgId': user.org_id})",
    ),
    "batch": (
        "async with db.batch_() as b:\n    b.project.delete_many(where={'id': item_id})",
        "async with db.batch_() as b:\n    b.project.delete_many(where={'id': item_id, 'orgId': user.org_id})",
    ),
    "raw": (
        "return await db.query_raw('SELECT * FROM \"Project\" WHERE id = $1', item_id)",
        'return await db.query_raw(\'SELECT * FROM "Project" WHERE id = $1 AND "orgId" = $2\', item_id, user.org_id)',
    ),
    "local": (
        "c = Prisma()\nawait c.connect()\nreturn await c.project.find_many()",
        "c = Prisma()\nawait c.connect()\nreturn await c.project.find_many(where={'orgId': user.org_id})",
    ),
    "in": (
        "return await db.project.find_many(where={'id': {'in': data['ids']}})",
        "return await db.project.find_many(where={'id': {'in': data['ids']}, 'orgId': {'equals': user.org_id}})",
    ),
}


@pytest.fixture(scope="module")
def judged(judge: Callable[..., Mapping[str, tuple[str, str]]]) -> Mapping[str, tuple[str, str]]:
    return judge({"schema.prisma": SCHEMA, "app/db.py": CLIENT}, IMPORTS, PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_an_unscoped_call_is_reported_and_its_scoped_twin_is_not(
    judged: Mapping[str, tuple[str, str]], name: str
) -> None:
    assert judged[name] == ("reported", "silent")
