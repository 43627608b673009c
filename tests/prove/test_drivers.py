"""SQL text through the drivers of TypeScript: where the text and its values stand."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

SCHEMA = """
CREATE TABLE organizations (id uuid PRIMARY KEY, name text);
CREATE TABLE invoices (
  id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations(id), number text, status text
);
"""
HANDLER = """
import {{ Router }} from 'express';
{head}
const router = Router();
router.post('/x/:id', requireAuth, async (req, res) => {{
  const id = req.params.id;
  const org = req.user.organizationId;
  {body}
}});
"""
BOTH = "SELECT * FROM invoices WHERE id = ? AND organization_id = ?"


def reasons(head: str, body: str) -> list[str]:
    """The reasons given for the accesses of a handler's body, in order."""
    report = scan_texts({"schema.sql": SCHEMA, "src/app.ts": HANDLER.format(head=head, body=body)})
    assert report.problems == ()
    return [item.reason.value for item in report.evidence]


PG = "import { Pool } from 'pg';\nconst pool = new Pool();"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("await pool.query('SELECT * FROM invoices WHERE id = $1', [id]);", "no-predicate"),
        (
            "await pool.query('DELETE FROM invoices WHERE id = $1 AND organization_id = $2', [id, org]);",
            "tenant-predicate",
        ),
        (
            "await pool.query({ text: 'SELECT * FROM invoices WHERE organization_id = $1', values: [req.body.org] });",
            "tenant-from-request",
        ),
        (
            "const q = { name: 'own', text: 'SELECT * FROM invoices WHERE organization_id = $1', values: [org] };"
            "const { rows } = await pool.query(q);",
            "tenant-predicate",
        ),
        (
            "const client = await pool.connect();"
            "try { await client.query(`UPDATE invoices SET status = 'x' WHERE id = $1`, [id]); } finally { "
            "client.release(); }",
            "no-predicate",
        ),
        (
            "pool.query('SELECT * FROM invoices WHERE id = $1', [id], (e, found) => res.json(found.rows));",
            "no-predicate",
        ),
        (
            "const values = [org]; let text = 'SELECT * FROM invoices WHERE organization_id = $1';"
            "if (req.query.s) { values.push(req.query.s); text += ` AND status = $${values.length}`; }"
            "await pool.query(text, values);",
            "tenant-predicate",
        ),
    ],
)
def test_pg(body: str, reason: str) -> None:
    assert reasons(PG, body) == [reason]


POSTGRES = "import postgres from 'postgres';\nconst sql = postgres(process.env.DB);"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            "await sql<Invoice[]>`SELECT * FROM invoices WHERE id = ${id} AND organization_id = ${req.body.org}`;",
            "tenant-from-request",
        ),
        ("await sql.unsafe('SELECT * FROM invoices WHERE id = $1', [id]);", "no-predicate"),
        (
            "await sql`SELECT * FROM invoices WHERE organization_id = ${org} ${id ? sql`AND id = ${id}` : sql``}`;",
            "tenant-predicate",
        ),
        (
            "await sql`SELECT * FROM invoices WHERE id = ${id} ${req.query.own ? sql`AND organization_id = "
            "${org}` : sql``}`;",
            "no-predicate",
        ),
        ("await sql.begin(async (tx) => { await tx`DELETE FROM invoices WHERE id = ${id}`; });", "no-predicate"),
        ("await sql`INSERT INTO invoices ${sql({ id, organization_id: org })}`;", "tenant-payload"),
        ("await sql`INSERT INTO invoices ${sql([{ id, organization_id: req.body.org }])}`;", "tenant-from-request"),
        (
            "await sql`UPDATE invoices SET ${sql({ status: 'x' }, 'status')} WHERE id = ${id} AND "
            "organization_id = ${org}`;",
            "tenant-predicate",
        ),
        ("await sql`SELECT * FROM ${sql('invoices')} WHERE id IN ${sql(req.body.ids)}`;", "no-predicate"),
    ],
)
def test_postgres(body: str, reason: str) -> None:
    assert reasons(POSTGRES, body) == [reason]


