"""Values that a pattern chooses, and promises whose failure is caught: what is known on which way."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason, Verdict

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
  slug   String
  teamId String
  team   Team   @relation(fields: [teamId], references: [id])
  parts  Part[]
}

model Part {
  id     String @id
  noteId String
  note   Note   @relation(fields: [noteId], references: [id])
}
"""
ROUTE = """
import { PrismaClient } from '@prisma/client';
import { match, P } from 'ts-pattern';
import { getServerSession } from 'next-auth';
const prisma = new PrismaClient();

async function requireMember(userId, teamId) {
  const member = await prisma.member.findFirst({ where: { userId, teamId } });
  if (!member) throw new Error('no');
  return member;
}

function keyOf(by) {
  return match(by)
    .with({ type: 'id' }, (it) => ({ id: it.value }))
    .with({ type: 'slug' }, (it) => ({ slug: it.value }))
    .exhaustive();
}

export async function GET(req, { params }) {
  const { user } = await getServerSession();
  const { id, kind } = params;
"""


def judged(table: str, body: str) -> tuple[Verdict, Reason]:
    """How the accesses to a table in the route's body are confined."""
    files = {"prisma/schema.prisma": SCHEMA, "src/app/api/notes/[id]/route.ts": ROUTE + body + "\n}\n"}
    (found,) = {(item.verdict, item.reason) for item in scan_texts(files).evidence if item.access.table == table}
    return found


NOTE = "const note = await prisma.note.findUnique({ where: { id } });"
PART = "const part = await prisma.part.findUnique({ where: { id } }); if (!part) return null;"
GUARDED = """
  const key = keyOf({ type: 'id', value: part.noteId });
  const note = await prisma.note.findFirst({ where: { ...key, teamId: user.teamId } });
  if (!note) return null;
  return part;"""


def test_a_key_that_a_pattern_chooses_is_the_key_of_the_way_that_fits() -> None:
    assert judged("Part", PART + GUARDED) == (Verdict.SCOPED, Reason.CHECK_AFTER_FETCH)


def test_a_row_found_by_another_key_checks_nothing() -> None:
    assert judged("Part", PART + GUARDED.replace("part.noteId", "kind"))[0] is Verdict.UNSCOPED


@pytest.mark.parametrize(
    ("chosen", "verdict"),
    [
        (".with('mine', () => ({ teamId: user.teamId })).otherwise(() => ({ teamId: user.teamId }))", Verdict.SCOPED),
        (".with('mine', () => ({ teamId: user.teamId })).otherwise(() => ({ teamId: id }))", Verdict.UNSCOPED),
        (".with('mine', 'ours', () => ({ teamId: user.teamId })).run()", Verdict.SCOPED),
        (".returnType<Where>().when(isOurs, () => ({ teamId: id })).exhaustive()", Verdict.UNSCOPED),
    ],
)
def test_each_way_of_a_choice_counts(chosen: str, verdict: Verdict) -> None:
    assert judged("Note", f"return prisma.note.findMany({{ where: match(kind){chosen} }});")[0] is verdict


def test_a_check_whose_failure_is_caught_and_asked_for_holds() -> None:
    body = (
        NOTE + "const member = await requireMember(user.id, note.teamId).catch(() => null); if (!member) return null;"
    )
    assert judged("Note", body + "return note;")[0] is Verdict.SCOPED


def test_a_check_whose_failure_is_caught_and_forgotten_is_none() -> None:
    body = NOTE + "await requireMember(user.id, note.teamId).catch(() => null);"
    assert judged("Note", body + "return note;")[0] is Verdict.UNSCOPED


def test_a_check_whose_failure_is_thrown_on_holds() -> None:
    body = NOTE + "await requireMember(user.id, note.teamId).catch(() => { throw new Error('denied'); });"
    assert judged("Note", body + "return note;")[0] is Verdict.SCOPED
