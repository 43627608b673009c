"""A Python service and a TypeScript front end in one repository are scanned in one run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

SCHEMA = """
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

model Organization {
  id     String  @id
  drafts Draft[]
}

model Draft {
  id             String       @id
  organizationId String
  organization   Organization @relation(fields: [organizationId], references: [id])
}
"""
ROUTE = """\
import { PrismaClient } from '@prisma/client';
import { getServerSession } from 'next-auth';

const prisma = new PrismaClient();

export async function GET(request: Request, { params }: { params: { id: string } }) {
  const session = await getServerSession();
  if (!session) return new Response(null, { status: 401 });
  const own = await prisma.draft.findMany({ where: { organizationId: session.user.organizationId } });
  const draft = await prisma.draft.findUnique({ where: { id: params.id } });
  return Response.json({ own, draft });
}
"""


@pytest.fixture
def web(project: Path) -> Path:
    """A front end beside the Python service, with one leak of its own."""
    files = {
        "web/prisma/schema.prisma": SCHEMA,
        "web/src/app/api/drafts/[id]/route.ts": ROUTE,
        "web/package.json": "{}",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    return project / "web"


def test_one_run_reports_the_leaks_of_both(isolint: Command, web: Path) -> None:
    done = isolint("scan", "--format", "json")
    report = json.loads(done.out)
    places = [(f["place"]["path"], f["place"]["line"], f["rule"]) for f in report["findings"]]
    assert places == [("app/routes.py", 19, "ISO102"), ("web/src/app/api/drafts/[id]/route.ts", 10, "ISO102")]
    assert (done.code, report["summary"]["accesses"], report["summary"]["scoped"]) == (1, 4, 2)


def test_a_path_of_one_language_reports_that_one(isolint: Command, web: Path) -> None:
    report = json.loads(isolint("scan", str(web), "--format", "json").out)
    assert [f["place"]["path"] for f in report["findings"]] == ["web/src/app/api/drafts/[id]/route.ts"]