MYSQL = "import mysql from 'mysql2/promise';\nconst pool = mysql.createPool({});"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("const [rows] = await pool.query('SELECT * FROM invoices WHERE id = ?', [id]);", "no-predicate"),
        (f"const [rows] = await pool.execute('{BOTH}', [id, org]);", "tenant-predicate"),
        (
            f"const conn = await pool.getConnection(); await conn.execute('{BOTH}', [id, req.body.org]);",
            "tenant-from-request",
        ),
        (
            "await pool.promise().query({ sql: 'SELECT * FROM invoices WHERE organization_id = ?', values: [org] });",
            "tenant-predicate",
        ),
        ("await pool.execute('SELECT * FROM invoices WHERE organization_id = :org', { org });", "tenant-predicate"),
        (
            "await pool.query('INSERT INTO invoices SET ?', { id, organization_id: req.body.org });",
            "tenant-from-request",
        ),
        ("await pool.query('UPDATE invoices SET ? WHERE id = ?', [{ status: 'x' }, id]);", "no-predicate"),
        (
            "await pool.query('UPDATE invoices SET ? WHERE id = ? AND organization_id = ?', [{ status: 'x' "
            "}, id, org]);",
            "tenant-predicate",
        ),
    ],
)
def test_mysql2(body: str, reason: str) -> None:
    assert reasons(MYSQL, body) == [reason]


SQLITE = f"""import Database from 'better-sqlite3';
const db = new Database('x.db');
const both = db.prepare('{BOTH}');"""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("db.prepare('SELECT * FROM invoices WHERE id = ?').get(id);", "no-predicate"),
        (f"db.prepare('{BOTH}').all(id, org);", "tenant-predicate"),
        (f"const found = db.prepare('{BOTH}'); found.run([id, req.body.org]);", "tenant-from-request"),
        ("db.prepare('SELECT * FROM invoices WHERE organization_id = @org').get({ org });", "tenant-predicate"),
        ("db.prepare('SELECT number FROM invoices WHERE organization_id = ?').pluck().all(org);", "tenant-predicate"),
        (
            "await env.DB.prepare('SELECT * FROM invoices WHERE organization_id = ?').bind(req.body.org).all();",
            "tenant-from-request",
        ),
        ("both.get(id, org);", "tenant-predicate"),
        ("both.get(id, req.body.org);", "tenant-from-request"),
    ],
)
def test_a_prepared_statement_is_given_its_values_where_it_runs(body: str, reason: str) -> None:
    assert reasons(SQLITE, body) == [reason]


PRISMA = "import { Prisma, PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("await prisma.$queryRaw<Invoice[]>`SELECT * FROM invoices WHERE id = ${id}`;", "no-predicate"),
        (
            "await prisma.$executeRaw`DELETE FROM invoices WHERE id = ${id} AND organization_id = ${org}`;",
            "tenant-predicate",
        ),
        (
            "await prisma.$queryRaw(Prisma.sql`SELECT * FROM invoices WHERE organization_id = ${req.body.org}`);",
            "tenant-from-request",
        ),
        (
            "const own = Prisma.sql`organization_id = ${org}`;"
            "await prisma.$queryRaw`SELECT * FROM invoices WHERE ${own} AND id IN (${Prisma.join(req.body.ids)})`;",
            "tenant-predicate",
        ),
        (
            "const more = id ? Prisma.sql`AND organization_id = ${org}` : Prisma.empty;"
            "await prisma.$queryRaw`SELECT * FROM invoices WHERE status = 'x' ${more}`;",
            "no-predicate",
        ),
        (
            "const parts = [Prisma.sql`organization_id = ${org}`]; if (id) parts.push(Prisma.sql`id = ${id}`);"
            "await prisma.$queryRaw`SELECT * FROM invoices WHERE ${Prisma.join(parts, ' AND ')}`;",
            "tenant-predicate",
        ),
        (
            "await prisma.$queryRawUnsafe('SELECT * FROM invoices WHERE id = $1 AND organization_id = $2', id, org);",
            "tenant-predicate",
        ),
        ("await prisma.$executeRawUnsafe(`DELETE FROM invoices WHERE id = '${id}'`);", "no-predicate"),
    ],
)
def test_prisma(body: str, reason: str) -> None:
    assert reasons(PRISMA, body) == [reason]
