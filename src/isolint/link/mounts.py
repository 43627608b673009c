"""Which routers an application includes in which, over all files: `app.include_router(router, dependencies=[…])`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from isolint.link.symbols import VariableRef
from isolint.model.code import Assign, Attribute, Await, Call, Evaluate, Expression, Function, Name, Statement

if TYPE_CHECKING:
    from isolint.link.program import Program

INCLUDES = frozenset({"include_router", "add_router"})
MODULE_LEVEL = "<module>"
MAX_WAYS = 8
MAX_NESTED = 6


class Router(NamedTuple):
    """An application or router: a name of a file, or of one of its functions (`qualname`)."""

    path: str
    qualname: str
    name: str


class Mount(NamedTuple):
    """One step outwards from a handler: `call` made the router or included it, and stands in `path`."""

    path: str
    call: Call


class Mounts:
    """Answers on which ways requests come to a router. Routers that nobody includes are entered directly."""

    def __init__(self, program: Program) -> None:
        self._made: dict[Router, Mount] = {}
        self._included: dict[Router, list[tuple[Router, Mount]]] = defaultdict(list)
        self._program = program
        for ref, function in program.functions():
            if ref.qualname == MODULE_LEVEL or not INCLUDES.isdisjoint(function.calls):
                self._read(ref.path, function)

    def _read(self, path: str, function: Function) -> None:
        for statement in function.body:
            value = statement.value if isinstance(statement, Assign | Evaluate) else None
            if isinstance(value, Await):
                value = value.value
            if not isinstance(value, Call):
                continue
            if isinstance(statement, Assign) and isinstance(statement.target, Name):
                self._made[Router(path, function.qualname, statement.target.id)] = Mount(path, value)
            elif _is_include(value):
                self._include(path, function, value)

    def _include(self, path: str, function: Function, call: Call) -> None:
        assert isinstance(call.function, Attribute)
        outer = self._router(path, function, call.function.base)
        given = next((a.value for a in call.arguments if not a.stars and a.name in {"", "router"}), None)
        inner = self._router(path, function, given) if given is not None else None
        if outer is not None and inner is not None:
            self._included[inner].append((outer, Mount(path, call)))

    def _router(self, path: str, function: Function, expression: Expression) -> Router | None:
        if isinstance(expression, Name) and function.qualname != MODULE_LEVEL and _assigns(function, expression.id):
            return Router(path, function.qualname, expression.id)
        symbol = self._program.resolve(path, expression)
        return Router(symbol.path, MODULE_LEVEL, symbol.name) if isinstance(symbol, VariableRef) else None

    def ways(self, variable: VariableRef) -> list[tuple[Mount, ...]]:
        """The ways from a router outwards to an application, each with the calls that make and include routers."""
        return list(self._ways(Router(variable.path, MODULE_LEVEL, variable.name), MAX_NESTED))[:MAX_WAYS]

    def _ways(self, router: Router, nested: int) -> Iterator[tuple[Mount, ...]]:
        made = self._made.get(router)
        own = (made,) if made is not None else ()
        included = self._included.get(router, ()) if nested else ()
        for outer, mount in included:
            for way in self._ways(outer, nested - 1):
                yield (*own, mount, *way)
        if not included:
            yield own


def _is_include(call: Call) -> bool:
    return isinstance(call.function, Attribute) and call.function.name in INCLUDES


def _assigns(function: Function, name: str) -> bool:
    return any(_is_assignment(statement, name) for statement in function.body)


def _is_assignment(statement: Statement, name: str) -> bool:
    return isinstance(statement, Assign) and isinstance(statement.target, Name) and statement.target.id == name
