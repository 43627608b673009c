"""The URLs of a Django project: which handlers stand below a prefix that a middleware keeps for machines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from isolint.link import Program
from isolint.link.questions import question
from isolint.link.symbols import ClassRef, FunctionRef, ModuleRef, VariableRef
from isolint.model.code import Attribute, Branch, Call, Constant, Expression, Function, Name, Not
from isolint.model.identifiers import split
from isolint.model.walk import nodes
from isolint.orms.declare import last_name, positional, text
from isolint.prove.settings import middleware

ROUTING = {"path", "re_path", "url"}
SECRETS = {"KEY", "SECRET", "TOKEN"}
MORE = "{…}"
"""A part of a URL that is not known: a router makes it up, or it is no literal text."""
PATH_NAMES = re.compile(r"[{<](?:\w+:)?(\w+)(?::[^}>]*)?[}>]|\(\?P<(\w+)>")
MODULE_LEVEL = "<module>"
MAX_NESTED = 6

View = ClassRef | FunctionRef


def machine_guard(program: Program, view: View) -> str:
    """The middleware that asks for a machine's secret on every URL of a view; '' when there is none."""
    urls = _urls(program, *view)
    for guard in middleware(program, view.path) if urls else ():
        prefix = _kept_prefix(program, guard)
        if prefix and all(url.startswith(prefix) for url in urls):
            return guard.name
    return ""


def passed_in(program: Program, view: View, function: Function, name: str) -> bool:
    """Whether a parameter of a handler is filled by one of its decorators: no URL of it has that name."""
    urls = _urls(program, *view) if function.decorators else ()
    return bool(urls) and not any(MORE in url or name in names_of(url) for url in urls)


def names_of(url: str) -> set[str]:
    """The values that a URL pattern holds: `<int:pk>`, `(?P<pk>…)`, `{pk}`."""
    return {a or b for a, b in PATH_NAMES.findall(url)}


def _kept_prefix(program: Program, guard: ClassRef) -> str:
    """`if not request.path.startswith("/internal/"): return`, in a class that reads a secret of the settings."""
    found = ""
    knows_secret = False
    for method in program.klass(guard).methods:
        for node in nodes(program.function(FunctionRef(guard.path, method))):
            if isinstance(node, Branch) and isinstance(node.test, Not):
                found = _asked_prefix(node.test.operand) or found
            name = node.value if isinstance(node, Constant) else getattr(node, "name", None)
            knows_secret |= isinstance(name, str) and name.isupper() and bool(SECRETS & set(name.split("_")))
    return found if knows_secret else ""


def _asked_prefix(test: Expression) -> str:
    """The text of `request.path.startswith(text)`."""
    if not (isinstance(test, Call) and isinstance(test.function, Attribute) and test.function.name == "startswith"):
        return ""
    of_path = last_name(test.function.base) in {"path", "path_info"}
    return text(test.arguments[0].value) if of_path and test.arguments else ""


@question
def _urls(program: Program, path: str, qualname: str) -> tuple[str, ...]:
    """The URLs of a view, with a slash in front."""
    return _routes(program).get(FunctionRef(path, qualname), ())


@question
def _routes(program: Program) -> dict[View, tuple[str, ...]]:
    """The URLs of each view, with a slash in front."""
    included: dict[str, list[tuple[str, str]]] = defaultdict(list)
    leaves: list[tuple[str, str, View, bool]] = []
    for path, module in program.modules.items():
        top = module.functions.get(MODULE_LEVEL)
        if top is None or not (ROUTING | {"register"}) & set(top.calls):
            continue
        for node in nodes(top):
            if isinstance(node, Call) and len(parts := positional(node)) > 1:
                for target in _targets(program, path, node, parts[1]):
                    if isinstance(target, str):
                        included[target].append((path, _pattern(parts[0])))
                    else:
                        registered = last_name(node.function) == "register"
                        leaves.append((path, _pattern(parts[0]), target, registered))
    found: dict[View, list[str]] = defaultdict(list)
    for path, route, view, registered in leaves:
        found[view].extend(f"/{prefix}{route}".replace("^", "") for prefix in _prefixes(included, path, MAX_NESTED))
        found[view].extend([f"{found[view][-1]}{MORE}"] if registered else ())
    return {view: tuple(urls) for view, urls in found.items()}


def _pattern(route: Expression) -> str:
    return route.value if isinstance(route, Constant) and isinstance(route.value, str) else MORE


def _prefixes(included: dict[str, list[tuple[str, str]]], path: str, left: int) -> Iterator[str]:
    parents = included.get(path, ())
    if not parents or not left:
        yield ""
    for parent, prefix in parents:
        yield from (before + prefix for before in _prefixes(included, parent, left - 1))


def _targets(program: Program, path: str, call: Call, target: Expression) -> Iterator[str | View]:
    """What a route leads to: the path of another module of routes, or a view."""
    name = last_name(call.function)
    if name not in ROUTING and name != "register":
        return
    if isinstance(target, Call) and last_name(target.function) == "include" and target.arguments:
        module = _module(program, path, target.arguments[0].value)
        if module:
            yield module
        return
    view = _view(program, path, target)
    if view is not None:
        yield view


def _module(program: Program, path: str, named: Expression) -> str:
    symbol = program.named(path, text(named)) if text(named) else program.resolve(path, named)
    return symbol.path if isinstance(symbol, ModuleRef) else ""


def _view(program: Program, path: str, target: Expression) -> View | None:
    """`View.as_view(…)`, `view`, or a variable that holds one of them."""
    for _ in range(MAX_NESTED):
        if isinstance(target, Call):
            target = target.arguments[0].value if _wraps(target) else target.function
        if isinstance(target, Attribute) and target.name == "as_view":
            target = target.base
        if not isinstance(target, Name | Attribute):
            return None
        symbol = program.resolve(path, target)
        if isinstance(symbol, ClassRef | FunctionRef):
            return symbol
        if not isinstance(symbol, VariableRef):
            return None
        path, target = symbol.path, program.modules[symbol.path].variables[symbol.name]
    return None


def _wraps(call: Call) -> bool:
    """`csrf_exempt(view)`."""
    return bool(call.arguments) and "exempt" in split(last_name(call.function))
