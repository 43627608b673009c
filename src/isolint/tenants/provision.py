"""Making or repairing one tenant: the reference, the plan, the seeds, and the proof that nothing is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isolint.errors import TenantError
from isolint.schema.diff.compare import compare
from isolint.schema.difference import Change, Comparison
from isolint.schema.factor import SCHEMA
from isolint.schema.lexer import quote
from isolint.schema.model import Origin, Schema
from isolint.schema.plan.plan import Plan
from isolint.schema.plan.plan import plan as make_plan
from isolint.schema.plan.steps import Phase, Step
from isolint.schema.sources.live import read, read_within
from isolint.tenants.entries import forget
from isolint.tenants.fingerprint import fingerprints, version_of
from isolint.tenants.ledger import Run, locked, now, prepare
from isolint.tenants.naming import Tenant
from isolint.tenants.seeds import Seed, plant
from isolint.tenants.work import Limits, StepError, batches, outside, run_steps, told, transaction

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

WAIT = 10.0
"""Seconds to wait for another run on the same tenant."""

EXISTS = "SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a tenant is to have: the reference schema, the rows to start with, and its id for them."""

    reference: Schema
    seeds: tuple[Seed, ...] = ()
    org_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done: whether the schema is new, the steps that ran, how many rows were added, what still differs."""

    tenant: Tenant
    created: bool
    steps: tuple[str, ...]
    planted: int
    comparison: Comparison

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return bool(self.steps or self.planted)

    @property
    def complete(self) -> bool:
        """Whether nothing of the reference is missing or different."""
        return not any(d.change is not Change.EXTRA for d in self.comparison.differences)


def planned(connection: Connection, tenant: Tenant, reference: Schema) -> Plan:
    """The plan for the tenant as it is now. Raises TenantError when somebody is altering it."""
    comparison = compare(reference, _present(connection, tenant) or _absent(tenant))
    if comparison.busy:
        raise TenantError(f"{tenant.schema}: {', '.join(comparison.busy)} is being altered by somebody; try again")
    return make_plan(comparison)


def provision(connection: Connection, tenant: Tenant, wanted: Wanted, wait: float = WAIT) -> Outcome:
    """Make or repair the tenant. A new one is made in one transaction, so that half of it is never left behind.

    `connection` commits each statement by itself. Raises TenantError that says what failed and what stays; BusyTenant
    after `wait` seconds in which another run had the tenant.
    """
    with told("the ledger"):
        prepare(connection)
    with locked(connection, tenant, wait):
        _claim(connection, tenant)
        created = not connection.execute(EXISTS, (tenant.schema,)).fetchall()
        steps = list(planned(connection, tenant, wanted.reference).executed)
        run = Run(connection, tenant, "" if created else _fingerprint(connection, tenant))
        if created:
            steps.insert(0, Step(Phase.LABELS, "create the schema", f"CREATE SCHEMA {SCHEMA};"))
        return _Work(run, wanted, created, steps).outcome()


@dataclass
class _Work:
    run: Run
    wanted: Wanted
    created: bool
    steps: list[Step]

    def outcome(self) -> Outcome:
        connection, tenant, started = self.run.connection, self.run.tenant, now()
        limits = Limits(tenant.schema)
        *earlier, (_, last) = batches(self.steps)
        done = 0
        try:
            for inside, steps in earlier:
                with (transaction if inside else outside)(connection, limits):
                    run_steps(self.run, steps)
                done += len(steps)
            with told("commit"), transaction(connection, limits):
                run_steps(self.run, last)
                planted, comparison = self._finish()
        except StepError as error:
            if not connection.closed:
                self.run.failed(error.what, error.sql, started, str(error))
            stays = (
                f"{done} of {len(self.steps)} steps stay, and a second run goes on" if done else "nothing was changed"
            )
            raise TenantError(f"{tenant.schema}: {error}; {stays}") from error
        return Outcome(tenant, self.created, tuple(step.what for step in self.steps), planted, comparison)

    def _finish(self) -> tuple[int, Comparison]:
        """Seeds, proof and version, in the last transaction."""
        connection, tenant = self.run.connection, self.run.tenant
        started = now()
        with told("seed rows"):
            connection.execute(f"SET LOCAL search_path = {quote(tenant.schema)}, public".encode())
            planted = plant(connection, tenant, self.wanted.org_id, self.wanted.seeds)
        comparison = compare(self.wanted.reference, read_within(connection, tenant.schema, tenant.schema))
        if self.created and any(d.change is Change.MISSING for d in comparison.differences):
            lacking = ", ".join(f"{d.kind} {d.name}" for d in comparison.differences if d.change is Change.MISSING)
            raise StepError("the proof", "", f"the new schema lacks {lacking}")
        after = _fingerprint(connection, tenant)
        if self.created:
            forget(connection, tenant.schema)
        if self.steps or planted:
            self.run.done(f"add {planted} rows and compare with the reference", "", started, after)
        if self.steps or planted or all(d.change is Change.EXTRA for d in comparison.differences):
            self.run.version(version_of(self.wanted.reference), after)
        return planted, comparison


def _claim(connection: Connection, tenant: Tenant) -> None:
    """Refuse a schema that the ledger knows as another tenant's."""
    asked = "SELECT slug FROM isolint.tenant_version WHERE schema = %s AND slug NOT IN (%s, '')"
    for row in connection.execute(asked, (tenant.schema, tenant.slug)).fetchall():
        raise TenantError(
            f"{tenant.slug!r}: the schema {tenant.schema} is that of {row['slug']!r}: choose another slug"
        )


def _present(connection: Connection, tenant: Tenant) -> Schema | None:
    if not connection.execute(EXISTS, (tenant.schema,)).fetchall():
        return None
    return read(connection, (tenant.schema,), tenant.schema)[0]


def _absent(tenant: Tenant) -> Schema:
    return Schema(tenant.schema, origin=Origin(tenant.schema))


def _fingerprint(connection: Connection, tenant: Tenant) -> str:
    return fingerprints(connection, (tenant.schema,))[0].fingerprint
