"""Objects that a container hands out by name, that factories make, and names that are taken out of values."""

from __future__ import annotations

from isolint.engine.scan import scan_texts

SCHEMA = """
model Team {
  id    String @id
  users User[]
  docs  Doc[]
}

model User {
  id     String @id
  teamId String
  team   Team   @relation(fields: [teamId], references: [id])
}

model Doc {
  id     String @id
  teamId String
  team   Team   @relation(fields: [teamId], references: [id])
}
"""
SERVICES = """
import { prisma } from './db';

export class DocService {
  async find(id: string) {
    return prisma.doc.findFirst({ where: { id } });
  }
}

export function createDocs(log) {
  return {
    async find(id) {
      return prisma.doc.findFirst({ where: { id } });
    },
    async list(scope) {
      return prisma.doc.findMany({ where: { teamId: scope.teamId } });
    },
  };
}
"""
REGISTERED = """
import { asClass } from 'awilix';
import { DocService, createDocs } from './docs';

export function register(container) {
  container.register({
    docService: asClass(DocService).scoped(),
    docs: { resolve: (c) => createDocs(c.resolve('log')) },
  });
}
"""
ROUTE = """
import { auth } from '@/auth';
import { makeContainer } from 'outside';

export async function GET(req, { params }) {
  const session = await auth();
  if (!session) return new Response(null, { status: 401 });
  const container = await makeContainer();
  const docs = container.resolve('%s');
  return Response.json(await docs.find(params.id));
}
"""
AUTH = """
import NextAuth from 'next-auth';

const { auth, handlers } = NextAuth({});
export { auth, handlers };
"""


def found(files: dict[str, str], table: str = "Doc") -> set[tuple[str, str, str]]:
    """Role, reason and subject of the evidence on a table."""
    report = scan_texts({"schema.prisma": SCHEMA, "src/auth/index.ts": AUTH, **files})
    assert report.problems == ()
    return {(e.access.role.value, e.reason.value, e.subject) for e in report.evidence if e.access.table == table}


def test_a_class_that_is_registered_is_what_its_name_resolves_to() -> None:
    files = {"src/docs.ts": SERVICES, "src/di.ts": REGISTERED, "src/app/api/docs/route.ts": ROUTE % "docService"}
    assert ("route", "no-predicate", "params.id") in found(files)


def test_an_object_that_a_registered_function_makes_is_what_its_name_resolves_to() -> None:
    files = {"src/docs.ts": SERVICES, "src/di.ts": REGISTERED, "src/app/api/docs/route.ts": ROUTE % "docs"}
    assert ("route", "no-predicate", "params.id") in found(files)


def test_methods_of_an_object_that_a_factory_makes_are_judged_without_a_caller() -> None:
    assert ("helper", "tenant-predicate", "teamId") in found({"src/docs.ts": SERVICES})


CHANGE = """
'use server';
import { auth } from '@/auth';
import { prisma } from './db';

export async function changeTeam(input: { teamId: string }) {
  const session = await auth();
%s  const team = await prisma.team.findUnique({ where: { id: input.teamId } });
  if (!team) throw new Error('not found');
  await prisma.user.update({ where: { id: session.user.id }, data: { teamId: team.id } });
}
"""
MEMBER = """  const member = await prisma.user.findFirst({ where: { id: session.user.id, teamId: input.teamId } });
  if (!member) throw new Error('not a member');
"""


def test_the_key_of_a_row_that_the_request_named_is_the_requests() -> None:
    assert {reason for _, reason, _ in found({"src/change.ts": CHANGE % ""}, "User")} == {"tenant-from-request"}


def test_a_tenant_that_was_looked_up_with_the_caller_may_be_written() -> None:
    assert {reason for _, reason, _ in found({"src/change.ts": CHANGE % MEMBER}, "User")} == {"own-row"}


OUTDATED = """
model Team {
  id String @id
}

model User {
  id String @id
}

model Doc {
  id String @id
}
"""
IN_PACKAGE = """
import { NextResponse } from 'next/server';
import { auth } from '@/auth';
import { prisma } from '@acme/db';

export async function GET(req, { params }) {
  const session = await auth();
  if (!session) return new Response(null, { status: 401 });
  return NextResponse.json(await prisma.doc.findFirst({ where: { id: params.id } }));
}
"""


