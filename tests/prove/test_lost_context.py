"""The tenant that code reads from a context variable is not there in work that starts in another context."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from isolint.engine.scan import scan_texts
from isolint.model.evidence import Evidence

MODELS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Organization(Base):
    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(primary_key=True)


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))


class Invoice(Base):
    __tablename__ = "invoices"

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    status: Mapped[str]
"""
CONTEXT = """
import threading
from contextvars import ContextVar, copy_context
from functools import wraps

current_org = ContextVar("current_org", default=None)
strict_org = ContextVar("strict_org")
local = threading.local()


class Acting:
    def __init__(self, org):
        self.org = org

    def __enter__(self):
        self.token = current_org.set(self.org)

    def __exit__(self, *_):
        current_org.reset(self.token)


def required_org():
    org = current_org.get()
    if org is None:
        raise LookupError("no organization")
    return org


def with_org(function):
    @wraps(function)
    def inner(org, *args):
        current_org.set(org)
        return function(*args)

    return inner


def set_org(org):
    current_org.set(org)
"""
HANDLER = """
import asyncio
import contextvars
import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

from fastapi import APIRouter, Depends

from app.auth import get_current_user
from app.context import *
from app.db import session
from app.models import Invoice

router = APIRouter()
pool = ThreadPoolExecutor(4)
prepared = ThreadPoolExecutor(4, initializer=set_org, initargs=(1,))


def invoices(org):
    return session.query(Invoice).filter(Invoice.organization_id == org).all()


{work}


@router.post("/close")
async def close(user=Depends(get_current_user)):
    current_org.set(user.organization_id)
{start}
"""
AUTH = "def get_current_user(request): ...\n"
PLAIN = """
def work():
    return invoices(current_org.get())
"""


def judged(start: str, work: str = PLAIN) -> list[Evidence]:
    """The evidence on the invoices when the handler starts the work like this."""
    handler = HANDLER.format(work=dedent(work).strip(), start=indent(dedent(start).strip(), "    "))
    report = scan_texts(
        {"app/models.py": MODELS, "app/context.py": CONTEXT, "app/auth.py": AUTH, "app/routes.py": handler}
    )
    assert report.problems == ()
    return [evidence for evidence in report.evidence if evidence.access.table == "Invoice"]


def reasons(start: str, work: str = PLAIN) -> set[str]:
    return {evidence.reason.value for evidence in judged(start, work)}


