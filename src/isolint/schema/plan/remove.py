"""Steps for what only the candidate has: always refused, with what would be lost."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.schema.difference import Difference
from isolint.schema.factor import SCHEMA
from isolint.schema.model import Kind
from isolint.schema.plan.sql import ident, own
from isolint.schema.plan.steps import EXCLUSIVE, Phase, Step, locked

WHOLE = {
    Kind.TABLE: "TABLE",
    Kind.SEQUENCE: "SEQUENCE",
    Kind.COLLATION: "COLLATION",
    Kind.EXTENSION: "EXTENSION",
}
LOSS = {
    Kind.TABLE: "its rows would be lost",
    Kind.COLUMN: "its values would be lost",
    Kind.CONSTRAINT: "rows that it refuses would get in",
    Kind.POLICY: "other rows would be seen",
    Kind.TRIGGER: "what it does on writes would stop",
    Kind.SEQUENCE: "its place would be lost",
}


def remove(item: Difference, table: str, domain: bool = False) -> Iterator[Step]:
    """DROP of one object."""
    refusal = LOSS.get(item.kind, "something may rely on it")
    lock = locked(EXCLUSIVE, item.table or item.name)
    label = f"{item.kind} {item.table + '.' if item.table else ''}{item.name}"
    yield Step(
        Phase.REMOVE, f"remove {label}, which the reference lacks", _drop(item, table, domain), lock, refusal=refusal
    )


def _drop(item: Difference, table: str, domain: bool) -> str:
    present = item.present
    name = present.name
    if item.kind is Kind.COLUMN:
        return f"ALTER TABLE {own(table)} DROP COLUMN IF EXISTS {ident(name)};"
    if item.kind is Kind.CONSTRAINT:
        return f"ALTER {'DOMAIN' if domain else 'TABLE'} {own(table)} DROP CONSTRAINT IF EXISTS {ident(name)};"
    if item.kind in (Kind.TRIGGER, Kind.POLICY, Kind.RULE):
        return f"DROP {item.kind.upper()} IF EXISTS {ident(name)} ON {own(table)};"
    if item.kind is Kind.EXTENSION:
        return f"DROP EXTENSION IF EXISTS {ident(name)};"
    if item.kind is Kind.FUNCTION:
        return f"DROP {present.type.upper()} IF EXISTS {SCHEMA}.{present.signature};"
    if item.kind is Kind.VIEW:
        return f"DROP {'MATERIALIZED VIEW' if present.materialized else 'VIEW'} IF EXISTS {own(name)};"
    if item.kind is Kind.TYPE:
        return f"DROP {'DOMAIN' if present.type == 'domain' else 'TYPE'} IF EXISTS {own(name)};"
    word = WHOLE.get(item.kind, item.kind.upper())
    return f"DROP {word} IF EXISTS {own(name)};"
