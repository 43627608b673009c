"""What is spread beside the tenant, fragments of SQL in a builder's `where`, and a row's own values copied back."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason

ENTITIES = """
import { Entity, PrimaryKey, Property, ManyToOne } from '@mikro-orm/core';
@Entity() export class Tenant { @PrimaryKey() id!: string; }
@Entity() export class Customer {
  @PrimaryKey() id!: string;
  @ManyToOne(() => Tenant) tenant!: Tenant;
  @Property() name!: string;
}
@Entity() export class Note {
  @PrimaryKey() id!: string;
  @Property({ name: 'tenant_id' }) tenantId!: string;
  @Property() text!: string;
}
"""
ROUTES = """
import express from 'express';
import {{ sql }} from 'kysely';
import {{ Customer, Note }} from './entities';
import {{ cipher }} from '@acme/cipher';
const router = express.Router();
function scoped<T>(query: T, args: {{ tenantId?: string | null; kind?: string }}): T {{
  let chain = args.kind == null ? query.where('kind' as any, 'is', null) : query.where('kind', '=', args.kind);
  chain = chain.where(sql<boolean>`tenant_id is not distinct from ${{args.tenantId ?? null}}`);
  return chain;
}}
router.post('/:id', requireAuth, async (req, res) => {{
  const em = req.em, db = req.db, own = req.auth.tenantId, named = req.body.tenantId, id = req.params.id;
  {body}
}});
"""


def reason(body: str) -> Reason:
    """The reason for the last access of the handler's body."""
    return scan_texts({"src/entities.ts": ENTITIES, "src/app.ts": ROUTES.format(body=body)}).evidence[-1].reason


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("em.find(Customer, {{ tenant: {} as any, ...(req.query.all ? {{}} : {{ id }}) }} as any)", "tenant"),
        ("em.find(Customer, {{ tenant: {} as any, ...(id && {{ id }}) }})", "tenant"),
        ("em.find(Note, {{ tenantId: {}, ...(id ? {{ id }} : undefined), deletedAt: null }})", "tenant"),
        ("em.find(Note, {{ ...(id ? {{ id }} : {{}}), tenantId: {} }} as FilterQuery<Note>)", "tenant"),
    ],
)
def test_what_is_spread_under_a_condition_replaces_only_what_it_names(body: str, expected: str) -> None:
    assert reason(f"await {body.format('own')};") is Reason.TENANT_PREDICATE
    assert reason(f"await {body.format('named')};") is Reason.TENANT_FROM_REQUEST


def test_what_a_spread_may_name_replaces_what_stands_before_it() -> None:
    replaced = "await em.find(Note, { tenantId: own, ...(id ? { tenantId: named } : {}) });"
    assert reason(replaced).verdict.value == "unscoped"
    assert reason("await em.find(Note, { tenantId: own, ...req.body });").verdict.value == "unscoped"


@pytest.mark.parametrize(
    "query",
    [
        "db.selectFrom('note').where('id', '=', id)"
        ".where(sql<boolean>`tenant_id is not distinct from ${{{}}}`).execute()",
        "db.deleteFrom('note').where(sql`tenant_id = ${{{}}}`).executeTakeFirst()",
        "scoped(db.deleteFrom('note' as any) as any, {{ tenantId: {}, kind: req.query.kind }}).execute()",
        "db.transaction().execute(async (trx: any) => trx.selectFrom('note').select(['id'])"
        ".where(sql<boolean>`${{sql.ref('tenant_id')}} is not distinct from ${{{}}}`).executeTakeFirst())",
    ],
)
def test_fragments_restrict_a_builder_also_through_generic_helpers(query: str) -> None:
    assert reason(f"await {query.format('own')};") is Reason.TENANT_PREDICATE
    assert reason(f"await {query.format('named')};") is Reason.TENANT_FROM_REQUEST


def test_a_fragment_that_excludes_the_tenant_confines_nothing() -> None:
    query = "db.selectFrom('note').where('id', '=', id).where(sql`tenant_id is distinct from ${own}`).execute()"
    assert reason(f"await {query};") is Reason.NO_PREDICATE


ROW = "const row = await em.findOne(Note, { id, tenantId: own });"


@pytest.mark.parametrize(
    ("copied", "verdict"),
    [
        ("await cipher.decryptFields(row, req.body.key)", "scoped"),
        ("normalise(row)", "scoped"),
        ("normalise(row, req.body)", "unscoped"),
        ("req.body", "unscoped"),
    ],
)
def test_a_rows_own_values_are_nobodys_mass_assignment(copied: str, verdict: str) -> None:
    written = f"{ROW} Object.assign(row, {copied}); await em.persistAndFlush(row);"
    report = scan_texts({"src/entities.ts": ENTITIES, "src/app.ts": ROUTES.format(body=written)})
    verdicts = {item.verdict.value for item in report.evidence}
    assert ("unscoped" in verdicts) == (verdict == "unscoped")


def test_a_row_that_the_code_names_is_nobodys_choice() -> None:
    assert reason("await em.findOne(Note, { id: 'the-placeholder' });") is Reason.UNRESOLVED_VALUE
    assert reason("await em.findOne(Note, { id: req.body.id || 'the-placeholder' });") is Reason.NO_PREDICATE
    assert reason("await em.findOne(Note, { text: 'the-placeholder' });") is Reason.NO_PREDICATE


def test_a_filter_under_a_condition_that_was_demanded_before_is_always_there() -> None:
    find = "await em.find(Note, { id, ...(own ? { tenantId: own } : {}) });"
    assert reason(f"if (!own) throw new Error('no tenant'); {find}") is Reason.TENANT_PREDICATE
    assert reason(f"if (!id) throw new Error('no id'); {find}").verdict.value == "unscoped"
