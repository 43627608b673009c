"""Entities that are described by values, and filters that an entity puts on every query."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

TYPEORM = """
import { EntitySchema } from 'typeorm';
export class Invoice { id: string; }
export const OrganizationSchema = new EntitySchema<Organization>({
  name: 'organization', tableName: 'organizations', columns: { id: { type: 'uuid', primary: true } },
});
export const InvoiceSchema = new EntitySchema<Invoice>({
  name: 'invoice',
  target: Invoice,
  columns: { id: { type: 'uuid', primary: true }, number: { type: String } },
  relations: {
    organization: { type: 'many-to-one', target: 'organization', joinColumn: { name: 'organizationId' } },
    lines: { type: 'one-to-many', target: 'line', inverseSide: 'invoice' },
  },
});
export const LineSchema = new EntitySchema({
  name: 'line',
  columns: { id: { type: 'uuid', primary: true } },
  relations: { invoice: { type: 'many-to-one', target: 'invoice' } },
});
"""
MIKRO = """
import { EntitySchema } from '@mikro-orm/core';
export class Organization { id!: string; }
export class Invoice { id!: string; }
export const OrganizationSchema = new EntitySchema({ class: Organization, properties: { id: { primary: true } } });
export const InvoiceSchema = new EntitySchema({
  class: Invoice,
  tableName: 'invoices',
  properties: {
    id: { primary: true, type: 'uuid' },
    number: { type: 'string' },
    organization: { kind: 'm:1', entity: () => Organization },
  },
});
export const LineSchema = new EntitySchema<Line>({
  name: 'line',
  properties: { id: { primary: true }, invoice: { kind: 'm:1', entity: () => Invoice } },
});
"""
DEFINED = """
import { defineEntity, p } from '@mikro-orm/core';
export const OrganizationSchema = defineEntity({ name: 'organization', properties: { id: p.uuid().primary() } });
export const InvoiceSchema = defineEntity({
  name: 'invoice',
  properties: {
    id: p.uuid().primary(),
    number: p.string().unique(),
    organization: () => p.manyToOne(OrganizationSchema).ref(),
  },
});
export const LineSchema = defineEntity({
  name: 'line',
  properties: (p) => ({ id: p.uuid().primary(), invoice: () => p.manyToOne(InvoiceSchema) }),
});
"""
HANDLER = """
import {{ Router }} from 'express';
import {{ Invoice, InvoiceSchema, LineSchema, source, em }} from './entities';
const router = Router();
router.post('/x/:id', requireAuth, async (req, res) => {{
  const id = req.params.id;
  const own = req.user.organizationId;
  {body}
}});
"""


def reasons(entities: str, body: str) -> list[str]:
    """The reasons given for the accesses of a handler's body, in order."""
    report = scan_texts({"src/entities.ts": entities, "src/app.ts": HANDLER.format(body=body)})
    return [item.reason.value for item in report.evidence]


@pytest.mark.parametrize("entities", [TYPEORM, MIKRO, DEFINED], ids=["typeorm", "mikroorm", "defined"])
def test_described_entities_are_tables_with_their_relations(entities: str) -> None:
    tenancy = scan_texts({"src/entities.ts": entities}).tenancy
    assert len(tenancy.roots) == 1
    assert len(tenancy.owned) == 2


@pytest.mark.parametrize(
    ("entities", "body", "reason"),
    [
        (TYPEORM, "await source.getRepository(InvoiceSchema).findOneBy({ id });", "no-predicate"),
        (TYPEORM, "await source.getRepository(Invoice).findOneBy({ id });", "no-predicate"),
        (
            TYPEORM,
            "await source.getRepository(Invoice).findOneBy({ id, organization: { id: own } });",
            "tenant-predicate",
        ),
        (TYPEORM, "await source.manager.delete(InvoiceSchema, { id, organizationId: own });", "tenant-predicate"),
        (
            TYPEORM,
            "const repo = source.getRepository(InvoiceSchema);"
            "await repo.save(repo.create({ number: 1, organizationId: req.body.org }));",
            "tenant-from-request",
        ),
        (MIKRO, "await em.findOne(Invoice, { id });", "no-predicate"),
        (MIKRO, "await em.findOne(InvoiceSchema, { id, organization: own });", "tenant-predicate"),
        (MIKRO, "await em.find(LineSchema, { invoice: { organization: own } });", "tenant-predicate"),
        (DEFINED, "await em.findOne(InvoiceSchema, id);", "no-predicate"),
        (DEFINED, "await em.find(LineSchema, { invoice: { organization: own } });", "tenant-predicate"),
    ],
)
def test_they_are_queried_by_the_description_or_by_the_class(entities: str, body: str, reason: str) -> None:
    assert reasons(entities, body) == [reason]


FILTERED = """
import { Entity, Filter, PrimaryKey, Property } from '@mikro-orm/core';
@Entity() export class Organization { @PrimaryKey() id!: string; }
@Entity()
@Filter({ name: 'own', cond: (args) => ({ organizationId: args.organizationId }), default: %s })
export class Invoice { @PrimaryKey() id!: string; @Property() organizationId!: string; }
"""


@pytest.mark.parametrize(
    ("default", "options", "found"),
    [
        ("true", "", []),
        ("false", "", ["no-predicate"]),
        ("true", ", { filters: false }", ["no-predicate"]),
        ("true", ", { filters: { own: false } }", ["no-predicate"]),
        ("true", ", { filters: { other: false } }", []),
    ],
)
def test_a_filter_restricts_every_query_that_does_not_switch_it_off(
    default: str, options: str, found: list[str]
) -> None:
    handler = HANDLER.format(body=f"res.json(await em.findOne(Invoice, {{ id }}{options}));")
    report = scan_texts({"src/entities.ts": FILTERED % default, "src/app.ts": handler})
    assert [item.reason.value for item in report.evidence if item.verdict.value == "unscoped"] == found
