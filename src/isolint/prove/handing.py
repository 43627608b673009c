"""Visits to handlers: what is handed over is evaluated, its guards run, then the handler with what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from isolint.frameworks.framework import Fills, Framework, Registration
from isolint.link.symbols import FunctionRef
from isolint.model.access import Role
from isolint.model.source import Place, Span
from isolint.prove.case import Entry
from isolint.prove.entry import Guardian, guard_name
from isolint.prove.evaluate import evaluate
from isolint.prove.frame import Trace
from isolint.prove.given import Given
from isolint.prove.guarded import entry_of
from isolint.prove.guardrun import HANDLER, MAX_WAYS, Ways
from isolint.prove.handlers import MODULE_LEVEL, Handler, registration
from isolint.prove.terms import (
    Bound,
    Closed,
    Either,
    Entity,
    Global,
    Input,
    Items,
    Literal,
    Outcome,
    Record,
    Result,
    Term,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

NEXT = Global("the next handler")
GUARD_FIELDS = ("onRequest", "preHandler", "preValidation", "beforeHandle", "middleware", "middlewares", "before")
"""Entries of a registration's options that hold guards."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A call that registered functions: `on` is what it was called on."""

    framework: Framework
    known: Registration
    on: Term
    given: Given
    place: Place


def register(run: Run, frame: Frame, on: Term, method: str, given: Given) -> Term | None:
    """Note a call that hands functions to a framework while they are being collected; None for any other call."""
    if run.registered is None:
        return None
    first = given.positional[0] if given.positional else None
    path = isinstance(first, Literal) and isinstance(first.value, str)
    found = registration(method, path=path)
    if found is None or not any(_function(operand, [], _NOWHERE) for operand in _flat(given.positional)):
        return None
    run.registered.append(Registered(*found, on, given, Place(frame.path, given.at)))
    return on


_NOWHERE = Place("", Span(1, 1, 1, 1))


def visit_exported(run: Run, handler: Handler) -> Entry | None:
    """Run an exported handler; None when no function of the project can be seen in what is exported."""
    place = Place(handler.path, handler.at)
    run.prepare_at(FunctionRef(handler.path, MODULE_LEVEL), handler.at)
    guardians: list[Guardian] = []
    term = _function(evaluate(run, run.entry_frame, handler.value), guardians, place)
    if term is None:
        return None
    return _visit(run, term, guardians, [], handler.framework.fills, {})


def visit_registered(run: Run, ref: FunctionRef) -> Iterator[Entry]:
    """Run what a function registers, one handler after the other; the run's trace is of the last one yielded."""
    run.prepare(ref)
    run.registered = []
    function = run.program.function(ref)
    run.start(ref, {p.name: Input(p.name) for p in function.parameters})
    found, run.registered = run.registered, None
    overlay = dict(run.overlay)
    for number, item in enumerate(found):
        if item.known.guards:
            continue
        run.trace = Trace()
        run.overlay = dict(overlay)
        run.prepare_at(ref, item.place.span)
        before = [term for other in found[:number] if _guards(other, item) for term in _flat(other.given.positional)]
        *own, last = [term for term in _flat(item.given.positional) if _function(term, [], item.place)]
        guardians: list[Guardian] = []
        term = _function(last, guardians, item.place)
        if term is not None:
            guards = [Guardian(guard, guard_name(guard), item.place) for guard in (*before, *own)]
            yield _visit(run, term, guardians, guards, item.known.fills, item.known.fields)


def _guards(other: Registered, item: Registered) -> bool:
    """Whether a registration of guards comes before a handler: on the same router."""
    return other.known.guards and other.on == item.on


def _flat(terms: tuple[Term, ...]) -> Iterator[Term]:
    """Functions among arguments, also those in lists and in the guards of an options object."""
    for term in terms:
        if isinstance(term, Items):
            yield from _flat(term.items)
        elif isinstance(term, Record):
            yield from _flat(tuple(v for name in GUARD_FIELDS if (v := term.get(name)) is not None))
        else:
            yield term


