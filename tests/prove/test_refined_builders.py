"""A query builder that statements of their own refine is one query, up to the call that runs it."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts

ENTITIES = """
import { Entity, PrimaryGeneratedColumn, Column, ManyToOne } from 'typeorm';
@Entity() export class Workspace { @PrimaryGeneratedColumn('uuid') id: string; }
@Entity() export class Dataset {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column() workspaceId: string;
  @ManyToOne(() => Workspace) workspace: Workspace;
}
"""
ROUTES = """
import express from 'express';
import {{ Dataset }} from './entities';
import {{ source }} from './source';
const router = express.Router();
async function list(workspaceId, page, id) {{
  const builder = source.getRepository(Dataset).createQueryBuilder('d').orderBy('d.id', 'DESC');
  {body}
}}
router.get('/', requireAuth, async (req, res) => {{ await list(req.user.workspaceId, req.query.page, req.query.id) }});
"""
OWN = "builder.andWhere('d.workspaceId = :workspaceId', { workspaceId });"
PAGE = "if (page > 0) { builder.skip(page * 10); builder.take(10); }"


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (f"{OWN} return builder.getMany();", "scoped"),
        (f"{PAGE} {OWN} return builder.getManyAndCount();", "scoped"),
        (f"{PAGE} {OWN} const [data, total] = await builder.getManyAndCount(); return data;", "scoped"),
        (f"{PAGE} return builder.getMany();", "unscoped"),
        (f"if (page > 0) {{ {OWN} }} return builder.getMany();", "unscoped"),
        (f"const first = await builder.getMany(); {OWN} return first;", "unscoped"),
        ("builder.andWhere('d.id = :id', { id }); return builder.getMany();", "unscoped"),
    ],
)
def test_statements_refine_the_builder_that_a_name_holds(body: str, verdict: str) -> None:
    report = scan_texts({"src/entities.ts": ENTITIES, "src/app.ts": ROUTES.format(body=body)})
    assert [item.verdict.value for item in report.evidence] == [verdict]
