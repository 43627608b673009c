"""Tables that live in each tenant's own database schema: what carries the statement there."""

from __future__ import annotations

from isolint.model.evidence import Reason, Step
from isolint.model.table import Table
from isolint.model.tenancy import Strategy
from isolint.prove.case import Case, Found
from isolint.prove.executors import EXECUTOR
from isolint.prove.guards import authorised, guarded_input, trusted
from isolint.prove.origins import Kind, origin
from isolint.prove.show import show
from isolint.prove.terms import Either, Global, Literal, Member, Query, Result, SqlTable, Term

PUBLIC = "public"


def judge_schema(case: Case, query: Query, table: Table) -> Found | None:
    """The verdict when the schema decides; None when the rows' own columns do."""
    ownership = case.ownership(table)
    tenant = carrier_tenant(query.receiver)
    named = query.tables[0]
    if ownership is None or not ownership.schema:
        return None
    if tenant is not None:
        if isinstance(named, SqlTable) and named.schema == PUBLIC:
            step = Step(f"`{PUBLIC}.{named.name}` is named although {table.name} is the tenant's own table")
            return Found(Reason.EXECUTOR_MISUSE, show(named), (step,))
        return judge_tenant(case, tenant)
    if isinstance(named, SqlTable) and named.schema:
        return _qualified(case, named)
    if case.tenancy.strategy is not Strategy.SCHEMA or not case.tenancy.executors:
        if ownership.columns or ownership.path:
            return None
        step = Step("the session is bound to the tenant's schema before the handler", assumed=True)
        return Found(Reason.BOUND_SESSION, show(query.receiver) if query.receiver else "", (step,))
    return _direct(case, query, table)


def carrier_tenant(receiver: Term | None) -> Term | None:
    """The tenant that an executor was given, when one carries the query."""
    while isinstance(receiver, Member):
        receiver = receiver.base
    if isinstance(receiver, Result) and receiver.callee == Global(EXECUTOR):
        return receiver.arguments[0]
    if isinstance(receiver, Result) and isinstance(receiver.callee, Member):
        return carrier_tenant(receiver.callee.base)
    return None


def judge_tenant(case: Case, tenant: Term) -> Found:
    """Whether the tenant that an executor is given is the caller's."""
    found = origin(tenant)
    if isinstance(tenant, Either) and any(isinstance(option, Literal) and option.value for option in tenant.options):
        step = Step(f"`{show(tenant)}` falls back to a constant tenant")
        return Found(Reason.CONSTANT_TENANT, show(tenant), (step,))
    if found.kind is Kind.REQUEST:
        if guarded_input(case, tenant) or authorised(case, tenant, case.known) is not None:
            return Found(Reason.DOMINATING_GUARD, show(tenant), (Step(f"`{show(tenant)}` was checked before"),))
        step = Step(f"`{show(tenant)}` comes from the request's {found.part or 'input'}, which the caller chooses")
        return Found(Reason.TENANT_FROM_REQUEST, show(tenant), (step,))
    if isinstance(tenant, Literal):
        return Found(Reason.CONSTANT_TENANT, show(tenant), (Step(f"the executor is given the constant {show(tenant)}"),))
    known = trusted(case, tenant)
    step = Step(f"the executor confines it to `{show(tenant)}`", assumed=not known and found.kind is not Kind.CALLER)
    return Found(Reason.EXECUTOR, show(tenant), (step,))


def _qualified(case: Case, named: SqlTable) -> Found | None:
    if "⟦" not in named.schema:
        step = Step(f"the statement names the schema `{named.schema}`")
        return Found(Reason.HARD_CODED_TENANT, show(named), (step,))
    return None


def _direct(case: Case, query: Query, table: Table) -> Found:
    name = case.tenancy.executors[0].name
    is_sql = isinstance(query.tables[0], SqlTable)
    reason = Reason.UNQUALIFIED_TABLE if is_sql else Reason.DIRECT_CLIENT
    step = Step(f"{table.name} is a tenant's table and is reached without {name}")
    del case
    return Found(reason, table.name, (step,))


