"""Promises: what they settle to, and the functions that wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.model.source import Span
from isolint.orms import layer
from isolint.prove.absent import MISSING
from isolint.prove.given import Given
from isolint.prove.terms import (
    NEVER,
    Bound,
    Closed,
    Either,
    Items,
    Mapped,
    Outcome,
    Pending,
    Query,
    Rows,
    Term,
    Unknown,
    either,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

COMBINED = frozenset({"Promise.all", "Promise.allSettled"})
PICKED = frozenset({"Promise.race", "Promise.any"})


def settled(run: Run, frame: Frame, value: Term) -> Term:
    """What `await value` gives: a query that is waited for has run."""
    match value:
        case Pending(inner, learnt):
            run.learn(frame, learnt, run.program.function(frame.function).header)
            return settled(run, frame, inner)
        case Query():
            run.see(frame, value)
            return Rows(value)
        case Either(options, fallback):
            return either(tuple(settled(run, frame, option) for option in options), fallback)
        case Outcome(function, arguments, returns):
            found = tuple((settled(run, frame, returned), known) for returned, known in returns)
            return Outcome(function, arguments, found)
        case _:
            return value


def returned(run: Run, frame: Frame, value: Term) -> Term:
    """What a function gives back: an asynchronous one settles to what a query that it returns finds."""
    queries = value.options if isinstance(value, Either) else (value,)
    runs = any(isinstance(query, Query) and layer(query.layer).thenable for query in queries)
    return settled(run, frame, value) if runs and run.program.function(frame.function).asynchronous else value


def combined(run: Run, frame: Frame, name: str, given: Given) -> Term | None:
    """`Promise.all([…])`: what all of them settle to; None for any other function."""
    if name not in COMBINED | PICKED or not given.positional:
        return None
    source = given.positional[0]
    if isinstance(source, Items):
        values = tuple(settled(run, frame, item) for item in source.items)
        return Items(values) if name in COMBINED else either(values)
    if isinstance(source, Mapped):
        return Mapped(settled(run, frame, source.element), source.source, source.conditions)
    return source


def waiting(run: Run, frame: Frame, base: Term, name: str, given: Given) -> Term | None:
    """`promise.then(f)`, `.catch(f)`, `.finally(f)`; None for any other method."""
    from isolint.prove.calling import invoke, is_function

    if name not in {"then", "catch", "finally"} or not given.positional or not is_function(given.positional[0]):
        return None
    handler = given.positional[0]
    if name == "catch":
        return _caught(run, frame, base, handler, given.at)
    value = settled(run, frame, base)
    if name == "then":
        return invoke(run, frame, handler, Given((value,), (), given.at))
    known = frame.known
    invoke(run, frame, handler, Given((), (), given.at))
    frame.known = known
    return value


def _caught(run: Run, frame: Frame, base: Term, handler: Term, at: Span) -> Term:
    """`promise.catch(handler)`: what the promise settles to, or what the handler gives instead; only in the first case
    has been checked what the promise checks.
    """
    from isolint.prove.calling import invoke

    known = frame.known
    other = invoke(run, frame, handler, Given((Unknown("error"),), (), at))
    frame.known = known  # whether the handler runs at all is not known
    other = other.value if isinstance(other, Pending) else other
    if other == NEVER:
        return settled(run, frame, base)
    instead = other.returns if isinstance(other, Outcome) else ((other, ()),)
    if isinstance(base, Pending) and base.learnt and isinstance(handler, Closed | Bound):
        return Outcome(handler.function, (), ((settled(run, frame, base.value), base.learnt), *instead))
    value = settled(run, frame, base)
    return either((value, *(way for way, _ in instead if way not in MISSING)))
