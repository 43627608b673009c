"""Functions that become entry points where they are handed over by name: `Route("/x", f)`, `add_url_rule("/x", …)`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from isolint.frameworks import FRAMEWORKS
from isolint.frameworks.framework import Framework
from isolint.link import Program
from isolint.link.questions import question
from isolint.link.symbols import FunctionRef
from isolint.model.code import Call, Constant, Expression, Function
from isolint.model.walk import nodes
from isolint.orms.declare import last_name
from isolint.prove.roles import route_path

ROUTING = {name: framework for framework in FRAMEWORKS for name in framework.routing}
MAX_WRAPPED = 5


@dataclass(frozen=True, slots=True)
class Routed:
    """A call of a file (`path`) that makes a function an entry point; `wrappers` are the calls around the function."""

    path: str
    framework: Framework
    call: Call
    url: str
    wrappers: tuple[Call, ...]


def url_of(program: Program, ref: FunctionRef, function: Function) -> str:
    """The URL templates of a route, as its decorators or the calls that register it give them."""
    return " ".join((route_path(function), *(one.url for one in registrations(program, *ref))))


@question
def registrations(program: Program, path: str, qualname: str) -> tuple[Routed, ...]:
    """The calls that register a function as an entry point."""
    return _routed(program).get(FunctionRef(path, qualname), ())


@question
def _routed(program: Program) -> dict[FunctionRef, tuple[Routed, ...]]:
    """The registrations of each function that is registered anywhere."""
    found: dict[FunctionRef, list[Routed]] = defaultdict(list)
    for ref, function in program.functions():
        if ROUTING.keys().isdisjoint(function.calls):
            continue
        for node in nodes(function):
            framework = ROUTING.get(last_name(node.function)) if isinstance(node, Call) else None
            if framework is not None and isinstance(node, Call):
                for target, one in _registered(program, ref.path, framework, node):
                    found[target].append(one)
    return {ref: tuple(ways) for ref, ways in found.items()}


def _registered(program: Program, path: str, framework: Framework, call: Call) -> Iterator[tuple[FunctionRef, Routed]]:
    """The function that a call with a URL hands over, whichever of its arguments is which."""
    values = [argument.value for argument in call.arguments]
    texts = [v.value for v in values if isinstance(v, Constant) and isinstance(v.value, str)]
    for value in values if texts else ():
        target, wrappers = _unwrapped(value)
        symbol = program.resolve(path, target)
        if isinstance(symbol, FunctionRef):
            yield symbol, Routed(path, framework, call, texts[0], wrappers)
            return


def _unwrapped(value: Expression) -> tuple[Expression, tuple[Call, ...]]:
    """`f` of `login_required(f)`, and the calls around it."""
    wrappers: list[Call] = []
    while isinstance(value, Call) and value.arguments and len(wrappers) < MAX_WRAPPED:
        wrappers.append(value)
        value = value.arguments[0].value
    return value, tuple(wrappers)
