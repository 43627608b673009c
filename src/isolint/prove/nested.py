"""Tenants within a tenant's schema: the schema is the boundary, and rows of it may belong to a second level below.

A row that is looked up by its own key is found in the right schema. One that is looked up by what is unique only within
the second level (a name, a default flag) may be that of another one: there the second level counts as well.
"""

from __future__ import annotations

from dataclasses import replace

from isolint.model.access import Operation
from isolint.model.evidence import Reason, Step, Verdict
from isolint.model.table import Table
from isolint.prove.case import Case, Found
from isolint.prove.columns import Meaning, read_column
from isolint.prove.natural import natural_keys, without_tenant
from isolint.prove.terms import Column, Query, lookups


def judge_nested(case: Case, query: Query, table: Table, outer: Found) -> Found:
    """The verdict on an access that `outer` found to be in the right schema, or could not tell."""
    if outer.reason.verdict is Verdict.UNSCOPED or query.operation is Operation.CREATE:
        return outer
    tenant = _second_level(case, query, table)
    if tenant:
        step = Step("it is restricted to a tenant within the schema")
        return Found(Reason.TENANT_PREDICATE, tenant, (*outer.steps, step))
    natural = natural_keys(case, query, table)
    found = without_tenant(case, natural)
    if found is None and outer.reason is Reason.UNRESOLVED_CALLER:
        return replace(outer, subject=", ".join(natural))
    return found or outer


def _second_level(case: Case, query: Query, table: Table) -> str:
    """The column that restricts the query to a tenant of the second level, '' when there is none."""
    for test in lookups(query):
        if isinstance(test.left, Column) and read_column(case, test.left, table).meaning is Meaning.TENANT:
            return ".".join(test.left.path)
    return ""
