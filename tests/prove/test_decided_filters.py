"""Restrictions under a condition that a guard on the way to the query has already decided."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason

SCHEMA = """
model Workspace {
  id   String @id
  keys Key[]
}

model Key {
  id          String    @id
  kind        String
  workspaceId String
  workspace   Workspace @relation(fields: [workspaceId], references: [id])
}
"""
KEYS = """
import {{ PrismaClient }} from '@prisma/client';
const prisma = new PrismaClient();
export const find = async (id, workspaceId) => {{
{body}
}};
"""
ROUTE = """
import {{ getServerSession }} from 'next-auth';
import {{ find }} from '../../../lib/keys';
export async function GET(req) {{
  const session = await getServerSession();
  if (!session) return new Response('no', {{ status: 401 }});
  const workspaceId = session.user?.activeWorkspaceId;
  {guard}
  return Response.json(await find((await req.json()).id, workspaceId));
}}
"""
GUARD = "if (!workspaceId) throw new Error('none');"
CHOICE = "return prisma.key.findFirst({ where: { id, ...(workspaceId ? { workspaceId } : {}) } });"
SPREAD = "return prisma.key.findFirst({ where: { id, ...(workspaceId && { workspaceId }) } });"
BRANCH = (
    "const where = { id };\nif (workspaceId) where.workspaceId = workspaceId;\nreturn prisma.key.findMany({ where });"
)


def reason(body: str, guard: str) -> Reason:
    """The reason given for the one access."""
    files = {
        "prisma/schema.prisma": SCHEMA,
        "src/lib/keys.ts": KEYS.format(body=body),
        "src/app/api/keys/route.ts": ROUTE.format(guard=guard),
    }
    (found,) = scan_texts(files).evidence
    return found.reason


@pytest.mark.parametrize("body", [CHOICE, SPREAD, BRANCH], ids=["choice", "spread", "branch"])
def test_a_filter_whose_value_the_caller_of_the_function_has_refused_to_miss_is_always_there(body: str) -> None:
    assert reason(body, GUARD) is Reason.TENANT_PREDICATE


@pytest.mark.parametrize("body", [CHOICE, SPREAD, BRANCH], ids=["choice", "spread", "branch"])
def test_a_filter_whose_value_may_be_missing_is_not(body: str) -> None:
    assert reason(body, "") in {Reason.OPTIONAL_PREDICATE, Reason.REPLACED_PREDICATE}
