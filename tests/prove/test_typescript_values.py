"""Values of TypeScript are followed through imports of every form, and through what the language does with values."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

PROJECT = {
    "schema.prisma": """
model Organization {
  id       String    @id
  invoices Invoice[]
}

model Invoice {
  id             String       @id
  organizationId String
  organization   Organization @relation(fields: [organizationId], references: [id])
}
""",
    "tsconfig.json": '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./src/*"] } } }',
    "src/lib/values.ts": """
export const own = (req) => req.user.organizationId;
export function named(req) { return req.body.organizationId; }
export default { own, named };
""",
    "src/lib/old.js": """
module.exports = { own: (req) => req.user.organizationId, named: (req) => req.body.organizationId };
""",
    "src/lib/index.ts": "export * from './values';\nexport { own as mine, named as theirs } from './values';\n",
}
HANDLER = """
import {{ Router }} from 'express';
import {{ prisma }} from './db';
{imports}
const router = Router();
router.get('/:id', requireAuth, async (req, res) => {{
  {body}
}});
"""
FIND = "res.json(await prisma.invoice.findMany({ where: { organizationId } }));"


def reasons(body: str, imports: str = "") -> list[str]:
    """The reasons given for the accesses of a handler's body, in order."""
    report = scan_texts({**PROJECT, "src/app.ts": HANDLER.format(imports=imports, body=body)})
    assert report.problems == ()
    return [item.reason.value for item in report.evidence]


@pytest.mark.parametrize(
    ("imports", "own", "named"),
    [
        ("import { own, named } from './lib/values';", "own(req)", "named(req)"),
        ("import { own as a, named as b } from '@/lib/values';", "a(req)", "b(req)"),
        ("import * as values from './lib/values';", "values.own(req)", "values.named(req)"),
        ("import values from './lib/values';", "values.own(req)", "values.named(req)"),
        ("import { own, named } from './lib';", "own(req)", "named(req)"),
        ("import { mine, theirs } from './lib';", "mine(req)", "theirs(req)"),
        ("const { own, named } = require('./lib/values');", "own(req)", "named(req)"),
        ("const { own: a, named: b } = require('./lib/old');", "a(req)", "b(req)"),
        ("const old = require('./lib/old');", "old.own(req)", "old.named(req)"),
        ("const values = await import('./lib/values');", "values.own(req)", "values.named(req)"),
    ],
)
def test_functions_are_found_however_they_are_imported(imports: str, own: str, named: str) -> None:
    assert reasons(f"const organizationId = {own}; {FIND}", imports) == ["tenant-predicate"]
    assert reasons(f"const organizationId = {named}; {FIND}", imports) == ["tenant-from-request"]


def test_a_module_may_be_imported_where_it_is_used() -> None:
    body = "const { named: pick } = await import('./lib/values'); const organizationId = pick(req);"
    assert reasons(body + FIND) == ["tenant-from-request"]


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("const { organizationId } = req.user;", "tenant-predicate"),
        ("const { organizationId: given = '' } = req.body; const organizationId = given;", "tenant-from-request"),
        ("const { user: { organizationId } } = req;", "tenant-predicate"),
        ("const [organizationId] = [req.body.organizationId, req.user.organizationId];", "tenant-from-request"),
        ("const organizationId = req.user?.organizationId;", "tenant-predicate"),
        ("const organizationId = req.user!.organizationId as string;", "tenant-predicate"),
        ("const organizationId = req.body.organizationId ?? req.user.organizationId;", "tenant-from-request"),
        ("const organizationId = req.body.organizationId || req.user.organizationId;", "tenant-from-request"),
        (
            "const organizationId = req.query.all ? req.query.organizationId : req.user.organizationId;",
            "tenant-from-request",
        ),
        ("const organizationId = `${req.user.organizationId}`;", "tenant-predicate"),
        ("const given = { ...req.user }; const { organizationId } = given;", "tenant-predicate"),
        ("let organizationId = req.body.organizationId; organizationId = req.user.organizationId;", "tenant-predicate"),
    ],
)
def test_values_are_followed(before: str, reason: str) -> None:
    assert reasons(f"{before} {FIND}") == [reason]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            "const own = req.user.organizationId;"
            "const find = (own) => prisma.invoice.findMany({ where: { organizationId: own } });"
            "res.json(await find(req.body.organizationId));",
            "tenant-from-request",
        ),
        (
            "const own = req.user.organizationId;"
            "const find = (id) => prisma.invoice.findMany({ where: { id, organizationId: own } });"
            "res.json(await find(req.body.organizationId));",
            "tenant-predicate",
        ),
        (
            "const where = { organizationId: req.user.organizationId };"
            "res.json(await prisma.invoice.findMany({ where: { ...where, id: req.params.id } }));",
            "tenant-predicate",
        ),
        (
            "const base = { where: { organizationId: req.user.organizationId } };"
            "res.json(await prisma.invoice.findMany({ ...base, where: { id: req.params.id } }));",
            "no-predicate",
        ),
    ],
)
def test_inner_names_hide_outer_ones_and_later_entries_earlier_ones(body: str, reason: str) -> None:
    assert reasons(body) == [reason]


def test_a_half_written_file_is_judged_around_what_is_broken() -> None:
    whole = "router.get('/a', requireAuth, async (req, res) => { res.json(await prisma.invoice.findMany()); });\n"
    broken = "router.get('/b', requireAuth, async (req, res) => {\n  res.json(await prisma.invoice.\n});\n"
    head = "import { Router } from 'express';\nimport { prisma } from './db';\nconst router = Router();\n"
    report = scan_texts({**PROJECT, "src/app.ts": head + whole + broken + whole.replace("/a", "/c")})
    assert [finding.place.span.line for finding in report.findings] == [4, 8]
    assert [(problem.path, problem.kind) for problem in report.problems] == [("src/app.ts", "unparsable")]
    assert all(problem.span is not None and 5 <= problem.span.line <= 7 for problem in report.problems)
