"""`undefined` restricts nothing in Prisma, where null is a value; TypeORM leaves both out."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

PRISMA = """
model Organization {
  id       String    @id
  invoices Invoice[]
}

model Invoice {
  id             String        @id
  organizationId String?
  organization   Organization? @relation(fields: [organizationId], references: [id])
}
"""
TYPEORM = """
import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
@Entity() export class Organization { @PrimaryGeneratedColumn() id: string; }
@Entity() export class Invoice {
  @PrimaryGeneratedColumn() id: string;
  @Column({ nullable: true }) organizationId: string;
  @ManyToOne(() => Organization) organization: Organization;
}
"""
HANDLER = """
import {{ Router }} from 'express';
import {{ Invoice, prisma, source }} from './db';
const router = Router();
router.get('/', requireAuth, async (req, res) => {{
  {before}
  res.json(await {query});
}});
"""
QUERIES = {
    "prisma": "prisma.invoice.findMany({ where: { organizationId } })",
    "typeorm": "source.getRepository(Invoice).find({ where: { organizationId } })",
}


def reasons(layer: str, before: str) -> list[str]:
    """The reasons given for a query by a tenant that may be missing."""
    models = {"schema.prisma": PRISMA} if layer == "prisma" else {"src/db.ts": TYPEORM}
    handler = HANDLER.format(before=before, query=QUERIES[layer])
    return [item.reason.value for item in scan_texts({**models, "src/app.ts": handler}).evidence]


@pytest.mark.parametrize(
    ("before", "prisma", "typeorm"),
    [
        ("const organizationId = req.user.organizationId;", "tenant-predicate", "tenant-predicate"),
        (
            "const organizationId = req.user.organizationId ?? undefined;",
            "optional-predicate",
            "optional-predicate",
        ),
        ("const organizationId = req.user.organizationId ?? null;", "tenant-predicate", "optional-predicate"),
        (
            "const organizationId = req.query.own ? req.user.organizationId : undefined;",
            "optional-predicate",
            "optional-predicate",
        ),
        (
            "const organizationId = req.query.own ? req.user.organizationId : null;",
            "tenant-predicate",
            "optional-predicate",
        ),
        (
            "let organizationId; if (req.query.own) organizationId = req.user.organizationId;",
            "optional-predicate",
            "optional-predicate",
        ),
        (
            "const organizationId = req.user.organizationId ?? undefined; if (!organizationId) return res.end();",
            "tenant-predicate",
            "tenant-predicate",
        ),
        (
            "let organizationId; if (req.query.own) organizationId = req.user.organizationId;"
            "if (organizationId === undefined) throw new Error('no tenant');",
            "tenant-predicate",
            "tenant-predicate",
        ),
        (
            "const organizationId = req.user.organizationId ?? null; if (organizationId == null) return res.end();",
            "tenant-predicate",
            "tenant-predicate",
        ),
        ("const organizationId = undefined;", "no-predicate", "no-predicate"),
    ],
)
def test_an_entry_without_a_value_restricts_nothing(before: str, prisma: str, typeorm: str) -> None:
    assert reasons("prisma", before) == [prisma]
    assert reasons("typeorm", before) == [typeorm]
