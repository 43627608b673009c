"""How a framework is described: what makes a function an entry point, and where its inputs come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from isolint.model.access import Role


class Part(StrEnum):
    """The part of a request that a value comes from."""

    PATH = "path"
    QUERY = "query"
    BODY = "body"
    HEADER = "header"
    COOKIE = "cookie"


class Fills(StrEnum):
    """What a framework hands to a handler: the request, the response, what goes on to the next handler, the context of
    the call (an object of the request, the route's parameters and the like), the caller's session, the parsed input, a
    job's message, the path's parameters, or the one of them that a guard is registered for.
    """

    REQUEST = "request"
    RESPONSE = "response"
    NEXT = "next"
    CONTEXT = "context"
    SESSION = "session"
    INPUT = "input"
    MESSAGE = "message"
    PARAMS = "params"
    PARAMETER = "parameter"


@dataclass(frozen=True, slots=True)
class Registration:
    """A call that hands functions to the framework: `router.get("/path", guard, …, handler)`.

    `methods` are names of the methods, `functions` of functions and constructors (`new Worker("name", handler)`); with
    `path` its first argument is a text. The functions before the last are guards, and with `guards` all of them are
    (`router.use(guard)`), with `parameter` only for paths with the parameter that is named first. `fills` are what the
    handler is given by position; `fields`, where there are any, those of the one object that it is given. `options` are
    entries of an object among the arguments that hold the handler (`{ preHandler, handler }`).
    With `chained` it is called on what earlier calls have built (`procedure.use(guard).input(schema).query(handler)`).
    """

    fills: tuple[Fills, ...] = ()
    methods: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    path: bool = True
    guards: bool = False
    parameter: bool = False
    chained: bool = False
    options: frozenset[str] = frozenset()
    fields: dict[str, Fills] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework.

    `decorators`: last names of decorators that make an entry point; `routing` of calls that make one of the function
    that they are given beside a URL, in their own way to fill its parameters. `bases`: endings of base class
    names whose `methods` are entry points. `request` maps an attribute or method of the request object to the part it
    reads; any other attribute was put there by a middleware. `requests`: dotted names of request objects that are
    imported, `readers` of functions that give the part of the request. `session`: dotted names of objects that hold
    the caller's verified identity. `injectors`: calls in defaults or annotations whose argument makes the value.
    `markers` name the part of a parameter by its default or decorator (`Query()`, `@Param()`).
    `exports` are names that a file called one of `files` (without its extension; none means any), below a folder
    called one of `below` (none: anywhere), exports as entry points, which are handed `fills`, or one object of
    `fields`. `directives` are texts that make a function whose body they begin, or all that a file exports, entry
    points (`"use server"`). `registrations` are calls that hand functions to the framework. `maps` are names
    of objects whose functions are entry points (`Query: { users: resolver }`).
    Handlers whose parameters are filled by decorators: `whole` names those that give the request itself, `makers` the
    functions that make such decorators, `getters` the methods that lead from a call's context to its request,
    `arguments` those that lead to all that the handler is given in the request's body;
    `guarding` decorators list the guards, `global_guards` are how the application names its own, and `opening`
    decorators let everybody in.
    `verbs` gives the HTTP method of requests that a method of a class serves, where its name tells.
    """

    name: str
    role: Role = Role.ROUTE
    decorators: frozenset[str] = frozenset()
    routing: frozenset[str] = frozenset()
    bases: tuple[str, ...] = ()
    methods: frozenset[str] = frozenset()
    request: dict[str, Part] = field(default_factory=dict)
    requests: frozenset[str] = frozenset()
    readers: dict[str, Part] = field(default_factory=dict)
    session: frozenset[str] = frozenset()
    injectors: frozenset[str] = frozenset()
    markers: dict[str, Part] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()
    exports: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    fills: tuple[Fills, ...] = ()
    fields: dict[str, Fills] = field(default_factory=dict)
    maps: frozenset[str] = frozenset()
    directives: frozenset[str] = frozenset()
    registrations: tuple[Registration, ...] = ()
    verbs: dict[str, str] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    makers: frozenset[str] = frozenset()
    getters: frozenset[str] = frozenset()
    arguments: frozenset[str] = frozenset()
    guarding: frozenset[str] = frozenset()
    global_guards: frozenset[str] = frozenset()
    opening: frozenset[str] = frozenset()

    @property
    def exporting(self) -> Registration:
        """What exported entry points are handed, as if they were registered."""
        return Registration(fills=self.fills, fields=self.fields, path=False)
