"""What a write stores: whose row it becomes, and whose rows it points to."""

from __future__ import annotations

from isolint.model.evidence import Reason, Step
from isolint.model.table import Table
from isolint.prove.case import Case, Found
from isolint.prove.columns import Meaning, read_column
from isolint.prove.confine import Confinement
from isolint.prove.given import values_of
from isolint.prove.guards import authorised, guarded_input, row_confined, trusted
from isolint.prove.lost import lost_context
from isolint.prove.origins import Kind, origin
from isolint.prove.serializers import accepts, is_serializer
from isolint.prove.show import show
from isolint.prove.terms import (
    Column,
    Each,
    Either,
    Input,
    Item,
    Literal,
    Mapped,
    Member,
    Query,
    Record,
    Result,
    Rows,
    Term,
    Test,
    walk,
)
from isolint.tenancy.owned import is_user_table

SEARCHED = 60
"""How many parts of a written value are looked at for who made it."""


def judge_create(case: Case, query: Query, table: Table, found: Confinement) -> Found:
    """A new row: its tenant must be the caller's, and so must every parent that it names."""
    wrong = judge_payload(case, query, table)
    if wrong is not None:
        return wrong
    for name, value in _named(query.payload):
        reading = read_column(case, Column(None, tuple(name.split("."))), table)
        if reading.meaning is Meaning.TENANT and "." not in name:
            if (lost := lost_context(case, value)) is not None:
                return lost
            return Found(Reason.TENANT_PAYLOAD, name, (Step(f"`{name}` is set to `{show(value)}`"),))
    for name, value in _named(query.payload):
        reading = read_column(case, Column(None, tuple(name.split("."))), table)
        if reading.meaning in {Meaning.PARENT, Meaning.USER} and not isinstance(value, Literal):
            return Found(Reason.SCOPED_PARENT, name, (Step(f"`{name}` is set to `{show(value)}`"),))
    if found.holds:
        return found.holds[0]
    return Found(Reason.UNRESOLVED_VALUE, table.name)


def judge_payload(case: Case, query: Query, table: Table) -> Found | None:
    """What is wrong with the values that a write stores, None if nothing is seen to be."""
    spread = _free_spread(case, query, table)
    if spread is not None:
        return spread
    worst: Found | None = None
    for name, value in _named(query.payload):
        reading = read_column(case, Column(None, tuple(name.split("."))), table)
        if reading.meaning is Meaning.TENANT:
            value = _asked_for(value)
        if origin(value).kind is not Kind.REQUEST or _is_checked(case, value):
            continue
        if reading.meaning is Meaning.TENANT and _is_overridden(value):
            step = Step(f"`{name}` is set first, and what the request holds under that name replaces it")
            return Found(Reason.MASS_ASSIGNED_KEY, show(value), (step,))
        if reading.meaning is Meaning.TENANT and not trusted(case, value) and not _made_with_caller(value):
            step = Step(f"`{name}` is set to `{show(value)}`, which the caller chooses")
            return Found(Reason.TENANT_FROM_REQUEST, show(value), (step,))
        named_user = reading.meaning is Meaning.USER and reading.table is not None and is_user_table(reading.table)
        if reading.meaning is Meaning.PARENT or (named_user and case.ownership(reading.table) is not None):
            target = reading.table.name if reading.table else "a parent"
            step = Step(f"`{name}` points to a {target} that the caller names and nobody looked up within the tenant")
            worst = worst or Found(
                Reason.UNCHECKED_RELATION_ID, show(value), (step,), at=case.run.trace.copied(value, case.seen)
            )
    return worst


def _made_with_caller(value: Term) -> bool:
    """Whether unknown code made the value that was told the caller beside what the request holds."""
    for part in walk(value, SEARCHED):
        if isinstance(part, Result):
            parts = [v for operand in part.operands() for v in values_of(operand)]
            if {Kind.SESSION, Kind.REQUEST} <= {origin(v).kind for v in parts}:
                return True
    return False


