"""Rows that a query fetches beside its own, past a row that all tenants share: `include: { author: { posts } }`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from isolint.model.evidence import Reason, Step
from isolint.model.table import Table
from isolint.orms import layer
from isolint.prove.case import Case, Found
from isolint.prove.confine import confined, own_table
from isolint.prove.included import FETCHED
from isolint.prove.mapping import Reader, condition_of
from isolint.prove.terms import Entity, Literal, Query, Record, Term

Path = tuple[str, ...]


def unscoped_included(case: Case, query: Query) -> Found | None:
    """A list of tenants' rows that belongs to a row of no tenant: it holds those of every tenant."""
    table = own_table(case, query)
    if query.included is None or table is None or not _is_tenants(case, table):
        return None
    for path, target, held in _lists(case, table, query.included):
        if confined(case, _rows(case, query, target, held)) is None:
            subject = ".".join(path)
            step = Step(f"`{subject}` lists rows of {target.name} of every tenant: what they are listed for is shared")
            return Found(Reason.NATURAL_KEY_JOIN, subject, (step,))
    return None


def _is_tenants(case: Case, table: Table) -> bool:
    return case.ownership(table) is not None or table.name in case.tenancy.roots


def _lists(case: Case, table: Table, fetched: Term, path: Path = ()) -> Iterator[tuple[Path, Table, Record | None]]:
    """The lists of tenants' rows that are fetched for rows of shared tables, with what is asked of them."""
    for key, held, _ in fetched.entries if isinstance(fetched, Record) else ():
        relation = table.relations.get(str(key.value)) if isinstance(key, Literal) else None
        target = case.run.program.tables.by_name.get(relation.target) if relation else None
        if relation is None or target is None or held == Literal(False):
            continue
        asked, step = (held if isinstance(held, Record) else None), (*path, relation.name)
        if relation.many and not _is_tenants(case, table) and case.ownership(target) is not None:
            yield step, target, asked
        for word in FETCHED if asked is not None else ():
            if asked is not None and (inner := asked.get(word)) is not None:
                yield from _lists(case, target, inner, step)


def _rows(case: Case, query: Query, target: Table, asked: Record | None) -> Query:
    """The list as a query of its own."""
    symbol = case.run.program.tables.symbol_of(target.name)
    where = asked.get("where") if asked is not None else None
    words = layer(query.layer).words
    conditions = Reader(case.run.program, words).conditions(target, where) if where is not None else ()
    tables = (Entity(symbol),) if symbol is not None else ()
    return replace(query, tables=tables, where=tuple(map(condition_of, conditions)), joins=(), included=None)
