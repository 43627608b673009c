"""Guards of the project in front of a handler are run themselves: what holds when they call it holds in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.code import Function
from isolint.prove.absent import MISSING
from isolint.prove.entry import Guardian
from isolint.prove.extended import FORWARD as EXTENDED
from isolint.prove.given import Given
from isolint.prove.knowing import facts
from isolint.prove.origins import is_request
from isolint.prove.promises import settled
from isolint.prove.terms import (
    NULL,
    Bound,
    Closed,
    Either,
    Entity,
    Global,
    Input,
    Literal,
    Object,
    Outcome,
    Record,
    Term,
    truth,
)
from isolint.prove.typed import instance_of

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

HANDLER = Global("the handler")
FORWARD = Global("the handler, unless it is given an error")
GUARD_METHOD = "canActivate"
"""The method of a guard that is given the context of the call."""
PERMISSION_METHODS = ("has_permission", "check_permission", "test_func")
NAMED = frozenset({"path", "injected"})
MAX_WAYS = 4

Ways = tuple[tuple[Term, ...], ...]


HANDLERS = (HANDLER, FORWARD, EXTENDED)


def pass_on(run: Run, frame: Frame, callee: Term, given: Given) -> None:
    """A guard calls what comes next: what holds here holds in the handler, and what it hands over is the context's.

    An error that is handed over ends the request. An extended client's function calls the query with its arguments.
    """
    first = given.positional[0] if given.positional else NULL
    if callee == EXTENDED:
        run.passed_on.append(first)
        return
    optional = isinstance(first, Either) and not MISSING.isdisjoint(first.options)
    if callee == FORWARD and truth(first) is not False and not optional:
        return
    run.handler_calls.append(frame.known)
    added = next((v for n in ("ctx", "context") if isinstance(first, Record) and (v := first.get(n))), None)
    for key, value, _ in added.entries if isinstance(added, Record) else ():
        if isinstance(key, Literal) and isinstance(key.value, str):
            run.overlay[Input("ctx", "injected"), key.value] = value


def ways_through(run: Run, function: Function, found: list[Guardian], values: dict[str, Term]) -> tuple[Ways, set[str]]:
    """What is known on each way through the guards to the handler, and the names of the guards that could be run."""
    ways: list[Ways] = []
    ran: set[str] = set()
    for guardian in found:
        through = _through(run, function, guardian.term, values)
        if through is not None:
            ran.add(guardian.name)
            if through and all(through):
                ways.append(through[:MAX_WAYS])
    combined = list(product(*ways))[:MAX_WAYS]
    return tuple(tuple(fact for part in way for fact in part) for way in combined) or ((),), ran


def _through(run: Run, function: Function, term: Term, values: dict[str, Term]) -> Ways | None:
    """The ways through one guard; None when it is not of the project."""
    given = _handler_arguments(run, function, values)
    if isinstance(term, Entity | Bound | Closed) and _is_decorator(run, term):
        return _decorated(run, term, given)
    if isinstance(term, Entity) and isinstance(term.ref, ClassRef):
        return _permitted(run, term.ref, values)
    if isinstance(term, Object) and isinstance(term.klass, ClassRef):
        return _permitted(run, term.klass, values)
    return None


def _is_decorator(run: Run, term: Entity | Bound | Closed) -> bool:
    ref = term.ref if isinstance(term, Entity) else term.function
    return isinstance(ref, FunctionRef) and len(run.program.function(ref).parameters) > 0


def _handler_arguments(run: Run, function: Function, values: dict[str, Term]) -> Given:
    """What the framework hands to the outermost wrapper: the view and the request in front, the URL's values and
    what other decorators pass in by name.
    """
    front = tuple(value for name, value in values.items() if name in {"self", "cls", "request", "req"})
    named = ((name, value) for name, value in (*values.items(), *_of_the_rest(values)) if _is_named(value))
    return Given(front, tuple(named), function.header)


def _of_the_rest(values: dict[str, Term]) -> Iterator[tuple[str, Term]]:
    """The values of the URL that a handler takes as `**kwargs`."""
    for held in values.values():
        for key, value, _ in held.entries if isinstance(held, Record) else ():
            if isinstance(key, Literal) and isinstance(key.value, str):
                yield key.value, value


def _is_named(value: Term) -> bool:
    return isinstance(value, Input) and value.part in NAMED


def _decorated(run: Run, term: Term, given: Given) -> Ways | None:
    from isolint.prove.calling import invoke

    frame = run.entry_frame
    known = frame.known
    wrapper = invoke(run, frame, term, Given((HANDLER,), (), given.at))
    run.handler_calls.clear()
    if isinstance(wrapper, Closed | Bound | Entity):
        settled(run, frame, invoke(run, frame, wrapper, given))
    frame.known = known
    if not run.handler_calls:
        return None
    return tuple(tuple(fact for fact in at if fact not in known) for at in run.handler_calls)


def _permitted(run: Run, klass: ClassRef, values: dict[str, Term]) -> Ways | None:
    """A permission class of the project: what holds when its method says yes."""
    from isolint.prove.calling import invoke

    if (method := run.program.method(klass, GUARD_METHOD)) is not None:
        return _activated(run, klass, method)
    for name in PERMISSION_METHODS:
        method = run.program.method(klass, name)
        if method is None or not run.can_enter(method):
            continue
        view = values.get("self", Global("view"))
        request = values.get("request", Input("request", "request"))
        answer = invoke(
            run,
            run.entry_frame,
            Bound(method, Object(klass, Record(()))),
            Given((request, view), (), run.entry_span),
        )
        return (tuple(fact for fact in facts(answer) if not isinstance(fact, Outcome)),)
    return None


def _activated(run: Run, klass: ClassRef, method: FunctionRef) -> Ways | None:
    """What holds when a guard lets a call through; what it puts into the request is the caller's."""
    from isolint.prove.calling import invoke

    if not run.can_enter(method):
        return None
    before = dict(run.overlay)
    given = Given((Input("context", "injected"),), (), run.entry_span)
    answer = invoke(run, run.entry_frame, Bound(method, instance_of(run, klass)), given)
    answer = settled(run, run.entry_frame, answer)
    run.overlay = {key: value for key, value in run.overlay.items() if key in before or not is_request(key[0])}
    return (tuple(fact for fact in facts(answer) if not isinstance(fact, Outcome)),)
