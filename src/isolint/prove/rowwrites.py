"""Rows that write themselves: `invoice.save()`, `invoice.update({…})`, `invoice.destroy()`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.model.access import Operation
from isolint.model.source import Place
from isolint.orms import LAYERS
from isolint.prove.given import Given
from isolint.prove.instances import changes_of
from isolint.prove.querying import apply, create, primary_key
from isolint.prove.terms import NULL, Column, Object, Query, Record, Rows, Term, Test, Where

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

ROW_METHODS = {known.name: known.row for known in LAYERS if known.row}
STORES = frozenset({"save", "asave", "insert", "create"})


def on_row(run: Run, frame: Frame, row: Term, method: str, given: Given) -> Term | None:
    """A new row is stored, or a fetched one changed or removed; None for any other call."""
    if isinstance(row, Object) and method in STORES and row.klass in run.program.tables.by_symbol:
        create(run, frame, row, NULL, given.at)
        return row
    if not isinstance(row, Rows) or (action := ROW_METHODS.get(row.query.layer, {}).get(method)) is None:
        return None
    query = Query(row.query.layer, Place(frame.path, given.at), row.query.tables, Operation.UPDATE)
    found = Where(Test("eq", Column(None, (primary_key(run, query),)), row))
    changes = () if action.payload else tuple(changes_of(run, row))
    apply(run, frame, replace(query, where=(found,), payload=Record(changes)), action, given)
    return row
