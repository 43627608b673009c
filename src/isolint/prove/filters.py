"""Restrictions that the declaration of a table puts on every query of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isolint.orms import layer
from isolint.prove.evaluate import evaluate
from isolint.prove.given import Given
from isolint.prove.mapping import Reader, condition_of
from isolint.prove.members import table_of
from isolint.prove.terms import FALSE, Closed, Global, Pending, Query, Record, Term, Where

if TYPE_CHECKING:
    from isolint.prove.run import Run

PARAMETERS = Global("what a filter is given")
"""The parameters of a filter: they are set apart from the query, and nothing here says by what."""


def default_filters(run: Run, query: Query, given: Given) -> Iterator[Where]:
    """The conditions of the filters that the call does not switch off (`{ filters: false }`)."""
    from isolint.prove.calling import invoke

    table = table_of(run, query.tables[0]) if query.tables else None
    for name, written in table.declaration.filters if table is not None else ():
        if _is_off(given, name):
            continue
        frame = run.module_frame(table.declaration.place.path)  # type: ignore[union-attr]
        value = evaluate(run, frame, written)
        if isinstance(value, Closed):
            value = invoke(run, frame, value, Given((PARAMETERS,), (), given.at))
        value = value.value if isinstance(value, Pending) else value
        for part in Reader(run.program, layer(query.layer).words).conditions(table, value):
            yield condition_of(part)


def _is_off(given: Given, name: str) -> bool:
    return any(_switched(value.get("filters"), name) for value in given.positional if isinstance(value, Record))


def _switched(filters: Term | None, name: str) -> bool:
    return filters == FALSE or (isinstance(filters, Record) and filters.get(name) == FALSE)
