"""A helper that takes one value or several makes a list of the one: what it then loops over is that value."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason

SCHEMA = """
CREATE TABLE organizations (id uuid PRIMARY KEY, name text);
CREATE TABLE entries (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations(id), text text);
"""
TYPESCRIPT = """
import {{ Router }} from 'express';
import {{ Pool }} from 'pg';
const pool = new Pool();
const router = Router();
async function log(given) {{
  const entries = Array.isArray(given) ? given : [given];
  for (const entry of entries) {{
    await pool.query('INSERT INTO entries (organization_id, text) VALUES ($1, $2)', [entry.organization, entry.text]);
  }}
}}
router.post('/', requireAuth, async (req, res) => {{
  await log({given});
}});
"""
PYTHON = """
from flask import Flask, g, request
app = Flask(__name__)

def log(connection, given):
    for entry in given if isinstance(given, (list, tuple)) else [given]:
        connection.execute("INSERT INTO entries (organization_id, text) VALUES (%s, %s)", (entry["o"], entry["text"]))

@app.post("/")
@login_required
def create():
    log(connection, {given})
"""
TS_ONE = "{{ organization: req.{0}.organizationId, text: req.body.text }}"
PY_ONE = '{{"o": {0}, "text": request.json["text"]}}'


@pytest.mark.parametrize("form", ["{0}", "[{0}]"])
@pytest.mark.parametrize(
    ("organization", "reason"), [("user", Reason.TENANT_PAYLOAD), ("body", Reason.TENANT_FROM_REQUEST)]
)
def test_in_typescript(form: str, organization: str, reason: Reason) -> None:
    given = form.format(TS_ONE.format(organization))
    report = scan_texts({"schema.sql": SCHEMA, "src/app.ts": TYPESCRIPT.format(given=given)})
    assert [item.reason for item in report.evidence] == [reason]


@pytest.mark.parametrize("form", ["{0}", "[{0}]"])
@pytest.mark.parametrize(
    ("organization", "reason"),
    [("g.user.organization_id", Reason.TENANT_PAYLOAD), ('request.json["o"]', Reason.TENANT_FROM_REQUEST)],
)
def test_in_python(form: str, organization: str, reason: Reason) -> None:
    given = form.format(PY_ONE.format(organization))
    report = scan_texts({"schema.sql": SCHEMA, "app.py": PYTHON.format(given=given)})
    assert [item.reason for item in report.evidence] == [reason]


AUDIT = """
import {{ Router }} from 'express';
import {{ newId }} from '@acme/ids';
import {{ prisma }} from './db';
const router = Router();
async function audit(oneOrMany) {{
  const logs = Array.isArray(oneOrMany) ? oneOrMany : [oneOrMany];
  if (logs.length === 0) return;
  const rows = [];
  const shared = logs.length > 1 ? newId("batch") : undefined;
  for (const log of logs) {{
    const text = {{ what: log.text, by: log.by, shared }};
    rows.push({{ id: newId("entry"), organizationId: log.organizationId, text }});
  }}
  await prisma.entry.createMany({{ data: rows }});
}}
router.post('/', requireAuth, async (req, res) => {{
  {body}
}});
"""
PRISMA = """
model Organization {
  id      String  @id
  entries Entry[]
}
model Entry {
  id             String       @id
  organizationId String
  text           Json
  organization   Organization @relation(fields: [organizationId], references: [id])
}
"""
ENTRY = "({{ organizationId: {0}, text: `about ${{id}}`, by: req.user.id }})"
OWN, NAMED = "req.user.organizationId", "req.body.organizationId"


@pytest.mark.parametrize(
    "body",
    [
        "const id = req.body.id; await audit({entry});",
        "await audit(req.body.ids.map((id) => {entry}));",
        "await audit([...req.body.ids.map((id) => {entry})]);",
        "const logs = []; for (const id of req.body.ids) logs.push({entry}); await audit(logs);",
        "const logs = []; logs.push(...req.body.ids.map((id) => {entry})); await audit(logs);",
        "const logs = []; const id = '1'; logs.push({other}, {entry}); await audit(logs);",
        "const id = '1'; const all = [{other}]; await audit(all.concat(req.body.ids.map((id) => {entry})));",
        "const logs = []; if (req.body.ids) {{ logs.push(...req.body.ids.map((id) => {entry})); }}"
        " logs.push(...req.body.others.map((id) => {other})); await audit(logs);",
        "const made = Promise.all(req.body.ids.map(async (id) => {entry})); await audit(await made);",
    ],
)
@pytest.mark.parametrize(
    ("organization", "reason"), [(OWN, Reason.TENANT_PAYLOAD), (NAMED, Reason.TENANT_FROM_REQUEST)]
)
def test_each_property_keeps_its_own_value_through_lists(body: str, organization: str, reason: Reason) -> None:
    text = body.format(entry=ENTRY.format(organization), other=ENTRY.format(OWN))
    report = scan_texts({"schema.prisma": PRISMA, "src/app.ts": AUDIT.format(body=text)})
    assert [item.reason for item in report.evidence] == [reason]


@pytest.mark.parametrize("made", ["newId('organization')", "process.env.HOUSE_ORGANIZATION", "crypto.randomUUID()"])
def test_what_the_server_makes_is_no_choice_of_the_callers(made: str) -> None:
    text = f"const id = req.body.id; const organizationId = {made}; await audit({ENTRY.format('organizationId')});"
    report = scan_texts({"schema.prisma": PRISMA, "src/app.ts": AUDIT.format(body=text)})
    assert [item.reason for item in report.evidence] == [Reason.TENANT_PAYLOAD]
