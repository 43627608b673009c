"""Guards of the platform itself: its own people, and services that sign what they send."""

from __future__ import annotations

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason

SCHEMA = """
model Project {
  id       String         @id
  members  ProjectMember[]
  programs Program[]
}

model ProjectMember {
  userId    String
  projectId String
  role      String
  project   Project @relation(fields: [projectId], references: [id])

  @@id([userId, projectId])
}

model Program {
  id        String  @id
  projectId String
  project   Project @relation(fields: [projectId], references: [id])
}
"""
CLIENT = "import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient();\n"
CREW = """
import {{ prisma }} from './prisma';
import {{ getSession }} from './session';
const OWN = 'cl7pj5kq4006835rbjlt2ofka';
const roleOf = async (userId, projectId) => {{
  const key = {{ userId, projectId: {project} }};
  const found = await prisma.projectMember.findUnique({{ where: {{ userId_projectId: key }} }});
  if (!found) return null;
  return found.role;
}};
export const withRole = (handler) => async (req, {{ params }}) => {{
  const session = await getSession();
  if (!session?.user) return new Response('no', {{ status: 401 }});
  const role = await roleOf(session.user.id, params.project);
  if (!role) return new Response('no', {{ status: 401 }});
  return handler({{ params }});
}};
"""
ROUTE = """
import { withRole } from '../../../lib/crew';
import { prisma } from '../../../lib/prisma';
export const GET = withRole(async ({ params }) => {
  return Response.json(await prisma.program.findUnique({ where: { id: params.id } }));
});
"""
SIGNED = """
import {{ Receiver }} from 'queue';
const receiver = new Receiver();
export const verified = async (req, body) => {{
  if ({skipped}) return;
  const valid = await receiver.verify({{ signature: req.headers.get('x-signature'), body }});
  if (!valid) throw new Error('no');
}};
"""
JOB = """
import { verified } from '../../../lib/signed';
import { prisma } from '../../../lib/prisma';
export async function POST(req) {
  const body = await req.text();
  await verified(req, body);
  await renew(JSON.parse(body));
  return Response.json('ok');
}
async function renew(payload) {
  await prisma.program.update({ where: { id: payload.program }, data: { name: 'renewed' } });
}
"""


def reason(files: dict[str, str], path: str) -> Reason:
    """The reason given for the one access of a file."""
    base = {"prisma/schema.prisma": SCHEMA, "src/lib/prisma.ts": CLIENT}
    (found,) = [item for item in scan_texts(base | files).evidence if item.access.place.path == path]
    return found.reason


def test_members_of_the_one_tenant_that_the_code_names_are_the_platforms_people() -> None:
    path = "src/app/api/programs/route.ts"
    assert reason({"src/lib/crew.ts": CREW.format(project="OWN"), path: ROUTE}, path) is Reason.OPERATOR_ONLY


def test_members_of_a_tenant_that_the_request_names_are_not() -> None:
    path = "src/app/api/programs/route.ts"
    assert reason({"src/lib/crew.ts": CREW.format(project="projectId"), path: ROUTE}, path) is not Reason.OPERATOR_ONLY


def test_a_signature_that_only_the_environment_lets_go_unverified_is_verified() -> None:
    path = "src/app/api/jobs/route.ts"
    files = {"src/lib/signed.ts": SIGNED.format(skipped="process.env.LOCAL === '1'"), path: JOB}
    assert reason(files, path) is Reason.CAPABILITY_SECRET


def test_a_signature_that_the_request_lets_go_unverified_is_not() -> None:
    path = "src/app/api/jobs/route.ts"
    files = {"src/lib/signed.ts": SIGNED.format(skipped="req.headers.get('x-local') === '1'"), path: JOB}
    assert reason(files, path) is not Reason.CAPABILITY_SECRET


PEOPLE = """
enum Role {{
  ADMIN
  EDITOR
}}

model User {{
  id    String @id
  {users}
}}
"""
PROCEDURES = """
import {{ Role }} from '@prisma/client';
import {{ initTRPC, TRPCError }} from '@trpc/server';
import {{ prisma }} from './prisma';
const t = initTRPC.context().create();
const isAdmin = (user) => {test};
const admins = t.middleware(async ({{ ctx, next }}) => {{
  if (!ctx.user) throw new TRPCError({{ code: 'UNAUTHORIZED' }});
  const allowed = isAdmin(ctx.user);
  if (!allowed) throw new TRPCError({{ code: 'FORBIDDEN' }});
  return next({{ ctx: {{ user: ctx.user }} }});
}});
export const get = t.procedure.use(admins).query(({{ input }}) => {{
  return prisma.program.findUnique({{ where: {{ id: input.id }} }});
}});
"""


def judged_for(test: str, users: str) -> Reason:
    """The reason given where people with these columns pass a test of their role."""
    path = "src/procedures.ts"
    files = {
        "prisma/schema.prisma": SCHEMA + PEOPLE.format(users=users),
        "src/prisma.ts": CLIENT,
        path: PROCEDURES.format(test=test),
    }
    return reason(files, path)


def test_administrators_among_people_of_no_tenant_are_the_platforms() -> None:
    assert judged_for("user.roles.includes(Role.ADMIN)", "roles Role[]") is Reason.OPERATOR_ONLY
    assert judged_for("user.userRole === 'admin'", "userRole String") is Reason.OPERATOR_ONLY


def test_administrators_of_a_tenant_are_not() -> None:
    assert judged_for("user.role === 'admin'", "role String") is Reason.NO_PREDICATE
    assert judged_for("user.roles.includes(Role.EDITOR)", "roles Role[]") is Reason.NO_PREDICATE
    assert judged_for("user.roles.includes('billing_admin')", "roles String[]") is Reason.NO_PREDICATE


CHOSEN = """
import {{ prisma }} from './prisma';
import {{ verify }} from 'jsonwebtoken';
const asOperator = (auth, chosen) => {{
  {refusal}
  return {{ ...auth, projectId: chosen }};
}};
const callerOf = (req) => {{
  const auth = verify(req.headers.get('authorization'), process.env.SECRET);
  return asOperator(auth, req.headers.get('x-project'));
}};
export const GET = async (req) => {{
  const auth = callerOf(req);
  return Response.json(await prisma.program.findMany({{ where: {{ projectId: auth.projectId }} }}));
}};
"""


def chosen_where(refusal: str) -> Reason:
    """The reason given where callers may name a project unless they are sent back before."""
    path = "src/app/api/programs/route.ts"
    source = CHOSEN.format(refusal=refusal).replace("'./prisma'", "'../../../prisma'")
    return reason({"prisma/schema.prisma": SCHEMA, "src/prisma.ts": CLIENT, path: source}, path)


def test_what_only_operators_may_choose_no_tenant_chooses() -> None:
    assert chosen_where("if (!auth.isSuperAdmin) return auth;") is Reason.TENANT_PREDICATE
    assert (
        chosen_where("if (!auth.roles.some((role) => role === 'superadmin')) return auth;") is Reason.TENANT_PREDICATE
    )


def test_what_others_than_operators_may_choose_they_choose() -> None:
    assert chosen_where("if (!auth.isEditor) return auth;") is Reason.TENANT_FROM_REQUEST
    assert chosen_where("if (auth.isSuperAdmin) return auth;") is Reason.TENANT_FROM_REQUEST
    assert chosen_where("") is Reason.TENANT_FROM_REQUEST
