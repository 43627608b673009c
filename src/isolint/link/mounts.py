"""Which routers an application includes in which, over all files: `app.include_router(router, dependencies=[…])`,
`app.use("/path", guard, router)`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from isolint.link.symbols import FunctionRef, VariableRef
from isolint.model.code import (
    Assign,
    Attribute,
    Await,
    Call,
    Constant,
    Evaluate,
    Expression,
    Function,
    Name,
    Return,
    Statement,
)

if TYPE_CHECKING:
    from isolint.link.program import Program

INCLUDES = frozenset({"include_router", "add_router", "use", "route", "register", "mount"})
INCLUDES_ONLY = frozenset({"include_router", "add_router"})
GUARDS = frozenset({"use"})
MAKERS = frozenset("express fastify hono openapihono elysia koa application blueprint".split())
MODULE_LEVEL = "<module>"
MAX_WAYS = 8
MAX_NESTED = 6


class Router(NamedTuple):
    """An application or router: a name of a file, or of one of its functions (`qualname`); the name '' stands for
    whatever router a function makes or is given.
    """

    path: str
    qualname: str
    name: str


class Mount(NamedTuple):
    """One step outwards from a handler: `call` made the router, included it as its argument number `inner`, or put
    guards in front of what comes after it; it stands in `path`.
    """

    path: str
    call: Call
    inner: int = -1


class _Inclusion(NamedTuple):
    outer: Router
    mount: Mount
    before: tuple[Mount, ...]


class Mounts:
    """Answers on which ways requests come to a router. Routers that nobody includes are entered directly."""

    def __init__(self, program: Program) -> None:
        self._made: dict[Router, Mount] = {}
        self._included: dict[Router, list[_Inclusion]] = defaultdict(list)
        self._guarding: dict[Router, list[Mount]] = defaultdict(list)
        self._program = program
        for ref, function in program.functions():
            if ref.qualname == MODULE_LEVEL or not INCLUDES.isdisjoint(function.calls):
                self._read(ref.path, function)

    def _read(self, path: str, function: Function) -> None:
        for statement in function.body:
            value = statement.value if isinstance(statement, Assign | Evaluate | Return) else None
            if isinstance(value, Await):
                value = value.value
            if not isinstance(value, Call):
                continue
            named = statement.target.id if isinstance(statement, Assign) and isinstance(statement.target, Name) else ""
            if named:
                self._made[Router(path, function.qualname, named)] = Mount(path, value)
            for call in _chain(value):
                self._include(path, function, call, named)

    def _include(self, path: str, function: Function, call: Call, named: str) -> None:
        """Note what a call includes; `named` is what the chain that it is part of is assigned to."""
        outer = self._outer(path, function, call, named)
        if outer is None:
            return
        assert isinstance(call.function, Attribute)
        for index, argument in enumerate(call.arguments):
            inner = self._inner(path, function, argument.value) if argument.name in {"", "router"} else None
            if inner is not None and call.function.name not in INCLUDES_ONLY and not self._is_router(inner):
                continue
            if inner is not None and inner != outer and not argument.stars:
                before = tuple(guard for guard in self._guarding[outer] if covers(guard.call, call))
                self._included[inner].append(_Inclusion(outer, Mount(path, call, index), before))
                return
        if call.function.name in GUARDS:
            self._guarding[outer].append(Mount(path, call))

    def _outer(self, path: str, function: Function, call: Call, named: str) -> Router | None:
        base: Expression = call
        while isinstance(base, Call | Attribute):
            base = base.function if isinstance(base, Call) else base.base
        if not isinstance(base, Name):
            return None
        parameter = any(p.name == base.id for p in function.parameters)
        if parameter and function.qualname != MODULE_LEVEL:
            return Router(path, function.qualname, base.id)
        found = self._router(path, function, base)
        return found or (Router(path, function.qualname, named) if named else None)

    def _inner(self, path: str, function: Function, given: Expression) -> Router | None:
        """The router that an argument is; a guard, which is a variable or a function too, is none."""
        if isinstance(given, Call):
            symbol = self._program.resolve(path, given.function)
            return Router(symbol.path, symbol.qualname, "") if isinstance(symbol, FunctionRef) else None
        symbol = self._program.resolve(path, given)
        if isinstance(symbol, FunctionRef):
            return Router(symbol.path, symbol.qualname, "")
        return self._router(path, function, given)

    def _is_router(self, router: Router) -> bool:
        """Whether handlers are registered on it: a router that is made, or what a function makes or is given."""
        if not router.name:
            return not PLUGIN_CALLS.isdisjoint(self._program.modules[router.path].functions[router.qualname].calls)
        value = self._assigned(router)
        while isinstance(value, Call) and isinstance(value.function, Attribute):
            if _is_maker(value.function.name):
                return True
            value = value.function.base
        return isinstance(value, Call) and isinstance(value.function, Name) and _is_maker(value.function.id)

    def _assigned(self, router: Router) -> Expression | None:
        if router.qualname == MODULE_LEVEL:
            return self._program.modules[router.path].variables.get(router.name)
        function = self._program.modules[router.path].functions[router.qualname]
        return next((s.value for s in function.body if isinstance(s, Assign) and _is_assignment(s, router.name)), None)

    def _router(self, path: str, function: Function, expression: Expression) -> Router | None:
        if isinstance(expression, Name) and function.qualname != MODULE_LEVEL and _assigns(function, expression.id):
            return Router(path, function.qualname, expression.id)
        symbol = self._program.resolve(path, expression)
        return Router(symbol.path, MODULE_LEVEL, symbol.name) if isinstance(symbol, VariableRef) else None

    def ways_of(self, router: Router) -> list[tuple[Mount, ...]]:
        """The ways from a router outwards to an application, each with the calls that make and include routers."""
        return list(self._ways(router, MAX_NESTED))[:MAX_WAYS]

    def _ways(self, router: Router, nested: int) -> Iterator[tuple[Mount, ...]]:
        made = self._made.get(router)
        own = (made,) if made is not None else ()
        included = self._inclusions(router) if nested else []
        for outer, mount, before in included:
            for way in self._ways(outer, nested - 1):
                yield (*own, *before, mount, *way)
        if not included:
            yield own

    def _inclusions(self, router: Router) -> list[_Inclusion]:
        found = self._included.get(router, [])
        if router.qualname != MODULE_LEVEL:
            found = found + self._included.get(router._replace(name=""), [])
        return found


PLUGIN_CALLS = frozenset("get post put patch delete all route register addHook".split())


def _is_maker(name: str) -> bool:
    return "router" in name.lower() or name.lower() in MAKERS


def _chain(call: Call) -> list[Call]:
    """The including calls of a chain, innermost first: `new Hono().use(guard).route("/x", router)`."""
    found: list[Call] = []
    current: Expression = call
    while isinstance(current, Call) and isinstance(current.function, Attribute):
        if current.function.name in INCLUDES:
            found.insert(0, current)
        current = current.function.base
    return found


def prefix_of(call: Call) -> str:
    """The path that a call is about, '' for all."""
    first = call.arguments[0].value if call.arguments else None
    text = first.value if isinstance(first, Constant) and isinstance(first.value, str) else ""
    return text.rstrip("*").rstrip("/")


def covers(guard: Call, call: Call) -> bool:
    """Whether a guard stands in front of what a call registers, by the paths that the two are about."""
    return prefix_of(call).startswith(prefix_of(guard))


def _assigns(function: Function, name: str) -> bool:
    return any(_is_assignment(statement, name) for statement in function.body)


def _is_assignment(statement: Statement, name: str) -> bool:
    return isinstance(statement, Assign) and isinstance(statement.target, Name) and statement.target.id == name
