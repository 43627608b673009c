"""The one place of judgement: one access, one reason."""

from __future__ import annotations

from dataclasses import replace

from isolint.model.access import Operation, Role
from isolint.model.code import Constant
from isolint.model.evidence import Reason, Step, Verdict
from isolint.model.table import Table
from isolint.model.tenancy import Strategy
from isolint.prove.afterwards import checked_after, chosen_afterwards
from isolint.prove.bound import bound_tenant
from isolint.prove.broken import inverted, unawaited
from isolint.prove.caching import unkeyed
from isolint.prove.carried import carried_tenant
from isolint.prove.case import Case, Found
from isolint.prove.columns import Meaning, read_column
from isolint.prove.confine import Confinement, examine, own_table
from isolint.prove.contexts import frames_of
from isolint.prove.credentials import is_credential
from isolint.prove.doubts import doubts
from isolint.prove.embedded import unscoped_included
from isolint.prove.guards import authorised, trusted
from isolint.prove.identity import asks_who_calls
from isolint.prove.joins import unscoped_joins
from isolint.prove.natural import natural_keys, without_tenant
from isolint.prove.nested import judge_nested
from isolint.prove.operators import operators_only
from isolint.prove.origins import Kind, origin
from isolint.prove.presented import verified_by_secret
from isolint.prove.retention import sweeps
from isolint.prove.roles import function_role
from isolint.prove.schemas import judge_names, judge_schema
from isolint.prove.show import show
from isolint.prove.stated import stated_scope
from isolint.prove.taken import asks_if_taken
from isolint.prove.taking_part import takes_part
from isolint.prove.terms import (
    OUTER,
    Column,
    Input,
    Item,
    Literal,
    Logic,
    Member,
    Object,
    Query,
    Rows,
    Term,
    Test,
    contents,
    lookups,
)
from isolint.prove.unowned import from_unconfined_rows
from isolint.prove.unused import owner_not_used, unused_tenant
from isolint.prove.writes import judge_create, judge_payload

ORDER = list(Reason)
MAINTENANCE = {Role.MIGRATION: "a migration", Role.TEST: "a test", Role.COMMAND: "an operator's command"}


def judge(case: Case) -> Found:
    """The reason that decides the access that the case holds, with what it takes for granted."""
    found = _reason(case)
    if found.reason.verdict is not Verdict.UNSCOPED:
        return found
    instead = None if found.unless_alone is None else _doubted(case, found.unless_alone)
    return replace(_doubted(case, found), unless_alone=instead)


def _doubted(case: Case, found: Found) -> Found:
    return replace(found, steps=(*found.steps, *doubts(case, found)))


def _reason(case: Case) -> Found:
    """The reason alone."""
    query = case.seen.query
    table = own_table(case, query)
    early = _by_reach(case) or judge_names(case, query) or _by_table(case, query, table)
    if early is not None:
        return early
    assert table is not None
    if (stated := stated_scope(case, query, table)) is not None:
        return stated
    by_schema = judge_schema(case, query, table)
    if by_schema is not None and by_schema.reason is Reason.TENANT_FROM_REQUEST:
        return verified_by_secret(case) or by_schema
    if by_schema is not None:
        return judge_nested(case, query, table, by_schema) if case.tenancy.nested else by_schema
    found = examine(case, query)
    if query.operation is Operation.CREATE:
        made = _stored(case, query, judge_create(case, query, table, found))
        if made.reason.verdict is Verdict.UNSCOPED:
            return verified_by_secret(case) or made
        if made.reason is not Reason.UNRESOLVED_VALUE or not _looks_up(case, query, table):
            return made
        query = replace(query, operation=Operation.READ)
    return _decide(case, query, table, found)


def _looks_up(case: Case, query: Query, table: Table) -> bool:
    """Whether a new row is only made where there is none yet (`get_or_create(name=…)`)."""
    columns = [test.left for test in lookups(query) if isinstance(test.left, Column)]
    return any(column.table is None or case.table(column.table) is table for column in columns)


def _stored(case: Case, query: Query, found: Found) -> Found:
    """A new row of the tenant that another row names: was that row anybody's, then so is this one."""
    value = query.payload.get(found.subject) if found.reason is Reason.TENANT_PAYLOAD else None
    wrong = from_unconfined_rows(case, () if value is None else (value,))
    if wrong is None:
        return found
    return replace(wrong, at=case.seen.stack[0] if case.seen.stack else None)


