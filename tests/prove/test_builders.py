"""Query builders that name tables and columns by texts, judged in a server action over tables that DDL creates."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

DDL = """
CREATE TABLE workspaces (id text PRIMARY KEY, name text);
CREATE TABLE boards (id text PRIMARY KEY, workspace_id text NOT NULL REFERENCES workspaces (id), slug text);
CREATE TABLE cards (id text PRIMARY KEY, board_id text NOT NULL REFERENCES boards (id), title text);
"""
ACTION = """"use server";
import { getServerSession } from "next-auth";
import { %s } from "%s";
import { db } from "./db";

export async function action(id: string) {
  const session = await getServerSession();
  if (!session) throw new Error("Sign in first");
  const workspaceId = session.workspaceId;
  %s
}
"""
KYSELY, KNEX, SUPABASE = ("Kysely", "kysely"), ("knex", "knex"), ("createClient", "@supabase/supabase-js")


def reasons(library: tuple[str, str], body: str) -> list[str]:
    """The reasons given for the accesses of a server action's body, in order."""
    files = {"schema.sql": DDL, "src/db.ts": "export const db = connect();", "src/action.ts": ACTION % (*library, body)}
    return [str(item.reason) for item in scan_texts(files).evidence]


@pytest.mark.parametrize(
    ("library", "body", "reason"),
    [
        (KYSELY, "return db.selectFrom('boards').selectAll().where('id', '=', id).execute();", "no-predicate"),
        (
            KYSELY,
            "return db.selectFrom('boards').selectAll().where('workspace_id', '=', workspaceId).execute();",
            "tenant-predicate",
        ),
        (
            KYSELY,
            "return db.deleteFrom('boards').where((eb) => eb.and([eb('id', '=', id), "
            "eb('workspace_id', '=', workspaceId)])).execute();",
            "tenant-predicate",
        ),
        (
            KYSELY,
            "return db.selectFrom('cards as c').innerJoin('boards as b', 'b.id', 'c.board_id')"
            ".where('c.id', '=', id).where('b.workspace_id', '=', workspaceId).selectAll().execute();",
            "tenant-predicate",
        ),
        (KYSELY, "await db.insertInto('boards').values({ id, workspace_id: id }).execute();", "tenant-from-request"),
        (KNEX, "return db('boards').where({ id });", "no-predicate"),
        (KNEX, "return db('boards').where({ id, workspace_id: workspaceId }).first();", "tenant-predicate"),
        (KNEX, "await db('boards').where('id', id).andWhere('workspace_id', workspaceId).del();", "tenant-predicate"),
        (KNEX, "await db('boards').where('workspace_id', workspaceId).orWhere('id', id).del();", "widened-predicate"),
        (SUPABASE, "return db.from('boards').select('*').eq('id', id).single();", "no-predicate"),
        (
            SUPABASE,
            "const { data } = await db.from('boards').select('id').eq('workspace_id', workspaceId).eq('id', id);"
            "if (!data) throw new Error(); await db.from('cards').delete().eq('board_id', data.id);",
            "scoped-parent",
        ),
    ],
)
def test_an_access_is_judged_by_what_its_conditions_say(library: tuple[str, str], body: str, reason: str) -> None:
    assert reason in reasons(library, body)


def test_a_name_that_is_no_tables_begins_no_query() -> None:
    assert reasons(SUPABASE, "return Array.from('abc').map((letter) => letter + id);") == []
