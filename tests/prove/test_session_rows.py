"""Who is calling, told by a row that was found by what the request's cookie or header holds."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Verdict

SCHEMA = """
model Team {
  id      String   @id
  members Member[]
  notes   Note[]
}

model Member {
  userId String
  teamId String
  team   Team   @relation(fields: [teamId], references: [id])

  @@id([userId, teamId])
}

model Note {
  id     String @id
  teamId String
  team   Team   @relation(fields: [teamId], references: [id])
}

model User {
  id       String    @id
  sessions Session[]
}

model Session {
  id        String   @id
  userId    String
  expiresAt DateTime
  user      User     @relation(fields: [userId], references: [id])
}
"""
AUTH = """
import {{ getCookie, getSignedCookie }} from 'hono/cookie';
import {{ cookies }} from 'next/headers';
import {{ sha256 }} from '@oslojs/crypto/sha2';
import {{ encodeHexLowerCase }} from '@oslojs/encoding';
import {{ PrismaClient }} from '@prisma/client';
export const prisma = new PrismaClient();
export const callerOf = async (req) => {{
  {found}
  if (!found?.user) throw new Error('no');
  return found.user;
}};
"""
ROUTE = """
import { callerOf, prisma } from '../../../lib/auth';
export async function GET(req) {
  const caller = await callerOf(req);
  const { teamId } = await req.json();
  const member = await prisma.member.findFirst({ where: { userId: caller.id, teamId } });
  if (!member) throw new Error('no');
  return Response.json(await prisma.note.findMany({ where: { teamId: member.teamId } }));
}
"""
HASHED = "const id = encodeHexLowerCase(sha256(new TextEncoder().encode(token)));"
SESSION = "const found = await prisma.session.findUnique({ where: { id }, include: { user: true } });"


def verdict(found: str) -> Verdict:
    """The verdict on notes of a team of which the caller that was found so is a member."""
    path = "src/app/api/notes/route.ts"
    files = {"prisma/schema.prisma": SCHEMA, "src/lib/auth.ts": AUTH.format(found=found), path: ROUTE}
    (access,) = [item for item in scan_texts(files).evidence if item.access.table == "Note"]
    return access.verdict


@pytest.mark.parametrize(
    "token",
    [
        "const token = await getSignedCookie(req, process.env.SECRET, 'session');",
        "const token = (await cookies()).get('session')?.value;",
        "const token = getCookie(req, 'session');",
        "const token = req.headers.get('x-session');",
    ],
)
def test_a_session_is_found_by_what_only_its_owner_can_send(token: str) -> None:
    assert verdict(token + HASHED + SESSION) is Verdict.SCOPED


def test_a_session_that_the_body_names_is_nobodys() -> None:
    assert verdict("const { id } = await req.json();" + SESSION) is Verdict.UNSCOPED


def test_a_person_whom_a_cookie_names_is_nobody() -> None:
    named = "const id = (await cookies()).get('user')?.value;"
    assert verdict(named + "const found = { user: { id } };") is Verdict.UNSCOPED
