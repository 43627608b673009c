"""Entities of TypeScript: what finds them, what is copied into them, and parameters that carry the tenant."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

MIKRO = """
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/core';

@Entity({ tableName: 'tenants' })
export class Tenant {
  @PrimaryKey() id!: string;
}

@Entity()
export class Folder {
  @PrimaryKey() id!: string;
  @Property({ name: 'tenant_id' }) tenantId!: string;
  @Property() title!: string;
}

@Entity()
export class Paper {
  @PrimaryKey() id!: string;
  @ManyToOne(() => Folder) folder!: Folder;
  @Property() text!: string;
}
"""
TYPEORM = """
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('tenants')
export class Tenant {
  @PrimaryGeneratedColumn() id: string;
}

@Entity('folders')
export class Folder {
  @PrimaryGeneratedColumn() id: string;
  @Column() tenantId: string;
  @Column() title: string;
}
"""
HEAD = "import { Folder, Paper } from './entities';\n"


def told(entities: str, code: str) -> list[tuple[int, str, str]]:
    """Line, reason and subject of all evidence in the code."""
    report = scan_texts({"src/entities.ts": entities, "src/work.ts": HEAD + code})
    return [(e.access.place.span.line - 1, e.reason.value, e.subject) for e in report.evidence]


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("{ id, tenantId }", "tenant-predicate"),
        ("{ $and: [{ id }, { tenantId: { $eq: tenantId } }] }", "tenant-predicate"),
        ("{ $or: [{ id }, { tenantId }] }", "widened-predicate"),
        ("id", "unused-tenant-parameter"),
    ],
)
def test_entity_managers_are_given_a_key_or_conditions(where: str, reason: str) -> None:
    code = f"export function one(em: any, tenantId: string, id: string) {{ return em.findOne(Folder, {where}); }}"
    assert [found for _, found, _ in told(MIKRO, code)] == [reason]


def test_conditions_on_a_relation_confine_through_it() -> None:
    code = "export const all = (em: any, tenantId: string) => em.find(Paper, { folder: { tenantId } });"
    assert [found for _, found, _ in told(MIKRO, code)] == ["tenant-predicate"]


@pytest.mark.parametrize(
    ("parameters", "use"),
    [
        ("scope: { tenantId: string }", "log(scope)"),
        ("ctx: any", "log(ctx.auth.tenantId)"),
    ],
)
def test_a_parameter_that_carries_the_tenant_is_to_be_used(parameters: str, use: str) -> None:
    code = (
        f"export async function one(em: any, id: string, {parameters}) {{\n"
        f"  const row = await em.findOne(Folder, {{ id }});\n  {use};\n  return row;\n}}"
    )
    assert [(line, found) for line, found, _ in told(MIKRO, code)] == [(2, "unused-tenant-parameter")]


def test_a_wrapper_is_reported_where_it_is_called_with_the_tenant_at_hand() -> None:
    code = (
        "async function read(em: any, model: any, where: any) { return em.findOne(model, where); }\n"
        "export const one = (em: any, id: string, scope: { tenantId: string }) => read(em, Folder, { id });"
    )
    assert [(line, found) for line, found, _ in told(MIKRO, code)] == [(2, "unused-tenant-parameter")]


def test_a_request_promises_no_tenant() -> None:
    code = (
        "export async function one(em: any, req: any, id: string) {\n"
        "  const row = await em.findOne(Folder, { id });\n  log(req.tenantId);\n  return row;\n}"
    )
    assert [found for _, found, _ in told(MIKRO, code)] == ["unresolved-caller"]


CREATE = """import express from 'express';
const router = express.Router();
router.post('/folders', requireUser, async (req, res) => {{
  const folder = new Folder();
  Object.assign(folder, req.body);
{after}
  await source.getRepository(Folder).save(folder);
  res.end();
}});
"""


def test_what_is_copied_from_the_request_is_reported_where_it_is_copied() -> None:
    assert told(TYPEORM, CREATE.format(after="")) == [(5, "mass-assigned-key", "req.body")]


def test_a_tenant_that_is_set_after_the_copy_stays() -> None:
    found = told(TYPEORM, CREATE.format(after="  folder.tenantId = req.user.tenantId;"))
    assert [reason for _, reason, _ in found] == ["tenant-payload"]


def test_a_builder_is_changed_by_its_methods() -> None:
    code = (
        "export function all(source: any, tenantId: string, text: string) {\n"
        "  const query = source.getRepository(Folder).createQueryBuilder('f').where('f.title = :text', { text });\n"
        "  query.andWhere('f.tenantId = :tenantId', { tenantId });\n  return query.getMany();\n}"
    )
    assert [found for _, found, _ in told(TYPEORM, code)] == ["tenant-predicate"]
