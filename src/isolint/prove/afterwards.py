"""Checks of a row after it was fetched: it is compared with the caller, and the function ends when it is not theirs."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.model.access import Operation, Role
from isolint.model.evidence import Reason, Step
from isolint.orms import LAYERS
from isolint.prove.case import Case, Found
from isolint.prove.columns import Meaning, read_column, row_column
from isolint.prove.confine import own_table
from isolint.prove.frame import Check, Seen
from isolint.prove.guards import authorised, trusted
from isolint.prove.operators import operators_only
from isolint.prove.origins import Kind, origin
from isolint.prove.requested import chosen_by_caller
from isolint.prove.show import show
from isolint.prove.terms import NULL, Column, Literal, Logic, Query, Rows, Term, Test, contents, lookups


def checked_after(case: Case, query: Query) -> Found | None:
    """The row is compared with the caller after the fetch, and the function ends when it is not theirs."""
    return _checked(case, query, _in_time(case, query))


def would_be_checked(case: Case, query: Query) -> bool:
    """Whether the row is compared with the caller at all after the fetch, be it too late."""
    return _checked(case, query, list(case.later)) is not None


def checked_before_use(case: Case, query: Query) -> Found | None:
    """Rows that the access is given were checked after each fetch of them, and before the access."""
    found = None
    for seen in case.run.trace.runs.get(query, ()) if query is not case.seen.query else ():
        if seen.order < case.seen.order:
            checks = [check for check in case.after(seen) if check.order < case.seen.order]
            found = _checked(case, query, checks) and _checked(case, query, _on_every_way(case, seen, checks))
            if found is None:
                return None
    return found


def _on_every_way(case: Case, seen: Seen, checks: list[Check]) -> list[Check]:
    """The checks that each way from where rows were fetched to the access has passed: what holds where such a check
    stands held at either end, says that there is a row, or was checked in between.
    """
    held: set[Term] = {*case.way, *seen.known, *case.seen.known, Rows(seen.query)}
    passed = []
    for check in checks:
        held.update(check.facts)
        if held.issuperset(check.known):
            passed.append(check)
    return passed


def _checked(case: Case, query: Query, checks: list[Check]) -> Found | None:
    if query.operation is not Operation.READ:
        return None
    rows = Rows(query)
    for check in checks:
        for fact in check.facts:
            if _compares_tenant(case, fact, rows) or authorised(case, rows, (fact,)) is not None:
                step = Step(f"`{show(fact)}` is checked after the fetch", check.place)
                return Found(Reason.CHECK_AFTER_FETCH, show(fact), (step,))
    for key in (test.right for test in lookups(query) if isinstance(test.left, Column)):
        if isinstance(key, Literal):
            continue
        for check in checks:
            tie = authorised(case, key, check.facts)
            if tie is not None:
                return Found(
                    Reason.CHECK_AFTER_FETCH,
                    show(tie),
                    (Step(f"`{show(tie)}` is checked after the fetch", check.place),),
                )
    return None


def _in_time(case: Case, query: Query) -> list[Check]:
    """The checks that come before the rows are changed: after that there is nothing left to refuse. Where objects are
    only tracked, the change is stored later, and a check that raises has prevented it.
    """
    keys: set[Term] = {test.right for test in lookups(query) if not isinstance(test.right, Literal)}
    tracked = any(known.tracks for known in LAYERS if known.name == query.layer)
    writes = () if tracked else case.run.trace.seen
    ends = [
        seen.order
        for seen in writes
        if seen.order > case.seen.order and seen.query.operation is not Operation.READ
        if seen.query.tables == query.tables and any(_is_of(value, query, keys) for value in _given(seen.query))
    ]
    return [check for check in case.later if check.order < min(ends, default=check.order + 1)]


def _given(written: Query) -> Iterator[Term]:
    yield from (test.right for test in lookups(written))
    yield from (value for _, value, _ in written.payload.entries)


def _is_of(value: Term, query: Query, keys: set[Term]) -> bool:
    """Whether a value is one that rows were looked up by, or was read from them."""
    return value in keys or any(isinstance(p, Rows) and p.query.site == query.site for p in contents(value))


def _compares_tenant(case: Case, fact: Term, rows: Rows) -> bool:
    """`row.tenant_id == caller.tenant_id`, also over relations and for the key of a checked parent. Operators and
    rows of no tenant may be let through beside it.
    """
    if isinstance(fact, Logic) and fact.operator == "or":
        ties = [operand for operand in fact.operands if _compares_tenant(case, operand, rows)]
        return bool(ties) and all(
            operand in ties or operators_only(case, (operand,)) or _of_nobody(case, operand, rows)
            for operand in fact.operands
        )
    if not (isinstance(fact, Test) and fact.operator in {"eq", "in"}):
        return False
    telling = {Meaning.TENANT, Meaning.PARENT, Meaning.USER}
    return any(meaning in telling and _is_callers(case, other) for meaning, other in _compared(case, fact, rows))


def _compared(case: Case, fact: Test, rows: Rows) -> Iterator[tuple[Meaning, Term]]:
    """What the columns of the rows mean that a comparison asks for, and what they are compared with."""
    for side, other in ((fact.left, fact.right), (fact.right, fact.left)):
        column = row_column(side)
        if column is not None and any(isinstance(p, Rows) and p.query.site == rows.query.site for p in contents(side)):
            yield read_column(case, column, own_table(case, rows.query)).meaning, other


def _of_nobody(case: Case, fact: Term, rows: Rows) -> bool:
    """`row.tenant_id == null`."""
    column = row_column(fact.left) if isinstance(fact, Test) and fact.operator == "eq" and fact.right == NULL else None
    return column is not None and read_column(case, column, own_table(case, rows.query)).meaning is Meaning.TENANT


def _is_callers(case: Case, value: Term) -> bool:
    """Whether a value is the caller's own; a helper takes its callers' word for the tenant that it is given."""
    given = case.entry.role is Role.HELPER and origin(value).kind is Kind.CALLER
    return given or trusted(case, value)


def chosen_afterwards(case: Case, query: Query) -> list[Found]:
    """The row is compared with a tenant that the request names: it is that tenant's, whoever is asking."""
    tests = [fact for check in case.later for fact in check.facts if isinstance(fact, Test) and fact.operator == "eq"]
    pairs = [pair for test in tests for pair in _compared(case, test, Rows(query))]
    asked = [other for meaning, other in pairs if meaning is Meaning.TENANT and origin(other).kind is Kind.REQUEST]
    return [chosen_by_caller(other, origin(other)) for other in asked if query.operation is Operation.READ]
