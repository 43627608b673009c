"""Models of a `schema.prisma` as declarations of tables."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.frontends.prisma.grammar import PrismaField, PrismaFile, PrismaModel, parse
from isolint.model.source import Place, Span
from isolint.model.table import Column, Declaration, Relation

LAYER = "prisma"
SCALARS = frozenset("String Boolean Int BigInt Float Decimal DateTime Json Bytes".split())


def declarations(text: str) -> tuple[Declaration, ...]:
    """The models of a file in order. Facts know no path: that of each place is '' until the program is linked."""
    parsed = parse(text)
    return tuple(_declaration(parsed, model) for model in parsed.models.values())


def _declaration(parsed: PrismaFile, model: PrismaModel) -> Declaration:
    relations = [f for f in model.fields if _is_relation(parsed, f)]
    keys = {column for columns in model.keys("@@id") for column in columns}
    alone = {columns[0] for columns in model.keys("@@unique") if len(columns) == 1}
    return Declaration(
        name=model.name,
        place=Place("", Span(model.line, 1, model.line, 1)),
        layer=LAYER,
        columns=tuple(_column(f, keys, alone) for f in model.fields if f not in relations),
        relations=tuple(_relations(relations)),
        uniques=tuple(columns for word in ("@@unique", "@@id") for columns in model.keys(word) if len(columns) > 1),
        sql_name=model.table,
        accessor=model.name[0].lower() + model.name[1:],
    )


def _is_relation(parsed: PrismaFile, found: PrismaField) -> bool:
    """A field of another model's type; models of other files show by their `@relation`, or by being many."""
    if found.kind in parsed.models or found.has("relation"):
        return True
    known = found.kind in SCALARS or found.kind in parsed.enums or found.kind in parsed.types
    return found.many and not known and not found.kind.startswith("Unsupported")


def _column(found: PrismaField, keys: set[str], alone: set[str]) -> Column:
    return Column(
        name=found.name,
        nullable=found.optional,
        unique=found.has("unique") or found.name in alone,
        primary=found.has("id") or found.name in keys,
        sql_name=found.column if found.column != found.name else "",
    )


def _relations(fields: list[PrismaField]) -> Iterator[Relation]:
    for found in fields:
        own = found.relation("fields")
        yield Relation(found.name, found.kind, own[-1] if own else "", found.many)
