"""Writes to whatever rows there were: their keys or their tenants were read from rows that nothing confined."""

from __future__ import annotations

from collections.abc import Iterable

from isolint.model.access import Role
from isolint.model.evidence import Reason, Step
from isolint.prove.case import Case, Found
from isolint.prove.confine import own_table
from isolint.prove.guards import row_confined
from isolint.prove.origins import Kind, origin
from isolint.prove.show import show
from isolint.prove.terms import Member, Term, lookups


def from_unconfined_rows(case: Case, values: Iterable[Term]) -> Found | None:
    """A handler's write by values of rows that it read of every tenant; None when they were looked up by something
    that the caller sent, which is judged as that.
    """
    if case.entry.role is not Role.ROUTE:
        return None
    for value in values:
        for rows in origin(value).rows if isinstance(value, Member) else ():
            table = own_table(case, rows.query)
            if table is None or case.ownership(table) is None or row_confined(case, rows):
                continue
            if not any(origin(test.right).kind > Kind.ROW for test in lookups(rows.query)):
                step = Step(f"`{show(value)}` was read from rows of {table.name} that nothing confined")
                return Found(Reason.NO_PREDICATE, show(value), (step,))
    return None
