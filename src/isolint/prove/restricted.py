"""What the value that a column is restricted to says: whose it is, and who chose it."""

from __future__ import annotations

from isolint.model.access import Role
from isolint.model.evidence import Reason, Step
from isolint.model.identifiers import split
from isolint.model.table import Table
from isolint.prove.absent import MISSING
from isolint.prove.case import Case, Found
from isolint.prove.columns import Meaning, Reading
from isolint.prove.credentials import is_credential
from isolint.prove.guards import authorised, guarded_input, row_confined, trusted
from isolint.prove.included import BELONGING
from isolint.prove.lost import lost_context
from isolint.prove.origins import Kind, Origin, is_callers_id, origin
from isolint.prove.requested import chosen_by_caller, named_by_request
from isolint.prove.show import show
from isolint.prove.terms import (
    Column,
    Either,
    Literal,
    Member,
    Object,
    Query,
    Rows,
    Term,
    Text,
)

Arguments = tuple[list[Found], list[Found]]
"""Arguments that a restriction confines, and arguments that it fails to."""


def examine_value(case: Case, reading: Reading, column: Column, value: Term) -> Arguments:
    """What a column that is restricted to a value shows: arguments that it confines, and arguments that it does not."""
    good, bad = _examine_value(case, reading, column, value)
    if good and (lost := lost_context(case, value)) is not None:
        return [], [*bad, lost]
    return good, bad


def _examine_value(case: Case, reading: Reading, column: Column, value: Term) -> Arguments:
    subject = ".".join(column.path)
    if isinstance(value, Query | Rows) and reading.meaning is not Meaning.OTHER:
        return _examine_rows(case, reading, subject, value)
    if isinstance(value, Object):
        value = value.fields
    if isinstance(value, Either):
        ways = [examine_value(case, reading, column, option)[0] for option in value.options if option not in MISSING]
        if ways and all(ways):
            return ways[0], []
    if column.path == BELONGING and all(row_confined(case, rows) for rows in origin(value).rows):
        return [Found(Reason.SCOPED_PARENT, show(value), (Step(f"`{show(value)}` are those of a confined row"),))], []
    if reading.meaning is not Meaning.TENANT and is_credential(value):
        why = _because(subject, value, "the caller presents as a credential")
        return [Found(Reason.CAPABILITY_SECRET, subject, (why,))], []
    found = origin(value)
    match reading.meaning:
        case Meaning.TENANT:
            return examine_tenant(case, subject, value, found)
        case Meaning.PARENT:
            return _examine_parent(case, column, reading, value, found)
        case Meaning.KEY:
            return _examine_key(case, subject, value, found)
        case Meaning.USER:
            if found.kind is Kind.SESSION or (found.kind is Kind.ROW and trusted(case, value)):
                return [Found(Reason.OWN_ROW, subject, (_because(subject, value, "is the caller"),))], []
            if found.kind is Kind.CALLER and case.entry.role is Role.HELPER and not case.seen.stack:
                step = _because(subject, value, "is taken to be the caller", assumed=True)
                return [Found(Reason.OWN_ROW, subject, (step,))], []
            return (_checked(case, subject, value) or ([], [])) if found.kind is Kind.REQUEST else ([], [])
        case Meaning.SECRET:
            return [
                Found(
                    Reason.CAPABILITY_SECRET, subject, (_because(subject, value, "is a secret that finds its owner"),)
                )
            ], []
        case _ if split(column.path[-1])[-1:] == ("id",) and is_callers_id(value):
            return [Found(Reason.OWN_ROW, subject, (_because(subject, value, "is the caller"),))], []
        case _ if split(column.path[-1])[-1:] == ("id",) and _is_row_key(case, value):
            return _examine_key(case, subject, value, found)
        case _ if (key := _row_key_in(case, value)) is not None:
            return _examine_key(case, subject, key, origin(key))
        case _ if split(column.path[-1])[-1:] == ("email",) and found.kind is Kind.SESSION:
            return [Found(Reason.OWN_ROW, subject, (_because(subject, value, "is the caller's own"),))], []
        case _:
            return [], []


def _first_table(case: Case, query: Query) -> Table | None:
    return case.table(query.tables[0]) if query.tables else None


def _is_row_key(case: Case, value: Term) -> bool:
    """Whether the value is the key of a row that was fetched."""
    if isinstance(value, Either):
        return all(_is_row_key(case, option) for option in value.options)
    if not (isinstance(value, Member) and isinstance(value.base, Rows)):
        return False
    table = _first_table(case, value.base.query)
    return value.name in {"pk", "id"} or (table is not None and value.name in table.primary_key)


def _row_key_in(case: Case, value: Term) -> Term | None:
    """The key of a fetched row that text is put together with: `f"{connector.source}/{connector.id}"`."""
    parts = value.parts if isinstance(value, Text) else ()
    return next((part for part in parts if _is_row_key(case, part)), None)


def _because(subject: str, value: Term, why: str, *, assumed: bool = False) -> Step:
    return Step(f"`{subject}` is restricted to `{show(value)}`, which {why}", assumed=assumed)