def _visit(
    run: Run,
    term: Term,
    wrappers: list[Guardian],
    guards: list[Guardian],
    fills: tuple[Fills, ...],
    fields: dict[str, Fills],
) -> Entry:
    """Run the guards and then the handler."""
    from isolint.prove.calling import invoke

    frame = run.entry_frame
    given = _arguments(run, term, fills, fields)
    ways, ran = _ways(run, guards, fills)
    values: dict[str, Term] = {value.name: value for value in given if isinstance(value, Input)}
    entry = entry_of(run, Role.ROUTE, [*wrappers, *guards], values, ways, ran)
    run.trace.began = run.trace.tick()
    value = invoke(run, frame, term, Given(given, (), run.entry_span))
    run.hand_on(frame, value)
    return replace(entry, inputs=entry.inputs | {"params"})


def _ways(run: Run, guards: list[Guardian], fills: tuple[Fills, ...]) -> tuple[Ways, set[str]]:
    """What is known on each way through the guards, and the names of those that could be run."""
    from isolint.prove.calling import invoke

    ways: list[Ways] = []
    ran: set[str] = set()
    frame = run.entry_frame
    for guard in guards:
        term = _function(guard.term, [], guard.place)
        if term is None:
            continue
        known = frame.known
        run.handler_calls.clear()
        given = tuple(HANDLER if value == NEXT else value for value in _arguments(run, term, (*fills, Fills.NEXT), {}))
        invoke(run, frame, term, Given(given, (), run.entry_span))
        through = run.handler_calls or [frame.known]
        found = tuple(tuple(fact for fact in way if fact not in known) for way in through)
        frame.known = known
        ran.add(guard.name)
        if any(found):
            ways.append(found[:MAX_WAYS])
    combined = list(product(*ways))[:MAX_WAYS]
    return tuple(tuple(fact for part in way for fact in part) for way in combined) or ((),), ran


def _function(value: Term, guardians: list[Guardian], place: Place) -> Term | None:
    """The function that a value is or was wrapped from; wrappers from outside the project guard it."""
    match value:
        case Entity(ref) if isinstance(ref, FunctionRef):
            return value
        case Closed() | Bound():
            return value
        case Outcome(_, _, returns):
            return next((f for held, _ in returns if (f := _function(held, guardians, place))), None)
        case Either(options, _):
            return next((f for option in options if (f := _function(option, guardians, place))), None)
        case Result(callee, _, _):
            found = next((f for o in value.operands() if (f := _function(o, guardians, place))), None)
            if found is not None:
                guardians.append(Guardian(value, guard_name(callee), place))
            return found
        case _:
            return None


def _arguments(run: Run, term: Term, fills: tuple[Fills, ...], fields: dict[str, Fills]) -> tuple[Term, ...]:
    """What the framework hands to a function, by position."""
    ref = term.ref if isinstance(term, Entity) else getattr(term, "function", None)
    parameters = run.program.function(ref).parameters if isinstance(ref, FunctionRef) else ()
    names = [parameter.name for parameter in parameters]
    if fields:
        return (Record(tuple((Literal(name), _argument(fill, name), ()) for name, fill in fields.items())),)
    return tuple(_argument(fill, names[i] if i < len(names) else "") for i, fill in enumerate(fills))


def _argument(fill: Fills, name: str) -> Term:
    """The term for one argument; `name` is the parameter's, '' for one taken apart."""
    match fill:
        case Fills.REQUEST:
            return Input(name or "request", "request")
        case Fills.NEXT:
            return NEXT
        case Fills.CONTEXT:
            return Record(((Literal("params"), Input("params", "path"), ()),))
        case Fills.SESSION:
            return Input(name or "ctx", "injected")
        case Fills.INPUT:
            return Input(name or "input", "body")
        case _:
            return Input(name or "response")
