"""Drizzle's tables, queries and operators, and SQL in tagged templates, judged in a server action."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

SCHEMA = """
import { relations } from "drizzle-orm";
import { pgSchema, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";

const id = () => text("id").primaryKey();
const owned = { workspaceId: text("workspace_id").notNull().references(() => workspaces.id) };

export const workspaces = pgTable("workspaces", { id: id(), name: text("name") });
export const boards = pgSchema("app").table(
  "boards",
  { id: id(), ...owned, slug: text("slug").notNull() },
  (t) => [uniqueIndex("boards_slug").on(t.workspaceId, t.slug)],
);
export const cards = pgTable("cards", { id: id(), boardId: text("board_id").notNull(), title: text("title") });
export const cardsRelations = relations(cards, ({ one }) => ({
  board: one(boards, { fields: [cards.boardId], references: [boards.id] }),
}));
"""
DB = """
export * from "drizzle-orm";
export * from "./schema";
export const db = drizzle(process.env.DATABASE_URL);
"""
ACTION = """"use server";
import { getServerSession } from "next-auth";
import { and, boards, cards, db, eq, exists, inArray, isNull, or, sql } from "./db";

export async function action(id: string, word?: string) {
  const session = await getServerSession();
  if (!session) throw new Error("Sign in first");
  const workspaceId = session.workspaceId;
  %s
}
"""


def reasons(body: str) -> list[str]:
    """The reasons given for the accesses of a server action's body, in order."""
    files = {"src/schema.ts": SCHEMA, "src/db.ts": DB, "src/action.ts": ACTION % body}
    report = scan_texts(files)
    return [str(item.reason) for item in report.evidence if item.access.place.path == "src/action.ts"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return db.select().from(boards).where(eq(boards.id, id));", "no-predicate"),
        ("return db.select().from(boards).where(eq(boards.workspaceId, workspaceId));", "tenant-predicate"),
        ("return db.query.boards.findFirst({ where: (t, { eq: same }) => same(t.id, id) });", "no-predicate"),
        ("return db.query.boards.findMany({ where: { id, workspaceId } });", "tenant-predicate"),
        (
            "return db.select().from(boards).where(eq(boards.workspaceId, workspaceId)).$dynamic()"
            ".where(eq(boards.id, id));",
            "replaced-predicate",
        ),
        (
            "return db.select().from(boards)"
            ".where(and(eq(boards.slug, id), word ? eq(boards.workspaceId, workspaceId) : undefined));",
            "optional-predicate",
        ),
        (
            "return db.select().from(boards).where(or(eq(boards.workspaceId, workspaceId), eq(boards.slug, id)));",
            "widened-predicate",
        ),
        (
            "return db.select().from(boards)"
            ".where(and(eq(boards.id, id), or(eq(boards.workspaceId, workspaceId), isNull(boards.workspaceId))));",
            "tenant-predicate",
        ),
        (
            "const own = db.select({ id: boards.id }).from(boards).where(eq(boards.workspaceId, workspaceId));"
            "return db.delete(cards).where(and(eq(cards.id, id), inArray(cards.boardId, own)));",
            "scoped-parent",
        ),
        ("await db.insert(cards).values({ id: 'c', boardId: id, title: word });", "unchecked-relation-id"),
        ("await db.update(boards).set({ slug: word }).where(sql`${boards.id} = ${id}`);", "no-predicate"),
        (
            "await db.update(boards).set({ slug: word })"
            ".where(sql`${boards.id} = ${id} AND workspace_id = ${workspaceId}`);",
            "tenant-predicate",
        ),
        (
            "return db.execute(sql`SELECT * FROM ${boards} WHERE ${boards.workspaceId} = ${workspaceId}`);",
            "tenant-predicate",
        ),
        ("return db.execute(sql`SELECT * FROM ${boards} WHERE ${boards.workspaceId} = ${id}`);", "tenant-from-request"),
    ],
)
def test_an_access_is_judged_by_what_its_conditions_say(body: str, reason: str) -> None:
    assert reason in reasons(body)


def test_a_statement_under_a_tag_that_runs_it_binds_its_values() -> None:
    body = "const run = postgres(process.env.URL); return run`SELECT * FROM boards WHERE workspace_id = ${%s}`;"
    assert reasons(body % "workspaceId") == ["tenant-predicate"]
    assert reasons(body % "id") == ["tenant-from-request"]


def test_a_transaction_runs_on_the_client_that_it_hands_out() -> None:
    body = "await db.transaction(async (tx) => { await tx.delete(boards).where(eq(boards.id, id)); });"
    assert reasons(body) == ["no-predicate"]


def test_every_id_that_was_looked_for_is_checked_when_none_is_missing() -> None:
    found = "const found = new Set((await db.select().from(boards).where(%s)).map((board) => board.id));"
    check = "if (ids.filter((one) => !found.has(one)).length > 0) throw new Error('Unknown board');"
    insert = "await db.insert(cards).values(ids.map((boardId) => ({ id: boardId, boardId })));"
    body = "const ids = JSON.parse(id).ids;" + found + check + insert
    own = "and(eq(boards.workspaceId, workspaceId), inArray(boards.id, ids))"
    assert "unchecked-relation-id" not in reasons(body % own)
    assert "unchecked-relation-id" in reasons(body.replace(check, "") % own)
