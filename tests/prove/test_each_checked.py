"""Ids of a request that are held against the rows beside a row of the tenant, one by one."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason

SCHEMA = """
model Team {
  id    String @id
  forms Form[]
}

model Form {
  id     String  @id
  teamId String
  team   Team    @relation(fields: [teamId], references: [id])
  pages  Page[]
  fields Field[]
}

model Page {
  id     String  @id
  formId String
  form   Form    @relation(fields: [formId], references: [id])
  fields Field[]
}

model Field {
  id     String @id
  formId String
  pageId String
  form   Form   @relation(fields: [formId], references: [id])
  page   Page   @relation(fields: [pageId], references: [id])
}
"""
ROUTE = """
import { PrismaClient } from '@prisma/client';
import { getServerSession } from 'next-auth';
const prisma = new PrismaClient();
export async function POST(req) {
  const { user } = await getServerSession();
  const { id, fields } = await req.json();
  const form = await prisma.form.findFirst({ where: { id, teamId: user.teamId }, include: { pages: true } });
  if (!form) throw new Error('no');
"""
FIND = "const page = form.pages.find(({ id }) => id === it.pageId); if (!page) throw new Error('no');"
SOME = "if (it.pageId && !form.pages.some((page) => page.id === it.pageId)) throw new Error('no');"
STORE = "await prisma.field.createMany({ data: fields.map((it) => ({ formId: form.id, pageId: it.pageId })) });"
STORE_VALID = STORE.replace("fields.map", "valid.map")


def reason(body: str) -> Reason:
    """Why the new fields are confined, or are not."""
    files = {"prisma/schema.prisma": SCHEMA, "src/app/api/fields/route.ts": ROUTE + body + "\n}\n"}
    (found,) = [item for item in scan_texts(files).evidence if item.access.table == "Field"]
    return found.reason


@pytest.mark.parametrize(
    "body",
    [
        f"for (const it of fields) {{ {FIND} }} {STORE}",
        f"for (const it of fields) {{ {SOME} }} {STORE}",
        f"fields.forEach((it) => {{ {FIND} }}); {STORE}",
        f"const valid = fields.map((it) => {{ {FIND} return it; }}); {STORE_VALID}",
        f"const valid = fields.map((it) => {{ {FIND} return {{ ...it, at: 1 }}; }}); {STORE_VALID}",
        "const valid = fields.flatMap((it) => {"
        f"{SOME} const pageId = it.pageId || form.pages[0].id; return {{ ...it, pageId }}; }}); {STORE_VALID}",
    ],
)
def test_ids_that_are_each_found_beside_the_tenants_row_are_its_own(body: str) -> None:
    assert reason(body) is Reason.SCOPED_PARENT


@pytest.mark.parametrize(
    "body",
    [
        STORE,
        f"fields.filter((it) => {{ {FIND} return true; }}); {STORE}",
        f"fields.forEach((it) => {{ if (it.skip) return; {FIND} }}); {STORE}",
        f"fields.forEach((it) => {{ {FIND.replace('it.pageId', 'it.other')} }}); {STORE}",
        f"const valid = fields.map((it) => {{ {FIND} return {{ ...it, pageId: it.next }}; }}); {STORE_VALID}",
    ],
)
def test_ids_of_which_some_may_be_others_are_not(body: str) -> None:
    assert reason(body) is Reason.UNCHECKED_RELATION_ID


def test_what_is_beside_a_row_of_anybody_checks_nothing() -> None:
    anybody = ROUTE.replace(", teamId: user.teamId", "")
    body = f"fields.forEach((it) => {{ {FIND} }}); {STORE}"
    files = {"prisma/schema.prisma": SCHEMA, "src/app/api/fields/route.ts": anybody + body + "\n}\n"}
    assert {item.verdict.value for item in scan_texts(files).evidence} == {"unscoped"}
