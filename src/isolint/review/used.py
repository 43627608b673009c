"""Tables and columns that the code uses in a tenant's schema and that the schema lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from isolint.model.access import Client
from isolint.model.evidence import Evidence, Reason, Step
from isolint.model.observation import Observation, Trait
from isolint.model.schemas import KnownSchema
from isolint.model.tenancy import Tenancy

CONFINED = frozenset({Reason.EXECUTOR, Reason.BOUND_SESSION})
"""Reasons that say that the access looks in the tenant's schema."""


def unknown_names(evidence: Iterable[Evidence], tenancy: Tenancy) -> Iterator[Observation]:
    """One observation for each name that is lacking: at the first access that uses it, with the number of others."""
    found: dict[tuple[Trait, str, str], list[tuple[Evidence, KnownSchema]]] = {}
    for item in evidence:
        for trait, column, schema in _lacking(item, tenancy):
            found.setdefault((trait, item.access.stored, column), []).append((item, schema))
    for (trait, table, column), uses in found.items():
        first, schema = uses[0]
        others = f" and {len(uses) - 1} others" if len(uses) > 1 else ""
        step = Step(f"used here{others}", first.access.place)
        lacks = Step(f"{schema.label} lacks it", schema.place(table))
        subject = f"{table}.{column}" if column else table
        yield Observation(trait, first.access.place, subject, table, first.access.function, (lacks, step))


def _lacking(item: Evidence, tenancy: Tenancy) -> Iterator[tuple[Trait, str, KnownSchema]]:
    access = item.access
    if not access.stored or (access.client is not Client.EXECUTOR and item.reason not in CONFINED):
        return
    ownership = tenancy.owned.get(access.table)
    if ownership is None or not ownership.schema or item.reason is Reason.SHARED_FALL_THROUGH:
        return
    for lacking in tenancy.schemas.lacking(access.stored)[:1]:
        yield Trait.UNKNOWN_TABLE, "", lacking
    for schema in tenancy.schemas.tenants:
        columns = schema.tables.get(access.stored)
        if columns:
            yield from ((Trait.UNKNOWN_COLUMN, column, schema) for column in access.columns if column not in columns)
