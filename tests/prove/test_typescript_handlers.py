"""Handlers that TypeScript frameworks call: with which guards, and with what of the request."""

from __future__ import annotations

import pytest

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
  title  String
  team   Team   @relation(fields: [teamId], references: [id])
}
"""
FIND = "await prisma.doc.findFirst({ where: { id: %s, teamId: %s } })"


def reasons(files: dict[str, str]) -> set[str]:
    """The reasons of all evidence on documents."""
    report = scan_texts({"schema.prisma": SCHEMA, **files})
    assert report.problems == ()
    return {evidence.reason.value for evidence in report.evidence if evidence.access.table == "Doc"}


HONO = """
import { Hono } from 'hono';
import { prisma } from './db';

export const app = new Hono();
app.use('*', async (c, next) => {
  const token = await prisma.user.findFirst({ where: { id: c.get('session').userId } });
  if (!token) return c.json({}, 401);
  c.set('team', token.teamId);
  await next();
});
app.get('/docs/:id', async (c) => c.json(%s));
"""
FASTIFY = """
import { prisma } from './db';

async function sameTeam(request, reply) {
  const doc = await prisma.doc.findFirst({ where: { id: request.params.id, teamId: request.user.teamId } });
  if (!doc) return reply.code(404).send();
}

export async function routes(fastify) {
  fastify.get('/docs/:id', { preHandler: [%s] }, async (request) => {
    return prisma.doc.update({ where: { id: request.params.id }, data: { title: 'x' } });
  });
}
"""


def test_what_hono_reads_of_the_request_is_the_callers_choice() -> None:
    assert reasons({"app.ts": HONO % FIND % ("c.req.param('id')", "c.req.query('team')")}) == {"tenant-from-request"}


def test_what_a_guard_puts_into_honos_context_is_the_session() -> None:
    assert reasons({"app.ts": HONO % FIND % ("c.req.param('id')", "c.get('team')")}) == {"tenant-predicate"}


def test_a_hook_among_the_options_checks_what_the_handler_uses() -> None:
    assert "dominating-guard" in reasons({"app.ts": FASTIFY % "sameTeam"})
    assert "dominating-guard" not in reasons({"app.ts": FASTIFY % "log"})


PROCEDURES = """
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import { prisma } from './db';

const t = initTRPC.create();
const signedIn = t.middleware(({ ctx, next }) => {
  if (!ctx.session) throw new Error('UNAUTHORIZED');
  return next({ ctx: { teamId: ctx.session.teamId } });
});
export const procedure = t.procedure.use(signedIn);
"""
ROUTER = """
import { z } from 'zod';
import { prisma } from './db';
import { procedure } from './trpc';

export const docs = {
  rename: procedure.input(z.object({ id: z.string(), %s })).mutation(({ ctx, input }) =>
    prisma.doc.updateMany({ where: { id: input.id, teamId: ctx.teamId }, data: { ...input } }),
  ),
};
"""


@pytest.mark.parametrize(
    ("field", "reason"),
    [("title: z.string()", "tenant-predicate"), ("teamId: z.string()", "tenant-from-request")],
)
def test_a_schema_tells_which_columns_the_input_can_set(field: str, reason: str) -> None:
    assert reasons({"trpc.ts": PROCEDURES, "docs.ts": ROUTER % field}) == {reason}


MOUNTED = """
import express from 'express';
import { requireLogin } from './auth';
import { docs } from './docs';

export function createApp() {
  const app = express();
  app.use('/docs', %sdocs);
  return app;
}
"""
DOCS = """
import { Router } from 'express';
import { prisma } from './db';

export const docs = Router();
docs.get('/', async (req, res) => res.json(await prisma.doc.findMany({ where: { teamId: req.user.teamId } })));
docs.get('/:id', async (req, res) => res.json(await prisma.doc.findUnique({ where: { id: req.params.id } })));
"""


def test_a_guard_where_a_router_is_mounted_stands_before_its_handlers() -> None:
    assert reasons({"app.ts": MOUNTED % "requireLogin, ", "docs.ts": DOCS}) == {"tenant-predicate", "no-predicate"}
