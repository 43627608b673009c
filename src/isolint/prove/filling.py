"""What a framework hands to the functions that it calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isolint.frameworks.framework import Fills
from isolint.link.mounts import MODULE_LEVEL
from isolint.link.symbols import FunctionRef
from isolint.model.code import Parameter
from isolint.model.source import Place
from isolint.prove.chains import chain
from isolint.prove.entry import Guardian, guard_name
from isolint.prove.guardrun import FORWARD, HANDLER
from isolint.prove.shapes import shaped_by
from isolint.prove.terms import (
    Bound,
    Closed,
    Either,
    Entity,
    Global,
    Input,
    Literal,
    Member,
    Outcome,
    Pending,
    Record,
    Result,
    Term,
    Unknown,
    walk,
)

if TYPE_CHECKING:
    from isolint.prove.registering import Registered
    from isolint.prove.run import Run

NEXT = Global("the next handler")
OTHERS = (None, Unknown("what else the framework hands over"), ())
NEXT_NAMES = frozenset({"next", "_next", "done"})
MAX_PARTS = 60
INPUT_METHODS = frozenset({"input", "inputSchema", "schema"})


def unwrapped(value: Term, guardians: list[Guardian], place: Place) -> Term | None:
    """The function that a value is or was wrapped from; wrappers from outside the project guard it."""
    match value:
        case Entity(ref) if isinstance(ref, FunctionRef):
            return value
        case Closed() | Bound():
            return value
        case Pending(inner):
            return unwrapped(inner, guardians, place)
        case Outcome(_, _, returns):
            return next((f for held, _ in returns if (f := unwrapped(held, guardians, place))), None)
        case Either(options, _):
            return next((f for option in options if (f := unwrapped(option, guardians, place))), None)
        case Result(callee, _, _):
            found = next((f for o in value.operands() if (f := unwrapped(o, guardians, place))), None)
            if found is not None:
                guardians.append(Guardian(value, guard_name(callee), place))
            return found
        case _:
            return None


def handed_over(run: Run, value: Term) -> frozenset[FunctionRef]:
    """The functions in what is handed over: the framework calls them, not the wrapper that they are given to."""
    found = set(_functions(value))
    for made in [part for part in walk(value, MAX_PARTS) if isinstance(part, Closed)]:
        wrapper = run.frames[made.frame] if 0 <= made.frame < len(run.frames) else None
        names = wrapper.names if wrapper is not None and wrapper.function.qualname != MODULE_LEVEL else {}
        found |= {ref for held in names.values() for ref in _functions(held)}
    return frozenset(found)


def _functions(value: Term) -> Iterator[FunctionRef]:
    for part in walk(value, MAX_PARTS):
        if isinstance(part, Closed):
            yield part.function
        elif isinstance(part, Entity) and isinstance(part.ref, FunctionRef):
            yield part.ref


def arguments(run: Run, item: Registered, term: Term, handler: Term | None = None) -> tuple[Term, ...]:
    """What the framework hands to a function, by position; to a guard what it hands to the handler behind it."""
    own = _parameters(run, term)
    names = [parameter.name for parameter in own]
    if handler is not None:
        shared = [parameter.name for parameter in _parameters(run, handler)]
        names = [*shared[:1], *names[1:]] if shared[:1] != [""] else names
    if item.known.fields:
        entries = tuple(
            (Literal(name), _field(item, name, fill, handler), ()) for name, fill in item.known.fields.items()
        )
        extra = (_field(item, "input", Fills.INPUT, handler),) if len(own) > 1 else ()
        return (Record((*entries, OTHERS)), *extra)
    forward = FORWARD if handler is not None else NEXT
    found: list[Term] = []
    for index, fill in enumerate(item.known.fills):
        name = names[index] if index < len(names) else ""
        if name in NEXT_NAMES or fill is Fills.NEXT:
            found.append(forward)
        elif fill is Fills.PARAMETER:
            found.append(Member(Member(found[0], "params"), item.subject))
        else:
            found.append(_argument(fill, name))
    return tuple(found)


def _parameters(run: Run, term: Term) -> tuple[Parameter, ...]:
    ref = term.ref if isinstance(term, Entity) else getattr(term, "function", None)
    return run.program.function(ref).parameters if isinstance(ref, FunctionRef) else ()


def _field(item: Registered, name: str, fill: Fills, handler: Term | None) -> Term:
    """One entry of the object that a function is given."""
    if fill is Fills.NEXT:
        return HANDLER if handler is not None else NEXT
    if fill is Fills.INPUT:
        schemas = [call.arguments[0] for method, call in chain(item.on) if method in INPUT_METHODS and call.arguments]
        return shaped_by(schemas, Input("input", "body"))
    if fill is Fills.SESSION:
        return Input("ctx", "injected")
    return _argument(fill, name)


def _argument(fill: Fills, name: str) -> Term:
    """The term for one argument; `name` is the parameter's, '' for one taken apart."""
    match fill:
        case Fills.REQUEST:
            return Input(name or "request", "request")
        case Fills.CONTEXT:
            return Record(((Literal("params"), Input("params", "path"), ()), OTHERS))
        case Fills.PARAMS:
            return Input(name or "params", "path")
        case Fills.SESSION:
            return Input(name or "ctx", "injected")
        case Fills.INPUT:
            return Input(name or "input", "body")
        case Fills.MESSAGE:
            return Input(name or "job")
        case _:
            return Input(name or "response")
