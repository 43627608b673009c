"""How a function is reached, from its decorators, its class and its path."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from isolint.frameworks import FRAMEWORKS
from isolint.link import Program
from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.access import Role
from isolint.model.code import Attribute, Call, Constant, Expression, Function, Name
from isolint.orms.declare import last_name

VERBS = frozenset("get post put patch delete head options".split())
TEST_FOLDERS = frozenset({"tests", "test", "testing", "__tests__", "e2e", "spec"})
TEST_FILE = re.compile(r"^(test_.*|.*_tests?|conftest|.*\.(test|spec))\.\w+$")
ROUTE_FOLDERS = frozenset({"api", "routes", "app", "pages"})
MIGRATION_FOLDERS = frozenset({"migrations", "versions", "alembic"})
PYTHON_FOLDERS = frozenset({"commands", "versions", "alembic"})
"""Elsewhere commands are of an application's own bus, not an operator's, and versions are of what users edit."""

VIEW_FILES = frozenset({"views", "api", "endpoints"})


def role_of(program: Program, ref: FunctionRef, function: Function) -> Role:
    """How the function is reached."""
    by_path = path_role(ref.path)
    if by_path is not None:
        return by_path
    from isolint.prove.routed import registrations
    from isolint.prove.views import is_hook

    role = function_role(function, _base_names(program, ref, function))
    if role is Role.ROUTE and is_hook(program, ref, function):
        return Role.HELPER
    if role is Role.HELPER and (ways := registrations(program, *ref)):
        return ways[0].framework.role
    return Role.ROUTE if role is Role.HELPER and _is_plain_view(ref, function) else role


def _is_plain_view(ref: FunctionRef, function: Function) -> bool:
    """A function that takes the request first and stands where views do, or is guarded as they are (Django)."""
    if function.owner or function.parent or not function.parameters or function.parameters[0].name != "request":
        return False
    stem = ref.path.rsplit("/", 1)[-1].removesuffix(".py")
    in_views = "views" in ref.path.split("/") or stem in VIEW_FILES or stem.endswith("_views")
    return in_views or any(last_name(d).endswith("_required") for d in function.decorators)


def _base_names(program: Program, ref: FunctionRef, function: Function) -> frozenset[str]:
    """Names of the class around a method and of all its bases."""
    if not function.owner:
        return frozenset()
    klass = ClassRef(ref.path, function.owner)
    names = {base.name.rsplit(".", 1)[-1] for base in program.mro(klass)}
    return frozenset(names | {function.owner})


def path_role(path: str) -> Role | None:
    """The role that a file's place gives all of its functions: tests, migrations, operators' commands."""
    parts = PurePosixPath(path).parts
    folders = set(parts[:-1])
    if not path.endswith(".py"):
        folders -= PYTHON_FOLDERS
    if TEST_FILE.match(parts[-1]) or (folders & TEST_FOLDERS and not _inside_routes(parts)):
        return Role.TEST
    if folders & MIGRATION_FOLDERS and not _inside_routes(parts):
        return Role.MIGRATION
    for framework in FRAMEWORKS:
        named = parts[-1].split(".")[0] in framework.files
        if framework.role is Role.COMMAND and (folders & framework.folders or named):
            return Role.COMMAND
    return None


def _inside_routes(parts: tuple[str, ...]) -> bool:
    """In a route tree `test` or `migrations` is a segment of the URL."""
    names = [part for part in parts[:-1] if part in ROUTE_FOLDERS | TEST_FOLDERS | MIGRATION_FOLDERS]
    return bool(names) and names[0] in ROUTE_FOLDERS and parts[-1].startswith(("route.", "page."))


def function_role(function: Function, bases: frozenset[str]) -> Role:
    """The role that decorators or the class give a function; `bases` are the names of its class and of all its
    bases.
    """
    for framework in FRAMEWORKS:
        if any(_makes_entry(d, framework.decorators) for d in function.decorators):
            return framework.role
    if function.owner:
        for framework in FRAMEWORKS:
            if function.name in framework.methods and any(base.endswith(framework.bases) for base in bases):
                return framework.role
    return Role.HELPER


def _makes_entry(decorator: Expression, names: frozenset[str]) -> bool:
    """A verb needs a receiver and a path (`router.get("/x")`), so that `@functools.cache.get` is none."""
    call = decorator if isinstance(decorator, Call) else None
    target = call.function if call else decorator
    if isinstance(target, Attribute):
        if target.name not in names:
            return False
        first = call.arguments[0].value if call and call.arguments else None
        return target.name not in VERBS or isinstance(first, Constant) or call is not None
    return isinstance(target, Name) and target.id in names and target.id not in VERBS


def is_route_decorator(decorator: Expression) -> bool:
    """Whether the decorator is the one that makes the route, and not one that guards it."""
    return any(_makes_entry(decorator, f.decorators) for f in FRAMEWORKS if f.role is Role.ROUTE)


def is_guarded_route(program: Program, ref: FunctionRef) -> bool:
    """Whether the function is a handler behind other decorators: called directly, it still gets what they pass in."""
    function = program.modules[ref.path].functions.get(ref.qualname)
    decorators = function.decorators if function else ()
    return len(decorators) > 1 and any(map(is_route_decorator, decorators))


def route_path(function: Function) -> str:
    """The URL template of a route's decorators, '' when there is none."""
    for decorator in function.decorators:
        if isinstance(decorator, Call) and is_route_decorator(decorator):
            for argument in decorator.arguments:
                if isinstance(argument.value, Constant) and isinstance(argument.value.value, str):
                    return argument.value.value
    return ""
