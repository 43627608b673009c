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
    the call (an object of the request, the route's parameters and the like), the caller's session, or the parsed input.
    """

    REQUEST = "request"
    RESPONSE = "response"
    NEXT = "next"
    CONTEXT = "context"
    SESSION = "session"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Registration:
    """A call that hands functions to the framework: `router.get("/path", guard, …, handler)`.

    `methods` are names of the methods; with `path` its first argument is a text. The functions before the last are
    guards, and with `guards` all of them are (`router.use(guard)`). `fills` are what the handler is given by position;
    `fields`, where there are any, those of the one object that it is given.
    """

    methods: frozenset[str]
    fills: tuple[Fills, ...]
    path: bool = True
    guards: bool = False
    fields: dict[str, Fills] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework.

    `decorators`: last names of decorators that make an entry point. `bases`: endings of base class names whose
    `methods` are
    entry points. `request` maps an attribute or method of the request object to the part it reads; any other
    attribute was
    put there by a middleware. `requests`: dotted names of request objects that are imported. `session`: dotted
    names of objects that hold
    the caller's verified identity. `injectors`: calls in defaults or annotations whose argument makes the value.
    `markers` name the part of a parameter by its default or decorator (`Query()`, `@Param()`).
    `exports` are names that a file called one of `files` (without its extension; none means any), below a folder
    called one of `below` (none: anywhere), exports as entry points, which are handed `fills`. `directives` are texts
    that make a function whose body they begin, or all that a file exports, entry points (`"use server"`).
    `registrations` are calls that hand functions to the framework.
    `markers` name the part of a parameter by its default (`Query()`, `Header()`).
    `verbs` gives the HTTP method of requests that a method of a class serves, where its name tells.
    """

    name: str
    role: Role = Role.ROUTE
    decorators: frozenset[str] = frozenset()
    bases: tuple[str, ...] = ()
    methods: frozenset[str] = frozenset()
    request: dict[str, Part] = field(default_factory=dict)
    requests: frozenset[str] = frozenset()
    session: frozenset[str] = frozenset()
    injectors: frozenset[str] = frozenset()
    markers: dict[str, Part] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()
    exports: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    fills: tuple[Fills, ...] = ()
    directives: frozenset[str] = frozenset()
    registrations: tuple[Registration, ...] = ()
    verbs: dict[str, str] = field(default_factory=dict)