def _by_reach(case: Case) -> Found | None:
    """Who can reach the access at all comes before what it reads."""
    if case.entry.role in MAINTENANCE:
        return Found(Reason.MAINTENANCE, "", (Step(f"only {MAINTENANCE[case.entry.role]} runs this"),))
    if case.tenancy.strategy is Strategy.NONE:
        return Found(Reason.NO_TENANCY)
    if case.entry.operator:
        names = ", ".join(guardian.name for guardian in case.entry.guardians)
        return Found(Reason.OPERATOR_ONLY, names, (Step(f"{names} admits only the platform's operators"),))
    if case.entry.secret:
        step = Step(f"{case.entry.secret} admits only who knows a secret", assumed=True)
        return Found(Reason.CAPABILITY_SECRET, case.entry.secret, (step,))
    fact = operators_only(case, case.known)
    if fact is not None:
        return Found(
            Reason.OPERATOR_ONLY, show(fact), (Step(f"`{show(fact)}` holds here: only the platform's operators"),)
        )
    return None


def _by_table(case: Case, query: Query, table: Table | None) -> Found | None:
    if table is None:
        subject = show(query.tables[0]) if query.tables else "the table"
        return Found(Reason.UNRESOLVED_TABLE, subject)
    if table.name in case.tenancy.roots:
        return _root(case, query, table)
    if case.ownership(table) is None:
        step = Step(f"{table.name} belongs to no tenant", table.declaration.place, assumed=False)
        return Found(Reason.SHARED_TABLE, table.name, (step,))
    return None


def _root(case: Case, query: Query, table: Table) -> Found | None:
    """The tenant's own row: reading it tells its name; changing it needs to be confined like any other row."""
    if query.operation is Operation.READ and (person := owner_not_used(case, query, table)):
        step = Step(f"each row of {table.name} is one person's, and the parameter `{person}` does not restrict it")
        return Found(Reason.UNUSED_TENANT_PARAMETER, person, (step,))
    if query.operation in {Operation.READ, Operation.CREATE}:
        return Found(Reason.SHARED_TABLE, table.name, (Step(f"{table.name} is the list of tenants itself"),))
    return None


def _decide(case: Case, query: Query, table: Table, found: Confinement) -> Found:
    payload = judge_payload(case, query, table) if query.operation is Operation.UPDATE else None
    joins = unscoped_joins(case, query)
    if found.holds and found.holds[0].reason is not Reason.OWN_ROW:
        joins = joins or unscoped_included(case, query)
    if found.holds:
        return payload or joins or unkeyed(case, query, table) or found.holds[0]
    wrong_guard = _wrong_guard(case, query)
    after = checked_after(case, query) if wrong_guard is None else None
    if after is not None:
        return payload or after
    if (allowed := verified_by_secret(case) or asks_if_taken(case, query, table) or sweeps(query)) is not None:
        return allowed
    misplaced = _set_and_not_asked_for(case, query, table) if not found.fails else None
    asked = (*found.fails, *chosen_afterwards(case, query))
    chosen = [f for f in asked if wrong_guard is None or f.reason is not Reason.TENANT_FROM_REQUEST]
    fails = [f for f in (*chosen, wrong_guard, payload, joins, misplaced) if f is not None]
    if fails:
        return min(fails, key=lambda f: ORDER.index(f.reason))
    return _unconfined(case, query, table)


def _set_and_not_asked_for(case: Case, query: Query, table: Table) -> Found | None:
    """An update that writes the caller's tenant into rows that it does not restrict to that tenant takes them over."""
    if query.operation is not Operation.UPDATE:
        return None
    for key, value, _ in query.payload.entries:
        if isinstance(key, Literal) and isinstance(key.value, str) and trusted(case, value):
            if read_column(case, Column(None, (key.value,)), table).meaning is Meaning.TENANT:
                step = Step(f"`{key.value}` is set to the caller's tenant, and the rows are not restricted to it")
                return Found(Reason.MISPLACED_PREDICATE, key.value, (step,))
    return None


def _keys(query: Query) -> list[Term]:
    """The values that the query's rows are looked up by; for rows of a query inside it what those are looked up by."""
    values = [test.right for test in lookups(query) if isinstance(test.left, Column)]
    return [key for value in values for key in (_keys(value) if isinstance(value, Query) and value.tables else [value])]


