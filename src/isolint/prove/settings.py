"""What the settings of a Django project put in front of all of its handlers."""

from __future__ import annotations

import posixpath

from isolint.link import Program
from isolint.link.questions import question
from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.code import Constant, Expression, Mapping, Name, Sequence
from isolint.model.identifiers import split
from isolint.model.walk import nodes
from isolint.orms.declare import text

REST = "REST_FRAMEWORK"
MIDDLEWARE = "MIDDLEWARE"
AUTHENTICATING = frozenset("auth authentication authenticate login session token".split())
DENIALS = frozenset({401, 403, "HTTP_401_UNAUTHORIZED", "HTTP_403_FORBIDDEN", "HttpResponseForbidden"})
DENIAL_WORDS = frozenset("unauthorized unauthorised unauthenticated forbidden denied".split())


def default_classes(program: Program, path: str, name: str) -> tuple[ClassRef, ...]:
    """The project's classes that `REST_FRAMEWORK[name]` of the settings nearest to `path` lists."""
    for settings in _settings(program, path):
        rest = program.modules[settings].variables.get(REST)
        for entry in rest.entries if isinstance(rest, Mapping) else ():
            if text(entry.key) == name:
                return _listed(program, settings, entry.value)
    return ()


def middleware(program: Program, path: str) -> tuple[ClassRef, ...]:
    """The project's middleware classes that the settings nearest to `path` list."""
    settings = next(iter(_settings(program, path)), "")
    return _listed(program, settings, program.modules[settings].variables.get(MIDDLEWARE)) if settings else ()


def is_closed(program: Program, path: str) -> bool:
    """Whether a middleware of the project finds out who is calling and sends all others away."""
    return _is_closed(program, next(iter(_settings(program, path)), ""))


@question
def _is_closed(program: Program, settings: str) -> bool:
    listed = middleware(program, settings) if settings else ()
    return any(set(split(ref.name)) & AUTHENTICATING and _denies(program, ref) for ref in listed)


def _denies(program: Program, ref: ClassRef) -> bool:
    for method in program.klass(ref).methods:
        for node in nodes(program.function(FunctionRef(ref.path, method))):
            named = getattr(node, "value", None) if isinstance(node, Constant) else getattr(node, "name", "")
            named = node.id if isinstance(node, Name) else named
            if named in DENIALS or (isinstance(named, str) and DENIAL_WORDS & set(split(named))):
                return True
    return False


def _settings(program: Program, path: str) -> list[str]:
    """The settings modules that say something of this, the one with the longest folder in common first."""
    return sorted(_telling(program), key=lambda other: (-len(posixpath.commonpath([other, path])), other))


@question
def _telling(program: Program) -> tuple[str, ...]:
    return tuple(
        candidate
        for candidate in program.modules
        if "settings" in candidate and {REST, MIDDLEWARE} & program.modules[candidate].variables.keys()
    )


def _listed(program: Program, settings: str, listed: Expression | None) -> tuple[ClassRef, ...]:
    """Classes of the project in a list of dotted names, some of which are given by other variables."""
    variables = program.modules[settings].variables
    found = []
    for item in listed.items if isinstance(listed, Sequence) else ():
        dotted = text(variables.get(item.id) if isinstance(item, Name) else item)
        symbol = program.named(settings, dotted)
        if isinstance(symbol, ClassRef):
            found.append(symbol)
    return tuple(found)
