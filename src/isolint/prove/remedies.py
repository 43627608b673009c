"""What would confine an access, if anything at hand would: each proposal is put before the judge, none is guessed.

The values that are tried are those that the file itself restricts tenant columns to, and what the function has under
the name of such a column. Each is evaluated where the access is, so a value that means something else there, or that
is not there, proves nothing.
"""

from __future__ import annotations

from dataclasses import replace

from isolint.model.access import Operation
from isolint.model.code import (
    Await,
    Constant,
    Name,
)
from isolint.model.evidence import Reason, Verdict
from isolint.model.remedy import Change, Remedy
from isolint.model.source import Place
from isolint.model.walk import body_of
from isolint.prove.case import Case, Found
from isolint.prove.columns import Meaning, read_column
from isolint.prove.confine import own_table
from isolint.prove.frame import Frame
from isolint.prove.judge import judge
from isolint.prove.members import table_of
from isolint.prove.origins import Kind, origin
from isolint.prove.qualified import qualified, unqualified
from isolint.prove.reordered import reordered
from isolint.prove.rerouted import rerouted, retargeted
from isolint.prove.show import show
from isolint.prove.supplies import (
    dotted,
    evaluated,
    frame_of,
    parts_at,
    restrictions,
    tenant_columns,
    tenants_at_hand,
)
from isolint.prove.terms import (
    Column,
    Entity,
    Literal,
    Outcome,
    Pending,
    Record,
    Result,
    Term,
    Test,
    Where,
)

PLAIN = frozenset(
    {
        Reason.NO_PREDICATE,
        Reason.ACTED_ID_NOT_AUTHORISED,
        Reason.UNUSED_TENANT_PARAMETER,
        Reason.JOB_IGNORES_TENANT,
    }
)
"""Nothing restricts the rows: a restriction takes away what nobody meant to give."""
MEANT = frozenset({Reason.WIDENED_PREDICATE, Reason.REPLACED_PREDICATE})
"""Somebody wrote that these rows be reached as well: to take them away is for people to decide."""

PAST_EXECUTOR = frozenset({Reason.UNQUALIFIED_TABLE, Reason.DIRECT_CLIENT, Reason.EXECUTOR_BYPASS})
"""A tenant's executor would have put it into the tenant's schema."""


def remedy(case: Case, found: Found) -> Remedy | None:
    """The change that would confine an unconfined access, None when nothing at hand would."""
    if found.reason.verdict is not Verdict.UNSCOPED or found.at is not None:
        return None
    if found.reason is Reason.UNAWAITED_GUARD:
        return _awaited(case, found)
    if found.reason is Reason.HARD_CODED_TENANT:
        return _replaced(case)
    if found.reason in PAST_EXECUTOR:
        frame = frame_of(case)
        return rerouted(case, frame) or qualified(case, frame) if frame is not None else None
    if found.reason is Reason.CONSTANT_TENANT:
        frame = frame_of(case)
        return retargeted(case, frame) if frame is not None else None
    if found.reason is Reason.EXECUTOR_MISUSE:
        return unqualified(case)
    if found.reason not in PLAIN | MEANT:
        return None
    narrowed = _narrowed(case, found) if case.seen.query.operation is not Operation.CREATE else None
    frame = frame_of(case)
    if frame is None or (narrowed is not None and narrowed.safe):
        return narrowed
    return reordered(case, frame) or narrowed


# --- a restriction more


def _narrowed(case: Case, found: Found) -> Remedy | None:
    query = case.seen.query
    frame, own = frame_of(case), own_table(case, query)
    if frame is None or own is None or case.ownership(own) is None:
        return None
    table = _written_table(case, frame)
    for column, value in tenants_at_hand(case, frame, own):
        term = evaluated(case, frame, value)
        where = Where(Test("eq", Column(None, column), term))
        verdicts = _judged(case, (*query.where, where))
        if all(verdict.reason.verdict is Verdict.SCOPED for verdict in verdicts):
            proven = not any(step.assumed for verdict in verdicts for step in verdict.steps)
            safe = found.reason in PLAIN and proven and origin(term).kind is not Kind.UNKNOWN
            return Remedy(Change.NARROW, query.site, query.layer, ".".join(column), dotted(value), table, safe)
    return None


