"""New instances of classes, and new rows of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.link.symbols import TableSymbol
from isolint.prove import builtin
from isolint.prove.given import Given
from isolint.prove.payload import Entry, payload_of
from isolint.prove.terms import NULL, Literal, Object, Record, Term

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run


def construct(run: Run, frame: Frame, ref: TableSymbol, given: Given) -> Term:
    """A new instance: keyword arguments are its fields, and what `__init__` assigns; for a row also what an object
    holds that is given first.
    """
    table = run.program.tables.by_symbol.get(ref)
    if table is None:
        for operand in (*given.positional, *(value for _, value in given.keywords)):
            run.hand_on(frame, operand)
    entries: list[Entry] = [(Literal(key) if key != "**" else None, value, ()) for key, value in given.keywords]
    if table is not None:
        entries.extend(payload_of(run, "0", given))
    instance = Object(ref, Record(tuple(entries)), run.place(frame, given.at))
    method = run.program.method(ref, "__init__") or run.program.method(ref, "constructor")
    if table is None and method is not None and run.can_enter(method):
        return run.construct(frame, method, instance, given)
    if table is None and given.positional and run.program.mro(ref)[1:]:
        extra = tuple((Literal(f"#{index}"), value, ()) for index, value in enumerate(given.positional))
        return Object(ref, Record((*entries, *extra)), run.place(frame, given.at))
    return instance


def construct_base(run: Run, frame: Frame, bases: Term, instance: Object, given: Given) -> Term:
    """`super(…)` in a constructor: what the base class's constructor assigns is the instance's as well."""
    bound = builtin.super_method(run, bases, "constructor")
    if bound is not None and run.can_enter(bound.function):
        frame.names["this"] = run.construct(frame, bound.function, instance, given)
    return NULL
