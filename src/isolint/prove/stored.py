"""What an object of new values stores, also in rows of relations: `{ lines: { create: … }, team: { connect: … } }`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isolint.model.table import Relation, Table
from isolint.orms import layer
from isolint.prove.evaluate import made_of
from isolint.prove.mapping import Reader, condition_of
from isolint.prove.terms import Either, Entity, Items, Literal, Mapped, Maybe, Query, Record, Rows, Term

if TYPE_CHECKING:
    from isolint.prove.run import Run

Entry = tuple[Term | None, Term, tuple[Term, ...]]
CONNECTS = frozenset({"connect", "connectOrCreate", "set"})
CREATES = frozenset({"create", "createMany", "connectOrCreate", "upsert", "update", "updateMany"})
VERBS = CONNECTS | CREATES | {"delete", "deleteMany", "disconnect"}
INNER = ("data", "create", "update")
"""Entries of a nested write that hold the values."""
MAX_NESTED = 4


def stored(
    run: Run, query: Query, table: Table | None, entries: tuple[Entry, ...], nested: int = MAX_NESTED
) -> Iterator[Entry]:
    """The columns that are written. A relation that is connected is its key column's value, or has its own name when
    the key stands on the other side; what is written into rows of a relation is named by its path (`lines.productId`).
    """
    for key, value, optional in entries:
        name = key.value if isinstance(key, Literal) and isinstance(key.value, str) else ""
        relation = table.relations.get(name) if table else None
        if relation is None or not isinstance(value, Record) or not nested or not _writes(value):
            yield key, made_of(value), optional
            continue
        for word, item, under in value.entries:
            verb = word.value if isinstance(word, Literal) else ""
            if verb in CONNECTS:
                for found in _found(run, query, relation, item, verb == "connectOrCreate"):
                    yield Literal(relation.column or name), found, optional + under
            if verb in CREATES:
                for inner, stored_value, when in _inside(run, query, relation, item, nested - 1):
                    yield Literal(f"{name}.{inner}"), stored_value, optional + under + when


def _writes(value: Record) -> bool:
    """Whether an object says what to do with the rows of a relation."""
    return all(isinstance(word, Literal) and word.value in VERBS for word, _, _ in value.entries)


def _each(value: Term) -> Iterator[Record]:
    """The objects that a value is or holds."""
    match value:
        case Record():
            yield value
        case Items(parts) | Either(parts, _):
            for part in parts:
                yield from _each(part.value if isinstance(part, Maybe) else part)
        case Mapped(element, _, _):
            yield from _each(element)


def _found(run: Run, query: Query, relation: Relation, item: Term, inner: bool) -> Iterator[Term]:
    """The key that finds a connected row, or the row itself when more than its key finds it."""
    for record in _each(item):
        where = record.get("where") if inner else record
        if not isinstance(where, Record) or not where.entries:
            continue
        target = run.program.tables.by_name.get(relation.target)
        conditions = tuple(Reader(run.program, layer(query.layer).words).conditions(target, where))
        values = [value for _, value, _ in where.entries]
        if len(conditions) == 1 and not isinstance(values[0], Record):
            yield values[0]
            continue
        symbol = run.program.tables.symbol_of(target.name) if target is not None else None
        tables = (Entity(symbol),) if symbol is not None else ()
        yield Rows(Query(query.layer, query.site, tables, where=tuple(map(condition_of, conditions))))


def _inside(
    run: Run, query: Query, relation: Relation, item: Term, nested: int
) -> Iterator[tuple[str, Term, tuple[Term, ...]]]:
    """What is written into the rows of a relation."""
    target = run.program.tables.by_name.get(relation.target)
    for record in _each(item):
        held = [found for name in INNER if (found := record.get(name)) is not None]
        for values in (one for value in held for one in _each(value)) if held else (record,):
            for key, value, optional in stored(run, query, target, values.entries, nested):
                if isinstance(key, Literal) and isinstance(key.value, str):
                    yield key.value, value, optional