def _wrong_guard(case: Case, query: Query) -> Found | None:
    """A check of what the query is keyed by that is the wrong way round, or was never awaited."""
    reached = {(place.path, place.span[:2]) for place in case.seen.stack}
    checks = [check for check in case.later if (check.place.path, check.place.span[:2]) not in reached]
    facts = [fact for check in checks for fact in check.facts] if query.operation is Operation.READ else []
    for term in (*_keys(query), Rows(query)):
        fact = inverted(case, (*case.known, *facts), term)
        if fact is not None:
            return Found(Reason.INVERTED_GUARD, show(fact), (Step(f"`{show(fact)}` holds where the access is used"),))
        fact = unawaited(case, (*case.known, *facts), term)
        if fact is not None:
            return Found(Reason.UNAWAITED_GUARD, show(fact), (Step(f"`{show(fact)}` is called and not awaited"),))
    return None


def _unconfined(case: Case, query: Query, table: Table) -> Found:
    """Nothing restricts the access: which of the ways in which that is wrong is it?"""
    keys = _keys(query)
    kinds = {origin(key).kind for key in keys}
    tenant = unused_tenant(case, table)
    if tenant and takes_part(case, tenant, query):
        step = Step(f"`{tenant}` takes part in what it is looked up by, and how far that goes could not be told")
        return Found(Reason.UNRESOLVED_VALUE, tenant, (step,))
    unknown = _unknown_restriction(query, kinds)
    natural = natural_keys(case, query, table) if unknown or case.entry.role in {Role.JOB, Role.HELPER} else []
    if (at_hand := without_tenant(case, natural)) is not None and not tenant:
        return at_hand
    if case.entry.role is Role.JOB:
        if tenant and (Kind.CALLER in kinds or not kinds - {Kind.CONSTANT}):
            return Found(
                Reason.JOB_IGNORES_TENANT, tenant, (Step(f"the job is given `{tenant}` and does not use it here"),)
            )
        if column := _names_tenant(case, query, table):
            step = Step("the job does this for one tenant after the other", assumed=True)
            return Found(Reason.TENANT_PREDICATE, column, (step,))
        return Found(
            Reason.BACKGROUND_BY_DESIGN, "", (Step("a job that no tenant's request reaches directly", assumed=True),)
        )
    correlated = [key for key in keys if isinstance(key, Column) and key.table == OUTER]
    if correlated:
        step = Step(f"`{show(correlated[0])}` of the query around it is unique only within a tenant")
        return Found(Reason.NATURAL_KEY_JOIN, show(correlated[0]), (step,))
    if query.open:
        return Found(Reason.DYNAMIC_SQL, "part of the statement is put together at run time")
    writes = query.operation is not Operation.READ
    if writes and (found_by := from_unconfined_rows(case, keys)) is not None:
        return found_by
    if unknown:
        return Found(Reason.UNRESOLVED_VALUE, show(keys[0]) if keys else "")
    found = _plainly_unconfined(case, query, table, keys, tenant)
    if case.entry.role is Role.ROUTE and not (case.authenticated or asks_who_calls(case) or _shows_credential(case)):
        if case.entry.open:
            return Found(Reason.ANONYMOUS_CALLER, "", (Step("the handler is declared open to anyone"),))
        step = Step("no guard runs before this handler; others in the file have one")
        return Found(Reason.ANONYMOUS_CALLER, "", (step,), unless_alone=found)
    return found


def _shows_credential(case: Case) -> bool:
    """Whether a row was found by the credential that the caller presents: somebody is calling."""
    rows = [fact for fact in case.known if isinstance(fact, Rows)]
    return any(is_credential(test.right) for fact in rows for test in lookups(fact.query))


def _names_tenant(case: Case, query: Query, table: Table) -> str:
    """The tenant's column that the query is restricted by, whatever the value's origin; '' when there is none."""
    for test in lookups(query):
        if isinstance(test.left, Column) and not isinstance(test.right, Column | Literal):
            own = test.left.table is None or case.table(test.left.table) is table
            if own and read_column(case, test.left, table).meaning is Meaning.TENANT:
                return ".".join(test.left.path)
    return ""


def _names_row(case: Case, query: Query, table: Table) -> str:
    """The key of the one row that the code itself names (`doc_id=PLACEHOLDER`), '' when it names none: nobody chooses
    it.
    """
    for where in query.where:
        match where.condition:
            case Test("eq", Column() as column, Literal(str() as text)) if text and not where.optional:
                if read_column(case, column, table).meaning is Meaning.KEY:
                    return ".".join(column.path)
    return ""