def _asked_for(value: Term) -> Term:
    """The key of a row that was looked up by that very key is what it was looked up by."""
    if isinstance(value, Member) and isinstance(value.base, Rows):
        for where in value.base.query.where:
            test = where.condition
            if isinstance(test, Test) and test.operator == "eq" and test.left == Column(None, (value.name,)):
                return test.right
    return value


def _named(payload: Record) -> list[tuple[str, Term]]:
    return [
        (key.value, value)
        for key, value, _ in payload.entries
        if isinstance(key, Literal) and isinstance(key.value, str)
    ]


def _is_overridden(value: Term) -> bool:
    """A value of the caller's own that a later spread of the request may replace."""
    if not isinstance(value, Either) or value.fallback:
        return False
    kinds = [origin(option).kind for option in value.options]
    return any(isinstance(option, Item) for option in value.options) and kinds[0] is not Kind.REQUEST


def _is_checked(case: Case, value: Term) -> bool:
    """The id was looked up within the tenant or tied to the caller on the way here."""
    if guarded_input(case, value) or authorised(case, value, case.known) is not None:
        return True
    if isinstance(value, Either):
        return all(_is_checked(case, option) for option in value.options if origin(option).kind is Kind.REQUEST)
    return isinstance(value, Rows) and row_confined(case, value)


def _free_spread(case: Case, query: Query, table: Table) -> Found | None:
    """`**data` of the request: the caller names the columns, the tenant's or a parent's key among them, unless that is
    set after it. What is copied into an object replaces what was there before.
    """
    ownership = case.ownership(table)
    columns = ownership.columns if ownership else ()
    parent = ownership.path[0][0] if ownership and ownership.path and not columns else ""
    for index, (key, value, _) in enumerate(query.payload.entries):
        place = case.run.trace.copied(value, case.seen)
        watched = columns or ((parent,) if parent and place is not None else ())
        if key is not None or origin(value).kind is not Kind.REQUEST or _has_fixed_fields(case, value, watched):
            continue
        later = Record(query.payload.entries[index:]) if place is not None else query.payload
        if not watched or {name for name, _ in _named(later)} & set(watched):
            continue
        if columns:
            step = Step(f"`{show(value)}` may hold `{columns[0]}`, and nothing sets it afterwards")
            return Found(Reason.MASS_ASSIGNED_KEY, show(value), (step,), at=place)
        if not any(_is_checked(case, named) for named in (Member(value, parent), Item(value, Literal(parent)))):
            step = Step(f"`{show(value)}` may hold `{parent}`, which nobody looked up within the tenant")
            return Found(Reason.UNCHECKED_RELATION_ID, f"{show(value)}.{parent}", (step,), at=place)
    return None


def _inside(term: Term) -> Term | None:
    """What a value was taken out of."""
    match term:
        case Result(Member(base, _), _, _) | Item(base, _) | Each(base) | Member(base, _):
            return base
        case _:
            return None


def _names_fields(record: Record) -> bool:
    """Whether every entry's name is known."""
    return all(isinstance(key, Literal) for key, _, _ in record.entries)


def _has_fixed_fields(case: Case, value: Term, columns: tuple[str, ...]) -> bool:
    """`body.model_dump()` of a declared class: only its fields can come in."""
    term = value
    if isinstance(term, Either):
        return all(_has_fixed_fields(case, option, columns) for option in term.options)
    if isinstance(term, Result) and any(isinstance(operand, Record) for operand in term.operands()):
        return all(_names_fields(operand) for operand in term.operands() if isinstance(operand, Record))
    if isinstance(term, Record):
        return _names_fields(term)
    if isinstance(term, Mapped):
        return any(isinstance(test, Test) and test.operator == "in" for test in term.conditions)
    while isinstance(term, Result | Item | Each | Member):
        inner = _inside(term)
        if inner is None:
            break
        term = inner
    if not isinstance(term, Input) or term.klass is None:
        return False
    if is_serializer(case.run.program, term.klass):
        return not any(accepts(case.run.program, term.klass, column) for column in columns)
    return not any(case.run.program.field(term.klass, column) for column in columns)
