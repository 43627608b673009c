"""Which entry point brings which access about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from isolint.link import Program
from isolint.link.symbols import FunctionRef
from isolint.model.access import Role
from isolint.model.code import Call, Constant, Function
from isolint.model.evidence import Step
from isolint.model.routes import Reach, Route
from isolint.model.source import Place, Span
from isolint.model.walk import body_of
from isolint.orms.declare import last_name
from isolint.prove.contexts import Judged

ENTERED = frozenset({Role.ROUTE, Role.JOB})
FILES = {"route", "page", "layout", "+server", "+page", "index"}
"""Names of files that stand for their folder in the URL."""
TREES = ("app", "pages", "routes")
GROUP = re.compile(r"\(.*\)")
MODULE_LEVEL = "<module>"


def route_of(program: Program, ref: FunctionRef, door: Place | None, role: Role) -> Route:
    """The entry point: the function itself, or what stands at the `door` where a file exports or registers it."""
    function = program.modules[ref.path].functions.get(ref.qualname)
    if door is None or (function is not None and ref.qualname != MODULE_LEVEL and door.span == function.header):
        assert function is not None
        return Route(
            ref.path, function.header.line, function.qualname, _decorated(function) or _address(ref.path), role
        )
    name = _exported(program, door)
    call = _registering(function, door) if function is not None and not name else None
    if call is not None:
        address = next((text for text in _texts(call) if text.startswith("/")), "")
        return Route(door.path, door.span.line, last_name(call.function).upper(), address, role)
    name = name or _beginning(program, door) or f"line {door.span.line}"
    return Route(door.path, door.span.line, name, _address(door.path), role)


def reaches(judged: Iterable[tuple[Route, Judged]]) -> tuple[Reach, ...]:
    """Each access of each entry point once, the worst way first in line."""
    found: dict[tuple[object, ...], Reach] = {}
    for route, way in judged:
        if route.role in ENTERED:
            item = _reach(route, way)
            key = (route, item.table, item.place.path, item.place.span[:2])
            if key not in found or _rank(item) > _rank(found[key]):
                found[key] = item
    return tuple(sorted(found.values(), key=lambda item: (item.route, item.table, item.place.path, item.place.span)))


def _rank(item: Reach) -> int:
    return list(type(item.confinement)).index(item.confinement)


def _reach(route: Route, way: Judged) -> Reach:
    calls = (Step("called from here", frame) for frame in way.frames[1:])
    trail = (*way.found.steps, *calls)
    return Reach(route, way.table, way.operation, way.frames[0], way.found.reason, way.found.subject, trail)


def _registering(function: Function, door: Place) -> Call | None:
    """The call that hands the handler over."""
    return next((call for call in body_of(function).of(Call) if call.at == door.span), None)


def _exported(program: Program, door: Place) -> str:
    """The name under which the file exports what stands at the door."""
    module = program.modules[door.path]
    for name, export in module.exports.items():
        function, value = module.functions.get(export.local), module.variables.get(export.local)
        if door.span in (function.header if function else None, value.at if value else None):
            return name
    return ""


def _beginning(program: Program, door: Place) -> str:
    """The function that begins at the door."""
    functions = program.modules[door.path].functions.values()
    return next((function.qualname for function in functions if _starts_at(function, door.span)), "")


def _starts_at(function: Function, span: Span) -> bool:
    return function.header == span or function.at[:2] == span[:2]


def _decorated(function: Function) -> str:
    """The URL in a decorator: `@router.get("/campaigns")`."""
    for decorator in function.decorators:
        texts = _texts(decorator) if isinstance(decorator, Call) else iter(())
        if (first := next(texts, None)) is not None and first.startswith("/"):
            return first
    return ""


def _texts(call: Call) -> Iterator[str]:
    values = (argument.value for argument in call.arguments)
    return (value.value for value in values if isinstance(value, Constant) and isinstance(value.value, str))


def _address(path: str) -> str:
    """The URL that a file's place in a tree of routes gives."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    roots = [at for at, part in enumerate(parts[:-1]) if part in TREES]
    if not roots or PurePosixPath(path).suffix == ".py":
        return ""
    below = parts[roots[0] + 1 :]
    if below[-1] in FILES:
        below = below[:-1]
    return "/" + "/".join(part for part in below if not GROUP.fullmatch(part))