def _examine_rows(case: Case, reading: Reading, subject: str, value: Query | Rows) -> Arguments:
    rows = value if isinstance(value, Rows) else Rows(value)
    if not row_confined(case, rows):
        return [], []
    reason = Reason.TENANT_PREDICATE if reading.meaning is Meaning.TENANT else Reason.SCOPED_PARENT
    if reading.meaning is Meaning.KEY:
        reason = Reason.ID_FROM_SCOPED_ROW
    if reading.meaning is Meaning.USER:
        reason = Reason.OWN_ROW
    return [Found(reason, subject, (_because(subject, value, "was fetched within the tenant"),))], []


def examine_tenant(case: Case, subject: str, value: Term, found: Origin) -> Arguments:
    """What a tenant's column that is restricted to a value of that origin shows."""
    match found.kind:
        case Kind.SESSION:
            return [Found(Reason.TENANT_PREDICATE, subject, (_because(subject, value, "is the caller's own"),))], []
        case Kind.ROW:
            if all(row_confined(case, rows) for rows in found.rows):
                return [
                    Found(
                        Reason.TENANT_PREDICATE, subject, (_because(subject, value, "was read from the caller's row"),)
                    )
                ], []
            named = named_by_request(found)
            return _checked(case, subject, value) or ([], named)
        case Kind.REQUEST:
            checked = _checked(case, subject, value)
            return checked or ([], [chosen_by_caller(value, found)])
        case Kind.CALLER | Kind.UNKNOWN | Kind.ENVIRONMENT:
            step = _because(subject, value, "is taken to be the tenant's", assumed=found.kind is not Kind.ENVIRONMENT)
            return [Found(Reason.TENANT_PREDICATE, subject, (step,))], []
        case _:
            if isinstance(value, Literal) and value.value is None:
                return [], []
            if isinstance(value, Literal):
                return [], [Found(Reason.HARD_CODED_TENANT, show(value), (_because(subject, value, "is constant"),))]
            return [], []


def _checked(case: Case, subject: str, value: Term) -> Arguments | None:
    """The value was tied to the caller before, by a guard in front of the handler or by a condition on the way."""
    if guarded_input(case, value):
        names = ", ".join(guardian.name for guardian in case.entry.guardians) or "a guard"
        step = Step(f"`{show(value)}` is checked by {names} before the handler", assumed=True)
        return [Found(Reason.FRAMEWORK_GUARD, subject, (step,))], []
    fact = authorised(case, value, case.known) or _owner_checked(case, value)
    if fact is not None:
        return [Found(Reason.DOMINATING_GUARD, subject, (Step(f"`{show(fact)}` holds here"),))], []
    return None


def _owner_checked(case: Case, value: Term) -> Term | None:
    """The fact that ties the rows to the caller that a value was read from."""
    rows = origin(value).rows if origin(value).kind is Kind.ROW else ()
    facts = [authorised(case, row, case.known) for row in rows]
    return facts[0] if facts and all(fact is not None for fact in facts) else None


def _examine_parent(case: Case, column: Column, reading: Reading, value: Term, found: Origin) -> Arguments:
    subject = ".".join(column.path)
    contains = reading.table is not None and reading.table.name in case.tenancy.containers
    match found.kind:
        case Kind.SESSION:
            return [Found(Reason.SCOPED_PARENT, subject, (_because(subject, value, "is the caller's own"),))], []
        case Kind.ROW if all(row_confined(case, rows) for rows in found.rows):
            return [
                Found(Reason.SCOPED_PARENT, subject, (_because(subject, value, "was fetched within the tenant"),))
            ], []
        case Kind.CALLER if case.entry.role in {Role.HELPER, Role.JOB} and not case.seen.stack:
            step = _because(subject, value, "is taken to be the tenant's", assumed=True)
            return [Found(Reason.SCOPED_PARENT, subject, (step,))], []
        case Kind.CONSTANT if value in MISSING and not _is_own(case, column, reading):
            step = Step(f"rows without `{subject}` belong to no tenant")
            return [Found(Reason.SCOPED_PARENT, subject, (step,))], []
        case Kind.CONSTANT:
            fixed = contains and isinstance(value, Literal) and bool(value.value)
            why = _because(subject, value, "is constant")
            return [], [Found(Reason.HARD_CODED_TENANT, show(value), (why,))] if fixed else []
    chosen = [chosen_by_caller(value, found)] if contains and found.kind is Kind.REQUEST else []
    return _checked(case, subject, value) or ([], chosen)


def _is_own(case: Case, column: Column, reading: Reading) -> bool:
    """Whether the column leads to rows of its own table: those without one are the roots of every tenant."""
    own = case.table(column.table) if column.table is not None else _first_table(case, case.seen.query)
    return own is reading.table


def _examine_key(case: Case, subject: str, value: Term, found: Origin) -> Arguments:
    if found.kind is Kind.SESSION:
        return [Found(Reason.OWN_ROW, subject, (_because(subject, value, "is the caller's own"),))], []
    if found.kind is Kind.ROW and all(row_confined(case, rows) for rows in found.rows):
        return [
            Found(Reason.ID_FROM_SCOPED_ROW, subject, (_because(subject, value, "was fetched within the tenant"),))
        ], []
    return _checked(case, subject, value) or ([], [])
