"""A tenant parameter that takes part in what rows are looked up by is not reported as unused; one that does not is."""

from __future__ import annotations

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Reason

SCHEMA = """
model Organization {
  id       String    @id
  projects Project[]
}
model Project {
  id             String       @id
  organizationId String
  layout         String
  organization   Organization @relation(fields: [organizationId], references: [id])
  tasks          Task[]
}
model Task {
  id        String  @id
  projectId String
  label     String
  project   Project @relation(fields: [projectId], references: [id])
}
"""
HANDLER = """
import { Router } from 'express';
import { prisma } from './db';
import { audit, assertAccess } from '@acme/access';
const router = Router();
const service = { async work({ organizationId, projectId, id }) {
  %s
} };
router.get('/:id', requireAuth, async (req, res) => {
  await service.work({ organizationId: req.tenancy, projectId: req.body.projectId, id: req.params.id });
});
"""
PROJECT = "const project = await prisma.project.findFirst({ where: { id: projectId, organizationId } });"
TASKS = "return prisma.task.findMany({ where: { id } });"


def reason(body: str) -> Reason:
    """The reason for the last access of the function's body."""
    report = scan_texts({"schema.prisma": SCHEMA, "src/app.ts": HANDLER % body})
    return report.evidence[-1].reason


@pytest.mark.parametrize(
    "body",
    [
        f"await assertAccess(organizationId, id); {TASKS}",
        f"await assertAccess({{ organization: {{ id: organizationId }}, id }}); {TASKS}",
        "return prisma.task.findMany({ where: { id: `${organizationId}/${id}` } });",
    ],
)
def test_what_is_checked_or_joined_with_the_tenant_is_not_reported(body: str) -> None:
    assert reason(body).verdict.value != "unscoped"


@pytest.mark.parametrize(
    "body",
    [
        TASKS,
        f"{PROJECT} if (!project) throw new Error(); {TASKS}",
        f"await audit(organizationId, id); {TASKS}",
        "const project = await prisma.project.findFirst({ where: { id: projectId } });"
        "if (project.organizationId !== organizationId) throw new Error();"
        "const first = JSON.parse(project.layout).find((item) => item.id === id);"
        "return prisma.task.deleteMany({ where: { label: first.id } });",
    ],
)
def test_a_tenant_that_only_restricts_something_else_is_reported(body: str) -> None:
    assert reason(body) is Reason.UNUSED_TENANT_PARAMETER


def test_the_function_that_takes_the_parameter_is_named_also_where_a_caller_is_to_blame() -> None:
    files = HANDLER.replace("const service = { async work(", "const service = { work }; async function work(")
    text = (files % TASKS).replace("} };\nrouter", "}\nrouter")
    report = scan_texts({"schema.prisma": SCHEMA, "src/app.ts": text})
    assert [f.message for f in report.findings] == ["work takes organizationId and does not use it to confine Task"]