def test_of_several_copies_of_a_schema_the_imported_packages_counts() -> None:
    files = {
        "apps/old/package.json": '{"name": "old"}',
        "apps/old/prisma/schema.prisma": OUTDATED,
        "apps/web/package.json": '{"name": "web"}',
        "apps/web/src/app/api/docs/route.ts": IN_PACKAGE,
        "packages/db/package.json": '{"name": "@acme/db"}',
        "packages/db/src/index.ts": "export const prisma = new PrismaClient();",
        "packages/db/prisma/schema.prisma": SCHEMA,
    }
    report = scan_texts(files)
    assert {e.reason.value for e in report.evidence if e.access.table == "Doc"} == {"no-predicate"}


ACCOUNT_SCHEMA = """
model User {
  id       String    @id
  accounts Account[]
}

model Account {
  id     String @id
  key    String @unique
  userId String
  user   User   @relation(fields: [userId], references: [id])
  notes  Note[]
}

model Note {
  id        String  @id
  accountId String
  account   Account @relation(fields: [accountId], references: [id])
}
"""
ACCOUNT = """
import { prisma } from './db';

export async function accountId({ key, userId }: { key: string; userId: string }) {
  const account = await prisma.account.findFirst({ where: { %s } });
  return account?.id;
}
"""


def of_account(where: str) -> set[str]:
    """The reasons of the evidence on accounts that are looked up like that."""
    report = scan_texts({"schema.prisma": ACCOUNT_SCHEMA, "src/account.ts": ACCOUNT % where})
    return {e.reason.value for e in report.evidence if e.access.table == "Account"}


def test_an_account_of_one_person_is_not_looked_up_without_that_person() -> None:
    assert of_account("key") == {"unused-tenant-parameter"}


def test_an_account_that_is_looked_up_for_its_person_is_the_persons_own() -> None:
    assert of_account("key, userId") == {"shared-table"}


VISIBLE = """
import { auth } from '@/auth';
import { prisma } from './db';

function isVisible(doc, scope) {
  if (!scope.teamId) return false;
  return doc.teamId === scope.teamId;
}

async function find(id: string, scope?: { teamId?: string }) {
  const doc = await prisma.doc.findFirst({ where: { id } });
  if (!doc) return null;
  if (scope && !isVisible(doc, scope)) return null;
  return doc;
}

export async function GET(req, { params }) {
  const session = await auth();
  if (!session) return new Response(null, { status: 401 });
  return Response.json(await find(params.id%s));
}
"""


def test_a_check_that_is_skipped_without_a_scope_is_made_where_one_is_given() -> None:
    given = VISIBLE % ", { teamId: session.user.teamId }"
    assert found({"src/app/api/docs/route.ts": given}) == {
        ("route", "check-after-fetch", "row of Doc.teamId == auth().user.teamId")
    }


def test_a_check_that_is_skipped_without_a_scope_is_none_where_nothing_is_given() -> None:
    assert found({"src/app/api/docs/route.ts": VISIBLE % ""}) == {("route", "no-predicate", "params.id")}


TOKEN = """
import { prisma } from './db';

function verifyToken(token: string) {
  const [body, mac] = token.split('.');
  if (sign(body) !== mac) return null;
  return JSON.parse(Buffer.from(body, 'base64').toString());
}

export async function GET(req, { params }) {
  const payload = %s(req.headers.get('x-caller'));
  if (!payload) return new Response(null, { status: 401 });
  return Response.json(await prisma.doc.findFirst({ where: { id: params.id, teamId: payload.teamId } }));
}
"""


def test_what_a_function_verified_of_a_presented_token_is_the_callers() -> None:
    assert found({"src/app/api/docs/route.ts": TOKEN % "verifyToken"}) == {("route", "tenant-predicate", "teamId")}


def test_what_is_merely_decoded_of_a_header_is_the_requests() -> None:
    decoded = (TOKEN % "readToken").replace("verifyToken", "readToken")
    decoded = decoded.replace("  if (sign(body) !== mac) return null;\n", "")
    assert {reason for _, reason, _ in found({"src/app/api/docs/route.ts": decoded})} == {"tenant-from-request"}
