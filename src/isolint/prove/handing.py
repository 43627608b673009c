"""Visits to handlers: what is handed over is evaluated, its guards run, then the handler with what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from isolint.link.symbols import FunctionRef
from isolint.model.access import Role
from isolint.model.source import Place
from isolint.prove.ambient import Settings
from isolint.prove.case import Entry
from isolint.prove.entry import Guardian
from isolint.prove.evaluate import evaluate
from isolint.prove.filling import arguments, handed_over, unwrapped
from isolint.prove.frame import Trace
from isolint.prove.given import Given
from isolint.prove.guarded import entry_of
from isolint.prove.guardrun import MAX_WAYS, Ways
from isolint.prove.handlers import MODULE_LEVEL, Handler
from isolint.prove.promises import settled
from isolint.prove.registering import Registered, guards_before, name_of_guard, own_functions
from isolint.prove.starting import queued
from isolint.prove.terms import NULL, Closed, Global, Input, Outcome, Pending, Record, Term

if TYPE_CHECKING:
    from isolint.prove.run import Run

NEXT = Global("the next handler")


def visit_exported(run: Run, handler: Handler) -> Iterator[Entry]:
    """Run an exported handler; nothing when no function of the project can be seen in what is exported."""
    place = Place(handler.path, handler.at)
    run.prepare_at(FunctionRef(handler.path, MODULE_LEVEL), handler.at)
    framework = handler.framework
    item = Registered(framework, framework.exporting, Global(""), Given((), (), handler.at), place)
    value = evaluate(run, run.entry_frame, handler.value)
    held = [v for _, v, _ in value.entries] if isinstance(value, Record) else [value]
    for one in held:
        guardians: list[Guardian] = []
        term = unwrapped(one, guardians, place)
        if term is not None:
            run.handed = handed_over(run, one)
            yield _visit(run, item, term, guardians, [])


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
        run.settings = Settings()
        run.prepare_at(ref, item.place.span)
        before = guards_before(run, item, found[:number])
        own, last = own_functions(item)
        guardians: list[Guardian] = []
        term = unwrapped(last, guardians, item.place)
        if term is not None:
            guards = [(Guardian(guard, name_of_guard(run, guard), item.place), item) for guard in own]
            run.handed = handed_over(run, last)
            yield _visit(run, item, term, guardians, [*before, *guards])


def run_methods(run: Run, made: Term) -> None:
    """Run the methods of an object that the entry point has made, each with what only its callers know."""
    from isolint.prove.calling import invoke

    frame, known = run.entry_frame, run.entry_frame.known
    run.door = Place(frame.path, run.entry_span)
    ways = [value for value, _ in made.returns] if isinstance(made, Outcome) else [made]
    for way in ways:
        for _, value, _ in way.entries if isinstance(way, Record) else ():
            if isinstance(value, Closed):
                invoke(run, frame, value, Given((), (), run.entry_span))
                frame.known = known


def _visit(
    run: Run, item: Registered, term: Term, wrappers: list[Guardian], guards: list[tuple[Guardian, Registered]]
) -> Entry:
    """Run the guards and then the handler."""
    from isolint.prove.calling import invoke

    given = arguments(run, item, term)
    ways, ran = _ways(run, guards, term)
    values: dict[str, Term] = {value.name: value for value in given if isinstance(value, Input)}
    all_guards = [*wrappers, *(guard for guard, _ in guards)]
    entry = entry_of(run, item.framework.role, all_guards, values, ways, ran)
    run.trace.began = run.trace.tick()
    run.door = Place(run.entry_frame.path, run.entry_span)
    if isinstance(item.on, Global) and not all_guards:
        run.entry_frame.boundary = queued(run, run.entry_frame, item.on.name, term, item.given)
    value = invoke(run, run.entry_frame, term, Given(given, (), run.entry_span))
    run.hand_on(run.entry_frame, value)
    if item.framework.role is Role.ROUTE:
        entry = replace(entry, inputs=entry.inputs | {"params"})
    return replace(entry, home=item.place.path)


def _ways(run: Run, guards: list[tuple[Guardian, Registered]], handler: Term) -> tuple[Ways, set[str]]:
    """What is known on each way through the guards, and the names of those that could be run."""
    ways: list[Ways] = []
    ran: set[str] = set()
    for guard, item in guards:
        term = unwrapped(guard.term, [], guard.place)
        if term is None:
            continue
        found = _through(run, item, term, handler)
        ran.add(guard.name)
        if any(found):
            ways.append(found[:MAX_WAYS])
    combined = list(product(*ways))[:MAX_WAYS]
    return tuple(tuple(fact for part in way for fact in part) for way in combined) or ((),), ran


def _through(run: Run, item: Registered, term: Term, handler: Term) -> Ways:
    """What holds on the ways through one guard: where it calls what comes next or, without that, returns nothing."""
    from isolint.prove.calling import invoke

    frame = run.entry_frame
    known = frame.known
    run.handler_calls.clear()
    given = arguments(run, item, term, handler)
    value = settled(run, frame, invoke(run, frame, term, Given(given, (), run.entry_span)))
    through = run.handler_calls or _returning(value) or [frame.known]
    found = tuple(tuple(fact for fact in way if fact not in known) for way in through)
    frame.known = known
    return found


def _returning(value: Term) -> list[tuple[Term, ...]]:
    """What is known where a guard returns nothing, when elsewhere it returns the answer itself."""
    value = value.value if isinstance(value, Pending) else value
    returns = value.returns if isinstance(value, Outcome) else ()
    return [known for returned, known in returns if returned == NULL] if len(returns) > 1 else []