def _judged(case: Case, where: tuple[Where, ...]) -> list[Found]:
    """What the judge says of the access under other restrictions, on each way through the guards."""
    seen = replace(case.seen, query=replace(case.seen.query, where=where, replaced=()))
    return [judge(Case(case.run, case.entry, seen, way)) for way in case.entry.ways]


def _written_table(case: Case, frame: Frame) -> str:
    """How the query itself names its table; '' when it does not."""
    query = case.seen.query
    table = table_of(case.run, query.tables[0])
    named = [part for part in parts_at(case, query.site) if isinstance(part, Name)]
    for node in sorted(named, key=lambda node: node.at):
        if frame.lookup(node.id) is None:
            entity = case.run.name(frame, node.id)
            if isinstance(entity, Entity) and table_of(case.run, entity) is table:
                return node.id
    return ""


# --- another value


def _replaced(case: Case) -> Remedy | None:
    query, frame = case.seen.query, frame_of(case)
    own = own_table(case, query)
    if frame is None or own is None or case.ownership(own) is None:
        return None
    constants = [
        (column, value)
        for path, value in restrictions(parts_at(case, query.site))
        if isinstance(value, Constant)
        for column in tenant_columns(case, own, path)
    ]
    if len(constants) != 1:
        return None
    written, constant = constants[0]
    for column, value in tenants_at_hand(case, frame, own):
        term = evaluated(case, frame, value)
        where = tuple(_with_value(case, item, term) for item in query.where)
        if column == written and all(v.reason.verdict is Verdict.SCOPED for v in _judged(case, where)):
            place = Place(query.site.path, constant.at)
            return Remedy(Change.REPLACE, place, query.layer, ".".join(column), dotted(value))
    return None


def _with_value(case: Case, where: Where, term: Term) -> Where:
    """A restriction of the tenant's column to a constant, to `term` instead."""
    test, own = where.condition, own_table(case, case.seen.query)
    if isinstance(test, Record):
        entries = tuple(
            (key, term if isinstance(value, Literal) and _is_tenant(case, str(getattr(key, "value", ""))) else value, w)
            for key, value, w in test.entries
        )
        return replace(where, condition=Record(entries))
    if isinstance(test, Test) and isinstance(test.left, Column) and isinstance(test.right, Literal):
        if read_column(case, test.left, own).meaning is Meaning.TENANT:
            return replace(where, condition=replace(test, right=term))
    return where


def _is_tenant(case: Case, name: str) -> bool:
    table = own_table(case, case.seen.query)
    return bool(name) and read_column(case, Column(None, (name,)), table).meaning is Meaning.TENANT


# --- a call that is waited for


def _awaited(case: Case, found: Found) -> Remedy | None:
    if not case.run.program.function(case.seen.function).asynchronous:
        return None
    facts = (*case.known, *(fact for check in case.later for fact in check.facts))
    fact = next((fact for fact in facts if isinstance(fact, Pending) and show(fact) == found.subject), None)
    if fact is None:
        return None
    function = case.run.program.function(case.seen.function)
    waited = {part.value.at for part in body_of(function).of(Await)}
    calls = [
        place
        for callee, place, ref, operands in case.run.trace.calls
        if ref == case.seen.function and _is_call(fact.value, callee, operands) and place.span not in waited
    ]
    return Remedy(Change.AWAIT, calls[0], safe=True) if len(set(calls)) == 1 else None


def _is_call(value: Term, callee: Term, operands: tuple[Term, ...]) -> bool:
    """Whether a call of `callee` gave the value."""
    match value:
        case Result(name, _, _):
            return name == callee and value.operands() == operands
        case Outcome(function, arguments, _):
            called = callee.ref if isinstance(callee, Entity) else getattr(callee, "function", None)
            return bool(called == function) and (not operands or arguments[-len(operands) :] == operands)
        case _:
            return False
