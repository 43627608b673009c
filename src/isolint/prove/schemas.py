"""Tables that live in each tenant's own database schema: what carries the statement there."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.model.access import Role
from isolint.model.evidence import Reason, Step, Verdict
from isolint.model.table import Table
from isolint.model.tenancy import Ownership, Strategy, Tenancy
from isolint.prove.binding import bound_schema, from_caller, from_framework
from isolint.prove.broken import inverted, unawaited
from isolint.prove.case import Case, Found
from isolint.prove.executors import carrier_executor, carrier_tenant
from isolint.prove.fallthrough import fall_through
from isolint.prove.guards import authorised, guarded_input, trusted
from isolint.prove.identifiers import judge_identifiers
from isolint.prove.lost import lost_context
from isolint.prove.origins import Kind, Origin, origin
from isolint.prove.show import show
from isolint.prove.terms import Either, Injected, Literal, Query, SqlTable, Term, Text

PUBLIC = "public"
SQL_LAYER = "sql"
CATALOGS = frozenset({"pg_catalog", "information_schema"})
THREAD_BOUND = frozenset({"django"})
"""Layers with one connection for a whole thread: a block binds it, whatever runs there."""


def judge_names(case: Case, query: Query) -> Found | None:
    """What the names of the query's tables alone decide; None when they are in order."""
    found = judge_identifiers(case, query) or _catalog(query)
    if found is not None:
        return found
    first = case.table(query.tables[0]) if query.tables else None
    if first is None:
        return _chosen(case, query)
    return None if _in_schema(case, first) is not None else _joined(case, query)


def _chosen(case: Case, query: Query) -> Found | None:
    """One of several listed tables, whichever it is, that an executor confines."""
    named = query.tables[0] if query.tables else None
    tenant = carrier_tenant(query.receiver)
    if tenant is None or not isinstance(named, SqlTable) or not named.holes or named.schema:
        return None
    return judge_tenant(case, tenant, query.receiver)


def _catalog(query: Query) -> Found | None:
    """The database's own tables belong to no tenant."""
    first = query.tables[0] if query.tables else None
    if isinstance(first, SqlTable) and (
        first.schema in CATALOGS or (not first.schema and first.name.startswith("pg_"))
    ):
        return Found(Reason.SHARED_TABLE, show(first), (Step(f"{show(first)} is the database's own catalog"),))
    return None


def _joined(case: Case, query: Query) -> Found | None:
    """A tenant's table that a statement on a shared one joins, past the executor."""
    for table, named in _tables(case, query):
        found = _judge_table(case, query, table, named)
        if found is not None and found.reason.verdict is Verdict.UNSCOPED:
            return found
    return None


def judge_schema(case: Case, query: Query, table: Table) -> Found | None:
    """The verdict when the schema decides; None when the rows' own columns do."""
    found = _judge_table(case, query, table, query.tables[0])
    if found is None or found.reason.verdict is Verdict.UNSCOPED:
        return found
    return _joined(case, query) or found


def _tables(case: Case, query: Query) -> Iterator[tuple[Table, Term]]:
    for join in query.joins:
        table = case.table(join.table)
        if table is not None:
            yield table, join.table


def _in_schema(case: Case, table: Table) -> Ownership | None:
    """How the table belongs to the tenant, when its schema tells."""
    ownership = case.ownership(table)
    return ownership if ownership is not None and ownership.schema else None


def _judge_table(case: Case, query: Query, table: Table, named: Term) -> Found | None:
    ownership = _in_schema(case, table)
    if ownership is None:
        return None
    tenant = carrier_tenant(query.receiver)
    if isinstance(named, SqlTable) and named.schema:
        return _qualified(case, table, named, tenant)
    if tenant is not None:
        return fall_through(case, table, named, query.receiver) or judge_tenant(case, tenant, query.receiver)
    if (schema := bound_schema(case, query)) is not None:
        return fall_through(case, table, named, None) or _bound(judge_tenant(case, schema, None), query)
    if (scope := case.scope(query)) is not None:
        return fall_through(case, table, named, scope) or _in_block(case, query, table, scope)
    by_rows = case.tenancy.strategy is Strategy.MIXED and not case.tenancy.nested
    if by_rows and (ownership.columns or ownership.path):
        return None
    return _without_executor(case, query, table)


def _bound(found: Found, query: Query) -> Found:
    """An executor's verdict in the words of a session that was bound by hand."""
    if found.reason is not Reason.EXECUTOR:
        return found
    steps = (*found.steps, Step("the search path was set to it before"))
    return Found(Reason.BOUND_SESSION, show(query.receiver) if query.receiver else found.subject, steps)


def _in_block(case: Case, query: Query, table: Table, scope: Term) -> Found:
    """A statement inside an executor's block that does not run on the executor's own client."""
    executor = carrier_executor(case.tenancy, scope)
    tenant = carrier_tenant(scope)
    assert tenant is not None
    if executor is None or executor.ambient or query.layer in THREAD_BOUND or query.receiver is None:
        return judge_tenant(case, tenant, scope)
    client = show(query.receiver)
    step = Step(
        f"inside the block of {executor.name}, {table.name} is reached over `{client}`, which it does not confine"
    )
    return Found(Reason.EXECUTOR_BYPASS, client, (step,))


