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
