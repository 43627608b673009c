"""Rows that are given to anybody once their owner has made them public."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.rule import Level

SCHEMA = """
model Workspace {
  id      String   @id
  folders Folder[]
}

model Folder {
  id          String    @id
  isPublic    Boolean
  isArchived  Boolean
  visibility  String
  workspaceId String
  workspace   Workspace @relation(fields: [workspaceId], references: [id])
}
"""
ROUTE = """
import {{ PrismaClient }} from '@prisma/client';
import {{ getServerSession }} from 'next-auth';
const prisma = new PrismaClient();
export async function {verb}(req) {{
  const session = await getServerSession();
  if (!session) return new Response('no', {{ status: 401 }});
  const {{ id }} = await req.json();
  {body}
}}
"""
READ = """
const folder = await prisma.folder.findUnique({{ where: {{ id }} }});
if ({test}) throw new Error('forbidden');
return Response.json(folder);
"""


def level(body: str, verb: str = "GET") -> Level:
    """The level of the one finding."""
    files = {"prisma/schema.prisma": SCHEMA, "src/app/api/f/route.ts": ROUTE.format(verb=verb, body=body)}
    (finding,) = scan_texts(files).findings
    return finding.level


@pytest.mark.parametrize(
    "body",
    [
        READ.format(test="!folder?.isPublic"),
        READ.format(test="folder.visibility !== 'public'"),
        "return Response.json(await prisma.folder.findFirst({ where: { id, isPublic: true } }));",
    ],
)
def test_a_row_that_is_refused_unless_it_is_public_is_at_most_noted(body: str) -> None:
    assert level(body) is Level.NOTE


@pytest.mark.parametrize(
    "body",
    [
        READ.format(test="folder.isArchived"),
        READ.format(test="folder.isPublic"),
        "await prisma.folder.update({ where: { id }, data: { isPublic: true } });",
    ],
)
def test_a_row_that_is_refused_for_anything_else_is_reported(body: str) -> None:
    assert level(body) is Level.ERROR