def _without_executor(case: Case, query: Query, table: Table) -> Found:
    if not case.tenancy.executors or from_framework(case, query):
        step = Step("the session is bound to the tenant's schema before the handler", assumed=True)
        return Found(Reason.BOUND_SESSION, show(query.receiver) if query.receiver else "", (step,))
    if from_caller(query) or (query.receiver is None and case.entry.role is Role.HELPER):
        return Found(Reason.UNRESOLVED_CALLER, show(query.receiver) if query.receiver else "")
    reason = Reason.UNQUALIFIED_TABLE if query.layer == SQL_LAYER else Reason.DIRECT_CLIENT
    return _direct(case, table, reason)


def _direct(case: Case, table: Table, reason: Reason) -> Found:
    names = [executor.name for executor in case.tenancy.executors] or ["the tenant's executor"]
    step = Step(f"{table.name} is a tenant's table and is reached without {names[0]}")
    return Found(reason, table.name, (step,))


def _qualified(case: Case, table: Table, named: SqlTable, tenant: Term | None) -> Found | None:
    """A schema that stands in the statement wins over the one that the client is in."""
    if "⟦" in named.schema:
        return None
    if named.schema == PUBLIC and tenant is not None:
        step = Step(f"`{PUBLIC}.{named.name}` is named although {table.name} is the tenant's own table")
        return Found(Reason.EXECUTOR_MISUSE, show(named), (step,))
    if named.schema == PUBLIC:
        return _direct(case, table, Reason.DIRECT_CLIENT)
    if not fits_pattern(case.tenancy, named.schema):
        return Found(Reason.UNRESOLVED_TABLE, show(named))
    step = Step(f"the statement names the schema `{named.schema}`")
    return Found(Reason.HARD_CODED_TENANT, show(named), (step,))


def fits_pattern(tenancy: Tenancy, schema: str) -> bool:
    """Whether a name can be a tenant's schema; without a known pattern any but `public` can."""
    before, _, rest = tenancy.schema_pattern.partition("{")
    after = rest.rpartition("}")[2]
    return schema != PUBLIC and schema.startswith(before) and schema.endswith(after)


def judge_tenant(case: Case, tenant: Term, client: Term | None) -> Found:
    """Whether the tenant that an executor is given is the caller's."""
    while isinstance(tenant, Injected) and origin(tenant.value).kind is Kind.REQUEST:
        tenant = tenant.value
    wrong = _defeats(case, tenant, client)
    if wrong is not None or (wrong := lost_context(case, tenant)) is not None:
        return wrong
    found = origin(tenant)
    if found.kind is Kind.REQUEST:
        return _requested(case, tenant, found)
    known = trusted(case, tenant)
    step = Step(f"the executor confines it to `{show(tenant)}`", assumed=not known and found.kind is not Kind.CALLER)
    return Found(Reason.EXECUTOR, show(tenant), (step,))


def _defeats(case: Case, tenant: Term, client: Term | None) -> Found | None:
    """A tenant that is none, or always the same one."""
    executor = carrier_executor(case.tenancy, client)
    options = tenant.options if isinstance(tenant, Either) else (tenant,)
    constant = next((o for o in options if isinstance(o, Literal) and o.value), None)
    if constant is not None and constant.value == PUBLIC:
        step = Step("the executor is put into the schema that all tenants share")
        return Found(Reason.EXECUTOR_MISUSE, show(constant), (step,))
    if constant is not None:
        how = "falls back to a constant tenant" if len(options) > 1 else "is the same tenant for every caller"
        return Found(Reason.CONSTANT_TENANT, show(tenant), (Step(f"`{show(tenant)}` {how}"),))
    if executor is not None and executor.prefix and any(_starts(o, executor.prefix) for o in options):
        step = Step(f"{executor.name} puts `{executor.prefix}` in front itself: the schema's name gets it twice")
        return Found(Reason.EXECUTOR_MISUSE, show(tenant), (step,))
    return None


def _starts(term: Term, prefix: str) -> bool:
    first = term.parts[0] if isinstance(term, Text) and term.parts else None
    return isinstance(first, Literal) and str(first.value).startswith(prefix)


def _requested(case: Case, tenant: Term, found: Origin) -> Found:
    """A tenant that the request names is right when the caller was found to belong to it."""
    shown = show(tenant)
    if (fact := inverted(case, case.known, tenant)) is not None:
        return Found(
            Reason.INVERTED_GUARD, show(fact), (Step(f"`{show(fact)}` holds where the tenant's tables are used"),)
        )
    if (fact := unawaited(case, case.known, tenant)) is not None:
        return Found(Reason.UNAWAITED_GUARD, show(fact), (Step(f"`{show(fact)}` is called and not awaited"),))
    if guarded_input(case, tenant) or authorised(case, tenant, case.known) is not None:
        return Found(Reason.DOMINATING_GUARD, shown, (Step(f"`{shown}` was checked before"),))
    step = Step(f"`{shown}` comes from the request's {found.part or 'input'}, which the caller chooses")
    return Found(Reason.TENANT_FROM_REQUEST, shown, (step,))
