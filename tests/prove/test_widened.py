"""Alternatives beside the tenant's filter: rows of others, or rows that the tenant's own data tell."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason

SCHEMA = """
model Team {
  id       String    @id
  mailbox  String
  handle  String   @unique
  members  Member[]
  letters  Letter[]
}

model Member {
  userId String
  teamId String
  team   Team   @relation(fields: [teamId], references: [id])

  @@id([userId, teamId])
}

model Letter {
  id     String @id
  sender String
  status String
  userId String
  teamId String
  team   Team   @relation(fields: [teamId], references: [id])
}
"""
ROUTE = """
import {{ PrismaClient }} from '@prisma/client';
import {{ getServerSession }} from 'next-auth';
const prisma = new PrismaClient();
export async function GET(req) {{
  const session = await getServerSession();
  if (!session) return new Response('no', {{ status: 401 }});
  const {{ id, teamId, sender }} = await req.json();
  const team = await prisma.team.findFirst({{
    where: {{ id: teamId, members: {{ some: {{ userId: session.user.id }} }} }},
  }});
  if (!team) throw new Error('no');
  return Response.json(await prisma.letter.findFirst({{ where: {{ id, OR: [{{ teamId: team.id }}, {other}] }} }}));
}}
"""


def reason(other: str) -> Reason:
    """The reason given for letters of the team or such others."""
    files = {"prisma/schema.prisma": SCHEMA, "src/app/api/letters/route.ts": ROUTE.format(other=other)}
    (found,) = [item for item in scan_texts(files).evidence if item.access.table == "Letter"]
    return found.reason


@pytest.mark.parametrize("other", ["{ sender }", "{ status: 'sent' }", "{ id: { not: id } }"])
def test_alternatives_that_anybody_may_choose_widen(other: str) -> None:
    assert reason(other) is Reason.WIDENED_PREDICATE


def test_the_callers_own_rows_do_not_widen() -> None:
    assert reason("{ userId: session.user.id }").verdict == "scoped"


def test_what_the_tenants_row_says_is_not_known_to_widen() -> None:
    assert reason("{ sender: team.mailbox }") is Reason.UNRESOLVED_VALUE


def test_what_only_the_tenants_row_says_admits_the_tenants_own() -> None:
    assert reason("{ sender: team.handle }") is Reason.TENANT_PREDICATE
