"""Restrictions by other queries: `exists(…)`."""

from __future__ import annotations

from isolint.model.evidence import Reason, Step
from isolint.prove.case import Case, Found
from isolint.prove.guards import row_confined
from isolint.prove.show import show
from isolint.prove.terms import Column, Query, Rows, lookups


def exists_within(case: Case, inner: Query) -> list[Found]:
    """Rows for each of which a row of the tenant exists that goes with it, by a column of theirs."""
    goes_with = any(isinstance(test.left, Column) and isinstance(test.right, Column) for test in lookups(inner))
    if not goes_with or not row_confined(case, Rows(inner)):
        return []
    step = Step(f"a `{show(inner)}` that goes with it must exist within the tenant")
    return [Found(Reason.SCOPED_PARENT, show(inner), (step,))]
