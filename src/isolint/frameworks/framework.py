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
    `markers` name the part of a parameter by its default (`Query()`, `Header()`).
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
