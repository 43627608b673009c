"""What a call writes: columns and values out of its arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isolint.prove.absent import MISSING
from isolint.prove.evaluate import made_of
from isolint.prove.terms import Column, Either, Items, Literal, Mapped, Maybe, Object, Record, Term

if TYPE_CHECKING:
    from isolint.prove.given import Given
    from isolint.prove.run import Run

Entry = tuple[Term | None, Term, tuple[Term, ...]]


def payload_of(run: Run, slot: str, given: Given) -> Iterator[Entry]:
    """The entries that the arguments in a slot write; a mapping of unknown content has the key None."""
    for name, given_value in given.slot(slot):
        value = _element(given_value)
        if name and name != "**":
            yield Literal(name), value, ()
        elif isinstance(value, Record):
            yield from ((_column_key(key), item, optional) for key, item, optional in value.entries)
        elif isinstance(value, Items | Either | Object):
            yield from _of_rows(value)
        else:
            yield None, value, ()
            yield from ((Literal(key), written, ()) for key, written in run.written(value))


def rows_of(value: Term) -> Iterator[Record]:
    """The objects that a value is, or that a list of new rows holds."""
    value = _element(value)
    if isinstance(value, Record):
        yield value
    for item in value.items if isinstance(value, Items) else ():
        yield from rows_of(item)


def _element(value: Term) -> Term:
    """What a list that is made from another one holds, when its columns are known."""
    made = made_of(value)
    inner = made
    while isinstance(inner, Mapped):
        inner = inner.element
    return inner if isinstance(inner, Record | Object) else made


def _of_rows(value: Term) -> Iterator[Entry]:
    """The columns of new rows: of one, of each of a list, or of whichever was made by then."""
    value = _element(value.value if isinstance(value, Maybe) else value)
    if isinstance(value, Items | Either):
        for item in value.items if isinstance(value, Items) else value.options:
            yield from _of_rows(item)
    elif isinstance(value, Record | Object):
        yield from value.fields.entries if isinstance(value, Object) else value.entries
    elif value not in MISSING:
        yield None, value, ()


def _column_key(key: Term | None) -> Term | None:
    return Literal(key.path[-1]) if isinstance(key, Column) else key