STARTS = {
    "submit": "pool.submit(work)",
    "a pool's block": "with ThreadPoolExecutor() as own:\n    own.submit(work)",
    "thread": "threading.Thread(target=work).start()",
    "timer": "threading.Timer(60, work).start()",
    "loop": "await asyncio.get_running_loop().run_in_executor(None, work)",
    "loop with a pool": "await asyncio.get_running_loop().run_in_executor(pool, work)",
    "partial": "pool.submit(functools.partial(work))",
    "lambda": "pool.submit(lambda: work())",
    "apply_async": "ThreadPool(2).apply_async(work)",
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_work_that_is_started_in_another_context_has_lost_the_tenant(start: str) -> None:
    assert reasons(start) == {"lost-context"}


CARRIED = {
    "called": "work()",
    "a copy runs it": "pool.submit(contextvars.copy_context().run, work)",
    "to_thread": "await asyncio.to_thread(work)",
    "initializer": "prepared.submit(work)",
    "initializer, by the loop": "await asyncio.get_running_loop().run_in_executor(prepared, work)",
    "a pool of unknown make": "make_pool().submit(work)",
}


@pytest.mark.parametrize("start", CARRIED.values(), ids=CARRIED)
def test_work_that_may_have_the_context_keeps_the_tenant(start: str) -> None:
    assert reasons(start) == {"tenant-predicate"}


LOSING = {
    "variable": "return invoices(current_org.get())",
    "part of it": "return invoices(current_org.get().id)",
    "another default": "return invoices(current_org.get(None))",
    "no default": "return invoices(strict_org.get())",
    "attribute of a local": "return invoices(getattr(local, 'org', None))",
    "attribute that must be there": "return invoices(local.org)",
    "by a helper": "def helper():\n    return invoices(current_org.get())\nreturn helper()",
    "told that it may be missing": "org = current_org.get()\nif org is None:\n    log('none')\nreturn invoices(org)",
    "emptied": "current_org.set(None)\nreturn invoices(current_org.get())",
}


@pytest.mark.parametrize("body", LOSING.values(), ids=LOSING)
def test_whatever_way_the_work_reads_it(body: str) -> None:
    assert reasons("pool.submit(work)", _work(body)) == {"lost-context"}


KEEPING = {
    "sets it": "set_org(find_org())\nreturn invoices(current_org.get())",
    "sets the attribute": "local.org = find_org()\nreturn invoices(local.org)",
    "a block sets it": "with Acting(find_org()):\n    return invoices(current_org.get())",
    "sets what a context holds": (
        "for var, value in saved.items():\n    var.set(value)\nreturn invoices(current_org.get())"
    ),
    "a helper refuses": "return invoices(required_org())",
    "refuses": "org = current_org.get()\nif org is None:\n    raise LookupError\nreturn invoices(org)",
    "asks": "org = current_org.get()\nif org:\n    return invoices(org)",
    "refuses, and reads again": "if not current_org.get():\n    raise LookupError\nreturn invoices(current_org.get())",
    "refuses, and reads a part": (
        "acting = current_org.get()\nif not acting:\n    raise LookupError\nreturn invoices(acting.id)"
    ),
    "asks for no rows otherwise": (
        "def asked():\n"
        "    org = current_org.get()\n"
        "    if org is None:\n"
        "        return session.query(Invoice).filter(Invoice.id.in_([]))\n"
        "    return session.query(Invoice).filter(Invoice.organization_id == org)\n"
        "return asked().filter(Invoice.status == 'open').all()"
    ),
    "asserts": "org = current_org.get()\nassert org is not None\nreturn invoices(org)",
}


@pytest.mark.parametrize("body", KEEPING.values(), ids=KEEPING)
def test_work_that_sets_the_tenant_or_refuses_to_go_on_without_is_confined(body: str) -> None:
    assert reasons("pool.submit(work)", _work(body)) == {"tenant-predicate"}


def _work(body: str) -> str:
    return f"def work():\n{indent(body, '    ')}"


def test_a_tenant_that_is_handed_over_is_there() -> None:
    work = "def work(org):\n    return invoices(org)"
    for start in (
        "pool.submit(work, current_org.get())",
        "pool.map(work, [user.organization_id])",
        "threading.Thread(target=work, args=(user.organization_id,)).start()",
        "threading.Thread(target=work, kwargs={'org': current_org.get()}).start()",
        "ThreadPool(2).apply_async(work, (user.organization_id,))",
    ):
        assert reasons(start, work) == {"tenant-predicate"}, start


def test_a_decorator_of_the_project_may_set_the_tenant() -> None:
    decorated = "@with_org\ndef work():\n    return invoices(current_org.get())"
    assert reasons("pool.submit(work, user.organization_id)", decorated) == {"tenant-predicate"}


def test_a_context_that_is_handed_over_runs_what_it_is_given_with_the_tenant() -> None:
    inner = "def inner():\n    return invoices(current_org.get())\n"
    work = f"{inner}def work(context):\n    return context.run(inner)"
    assert reasons("pool.submit(work, contextvars.copy_context())", work) == {"tenant-predicate"}


def test_a_new_thread_fails_where_the_variable_has_no_default() -> None:
    assert reasons("threading.Thread(target=work).start()", _work(LOSING["no default"])) == {"tenant-predicate"}


def test_what_a_thread_sets_is_set_there_alone() -> None:
    work = "def work():\n    local.org = 1\n    current_org.set(1)"
    start = "local.org = user.organization_id\nthreading.Thread(target=work).start()\n"
    assert reasons(start + "invoices(local.org)", work) == {"tenant-predicate"}
    assert reasons(start + "invoices(current_org.get())", work) == {"tenant-predicate"}


def test_the_trail_leads_from_the_read_to_the_start() -> None:
    (found,) = judged("pool.submit(work)", _work(LOSING["no default"]))
    assert found.subject == "`strict_org`, which `submit(work)` does not hand on"
    assert [step.message for step in found.trail[:3]] == [
        "`strict_org` belongs to the running context and is read here",
        "`submit(work)` starts this in another context, where it is not set",
        "the read fails there, unless earlier work of the same worker has set it",
    ]
    assert found.assumed == 1


def test_a_row_is_not_made_for_a_tenant_that_is_lost() -> None:
    work = "def work():\n    session.add(Invoice(organization_id=current_org.get(), status='open'))"
    assert "lost-context" in reasons("pool.submit(work)", work)
    assert "lost-context" not in reasons("work()", work)


SCHEMA = """
model Organization {
  id       String    @id
  users    User[]
  invoices Invoice[]
}

model User {
  id             String       @id
  organizationId String
  organization   Organization @relation(fields: [organizationId], references: [id])
}

model Invoice {
  id             String       @id
  organizationId String
  status         String
  organization   Organization @relation(fields: [organizationId], references: [id])
}
"""
STORAGE = """
import { AsyncLocalStorage } from 'node:async_hooks';

export const storage = new AsyncLocalStorage<{ organizationId: string }>();

export function required() {
  const store = storage.getStore();
  if (!store) throw new Error('no organization');
  return store.organizationId;
}
"""
WORKER = """
import { Worker, type Job } from 'bullmq';
import { prisma } from './db';
import { required, storage } from './context';

const close = (organizationId?: string) =>
  prisma.invoice.updateMany({ where: { organizationId, status: 'open' }, data: { status: 'closed' } });

async function work(job: Job) {
  %s
}

export const worker = new Worker('close', work);
"""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("await close(storage.getStore()?.organizationId);", "lost-context"),
        ("const store = storage.getStore(); await close(store!.organizationId);", "lost-context"),
        ("await close(required());", "tenant-predicate"),
        ("await storage.run(job.data, () => close(storage.getStore()?.organizationId));", "tenant-predicate"),
        ("storage.enterWith(job.data); await close(storage.getStore()?.organizationId);", "tenant-predicate"),
    ],
)
def test_a_queue_calls_its_worker_with_nothing_stored(body: str, reason: str) -> None:
    report = scan_texts({"schema.prisma": SCHEMA, "src/context.ts": STORAGE, "src/worker.ts": WORKER % body})
    assert [found.reason.value for found in report.evidence if found.access.table == "Invoice"] == [reason]