def _plainly_unconfined(case: Case, query: Query, table: Table, keys: list[Term], tenant: str) -> Found:
    if (column := _names_tenant(case, query, table)) or (column := _names_row(case, query, table)):
        return Found(Reason.UNRESOLVED_VALUE, column)
    if tenant and _is_optional(case, tenant) and not _used_elsewhere(case, tenant):
        return Found(
            Reason.OPTIONAL_PREDICATE, tenant, (Step(f"`{tenant}` may be left out, and then nothing restricts it"),)
        )
    if tenant and _is_background(case, keys):
        return Found(Reason.BACKGROUND_BY_DESIGN, "", (Step("works for jobs, which are given the ids", assumed=True),))
    if tenant and (case.entry.role is Role.HELPER or case.seen.stack):
        return Found(Reason.UNUSED_TENANT_PARAMETER, tenant, (Step(f"the parameter `{tenant}` is not used here"),))
    if (bound := bound_tenant(case)) and not tenant:
        step = Step(f"the object was made for one tenant, and its `{bound}` is not used here", assumed=True)
        return Found(Reason.UNUSED_TENANT_PARAMETER, bound, (step,))
    if case.entry.role is Role.HELPER and (carried := _carried(case, keys)) is not None:
        return carried
    if case.entry.role is Role.HELPER:
        named = natural_keys(case, query, table) or [show(key) for key in keys if origin(key).kind is Kind.CALLER]
        return Found(Reason.UNRESOLVED_CALLER, ", ".join(dict.fromkeys(named)))
    subject = ", ".join(dict.fromkeys(show(key) for key in keys if origin(key).kind is Kind.REQUEST))
    if subject and _other_is_checked(case, keys):
        step = Step(f"another id of the request is checked, `{subject}` is not")
        return Found(Reason.ACTED_ID_NOT_AUTHORISED, subject, (step,))
    step = Step(f"no restriction of {table.name} leads to the caller's tenant")
    return Found(Reason.NO_PREDICATE, subject or table.name, (step,))


def _unknown_restriction(query: Query, kinds: set[Kind]) -> bool:
    """It is looked up by something whose origin is not known, and by nothing of the request's."""
    if any(_is_state(where.condition) for where in query.where):
        return True
    opaque = any(not isinstance(where.condition, Test | Logic) for where in query.where) and not kinds
    return Kind.REQUEST not in kinds and (Kind.UNKNOWN in kinds or Kind.ROW in kinds or opaque)


def _is_background(case: Case, keys: list[Term]) -> bool:
    """A helper beside jobs that looks up the very ids that it is given: who queued the job has been let at them."""
    if case.entry.role is not Role.HELPER or not keys or not all(isinstance(key, Input) for key in keys):
        return False
    functions = case.run.program.modules[case.seen.function.path].facts.functions
    return any(function_role(function, frozenset()) is Role.JOB for function in functions)


def _is_state(restriction: Term) -> bool:
    """Restrictions that another method of the object has put together: `**self.filters`."""
    inner = restriction
    while isinstance(inner, Item | Member):
        inner = inner.base
    return inner is not restriction and isinstance(inner, Object)


def _carried(case: Case, keys: list[Term]) -> Found | None:
    """A helper is given the tenant inside a parameter, and looks rows up by something else of its caller's."""
    if any(origin(key).kind is not Kind.CALLER for key in keys):
        return None
    entry = case.run.entry_frame.function if case.seen.stack else case.seen.function
    name = carried_tenant(case.run.program, entry, case.tenancy.keys)
    if not name or takes_part(case, name, case.seen.query):
        return None
    step = Step(f"`{name}` is at hand and does not restrict {show(case.seen.query)}")
    return Found(Reason.UNUSED_TENANT_PARAMETER, name, (step,), at=frames_of(case.seen)[-1])


def _is_optional(case: Case, name: str) -> bool:
    """Whether the function's tenant parameter has a default of nothing."""
    function = case.run.program.function(case.seen.function)
    defaults = [p.default for p in function.parameters if p.name == name]
    return any(isinstance(default, Constant) and default.value is None for default in defaults)


def _used_elsewhere(case: Case, name: str) -> bool:
    """Whether another query of the function is restricted by its parameter: that makes it no filter of this one."""
    own = [seen.query for seen in case.run.trace.seen if seen.function == case.seen.function]
    return any(takes_part(case, name, query) for query in own if query.site != case.seen.query.site)


def _other_is_checked(case: Case, keys: list[Term]) -> bool:
    """Some other value of the request was tied to the caller before this access."""
    if case.entry.guarded & case.entry.inputs:
        return True
    for fact in case.known:
        for part in contents(fact):
            found = origin(part)
            if part in keys or isinstance(part, Test) or found.part in {"header", "cookie"}:
                continue
            if found.kind is Kind.REQUEST:
                if authorised(case, part, case.known) is not None:
                    return True
    return False
