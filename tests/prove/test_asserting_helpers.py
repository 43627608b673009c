"""Helpers that raise unless what they are given is the caller's: what their callers know afterwards."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason, Verdict

SCHEMA = """
model Workspace {
  id    String @id
  keys  Key[]
  roles Role[]
}

model Key {
  id          String    @id
  workspaceId String
  workspace   Workspace @relation(fields: [workspaceId], references: [id])
  bindings    KeyRole[]
}

model Role {
  id          String    @id
  name        String
  workspaceId String
  workspace   Workspace @relation(fields: [workspaceId], references: [id])
  bindings    KeyRole[]
}

model KeyRole {
  keyId  String
  roleId String
  key    Key    @relation(fields: [keyId], references: [id])
  role   Role   @relation(fields: [roleId], references: [id])

  @@id([keyId, roleId])
}
"""
CLIENT = "import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient();\n"
CHECKS = """
import {{ prisma }} from './prisma';

export async function assertKeys(workspaceId, keyIds) {{
  if (keyIds.length === 0) return;
  const found = await prisma.key.findMany({{ where: {{ {confined}id: {{ in: keyIds }} }} }});
  const known = new Set(found.map((key) => key.id));
  const missing = keyIds.filter((id) => !known.has(id));
  if (missing.length > 0) throw new Error(`not found: ${{missing.join(', ')}}`);
}}

export async function validate({{ input, workspaceId }}) {{
  const {{ kind, keyIds }} = input;
  if (kind === 'keys' && keyIds && keyIds.length > 0) {{
    const keys = await prisma.key.findMany({{ where: {{ {confined}id: {{ in: keyIds }} }} }});
    if (keys.length !== keyIds.length) throw new Error('invalid');
  }}
}}

export async function assertReachable(user, workspaceId) {{
  if (workspaceId === undefined || workspaceId === '') return;
  if (workspaceId === user.workspaceId) return;
  if (user.assigned?.some((workspace) => workspace.id === workspaceId)) return;
  if ({escape}) return;
  throw new Error('forbidden');
}}
"""
ROUTE = """
import {{ getServerSession }} from 'next-auth';
import {{ assertKeys, assertReachable, validate }} from '../../../lib/checks';
import {{ prisma }} from '../../../lib/prisma';

export async function POST(req) {{
  const session = await getServerSession();
  if (!session) return new Response('no', {{ status: 401 }});
  const {{ workspaceId }} = session.user;
  const {{ kind, keyIds, others, roleId, asked }} = await req.json();
  const role = await prisma.role.findFirstOrThrow({{ where: {{ id: roleId, workspaceId }} }});
{body}
}}
"""
BIND = "await prisma.keyRole.createMany({{ data: {ids}.map((keyId) => ({{ keyId, roleId: role.id }})) }});"
ASSERTED = "if (keyIds && keyIds.length > 0) await assertKeys(workspaceId, keyIds);\n"
VALIDATED = "await validate({ input: { kind, keyIds }, workspaceId });\n"
LISTED = "await assertReachable(session.user, asked);\nawait prisma.key.findMany({ where: { workspaceId: asked } });"
PATH = "src/app/api/roles/route.ts"


def reason(body: str, *, confined: str = "workspaceId, ", escape: str = "user.isSuperAdmin") -> Reason:
    """The reason given for the last access of the handler."""
    files = {
        "prisma/schema.prisma": SCHEMA,
        "src/lib/prisma.ts": CLIENT,
        "src/lib/checks.ts": CHECKS.format(confined=confined, escape=escape),
        PATH: ROUTE.format(body=body),
    }
    found = [item for item in scan_texts(files).evidence if item.access.place.path == PATH]
    return max(found, key=lambda item: item.access.place.span.line).reason


@pytest.mark.parametrize(
    "body",
    [
        ASSERTED + BIND.format(ids="keyIds"),
        ASSERTED + "if (keyIds !== undefined) {\n" + BIND.format(ids="keyIds") + "\n}",
        ASSERTED + "const wanted = keyIds ?? [];\nif (wanted.length > 0) {\n" + BIND.format(ids="wanted") + "\n}",
        VALIDATED + "if (kind === 'keys' && keyIds?.length) {\n" + BIND.format(ids="keyIds") + "\n}",
    ],
    ids=["directly", "under a condition", "through a default", "under the condition of the check"],
)
def test_every_id_of_a_list_that_a_helper_found_within_the_tenant_is_the_callers(body: str) -> None:
    assert reason(body).verdict is Verdict.SCOPED
    assert reason(body, confined="") is Reason.UNCHECKED_RELATION_ID


@pytest.mark.parametrize(
    "body",
    [
        ASSERTED + BIND.format(ids="others"),
        VALIDATED + BIND.format(ids="keyIds"),
        VALIDATED + "if (kind === 'roles') {\n" + BIND.format(ids="keyIds") + "\n}",
    ],
    ids=["another list", "without the condition of the check", "under another condition"],
)
def test_what_the_helper_did_not_look_at_is_not(body: str) -> None:
    assert reason(body) is Reason.UNCHECKED_RELATION_ID


def test_a_helper_that_accepts_a_tenant_for_several_reasons_has_checked_it() -> None:
    assert reason(LISTED) is Reason.DOMINATING_GUARD


def test_a_helper_that_also_accepts_it_for_a_reason_of_no_ones_has_not() -> None:
    assert reason(LISTED, escape="user.isVerified") is Reason.TENANT_FROM_REQUEST
