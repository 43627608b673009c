"""Functions that a file hands to a framework: by exporting them, or by calls that register them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from isolint.frameworks import FRAMEWORKS
from isolint.frameworks.framework import Framework, Registration
from isolint.link import Program
from isolint.link.symbols import FunctionRef
from isolint.model.code import Attribute, Call, Constant, Evaluate, Expression, Function, Name
from isolint.model.source import Language, Span
from isolint.tenancy.schemas import nodes

MODULE_LEVEL = "<module>"


@dataclass(frozen=True, slots=True)
class Handler:
    """An entry point that is exported: `value` is what the file exports, `at` where."""

    path: str
    framework: Framework
    value: Expression
    at: Span


def exported_handlers(program: Program) -> Iterator[Handler]:
    """Handlers that files export under a name that a framework knows, and those that a directive makes handlers."""
    for path, module in program.modules.items():
        if module.facts.language is not Language.TYPESCRIPT:
            continue
        level = module.functions.get(MODULE_LEVEL)
        for framework in FRAMEWORKS:
            whole = _directed(level, framework)
            for name, export in module.exports.items():
                function = module.functions.get(export.local)
                named = name in framework.exports and _is_file(path, framework)
                if not export.module and (named or whole or _directed(function, framework)):
                    value = module.variables.get(export.local) or Name(Span(1, 1, 1, 1), export.local)
                    yield Handler(path, framework, value, function.header if function else value.at)


def _is_file(path: str, framework: Framework) -> bool:
    """Whether the framework looks for entry points in a file of that name or below such a folder."""
    parts = PurePosixPath(path).parts
    stem = parts[-1].split(".")[0]
    return (not framework.files or stem in framework.files) and (
        not framework.below or not framework.below.isdisjoint(parts[:-1])
    )


def _directed(function: Function | None, framework: Framework) -> bool:
    """Whether a body begins with one of the framework's directives."""
    for statement in function.body if function and framework.directives else ():
        if not (isinstance(statement, Evaluate) and isinstance(statement.value, Constant)):
            return False
        if statement.value.value in framework.directives:
            return True
    return False


def registering(program: Program) -> tuple[FunctionRef, ...]:
    """The outermost functions, module levels among them, in which handlers are registered."""
    methods = {name for _, known in _REGISTRATIONS for name in known.methods}
    found: dict[FunctionRef, None] = {}
    for path, module in program.modules.items():
        if module.facts.language is not Language.TYPESCRIPT:
            continue
        for function in module.functions.values():
            if not methods.isdisjoint(function.calls) and any(map(_registers, nodes(function))):
                found[_outermost(path, module.functions, function)] = None
    return tuple(found)


def _outermost(path: str, functions: dict[str, Function], function: Function) -> FunctionRef:
    while function.parent in functions:
        function = functions[function.parent]
    return FunctionRef(path, function.qualname)


def _registers(node: object) -> bool:
    if not (isinstance(node, Call) and isinstance(node.function, Attribute)):
        return False
    first = node.arguments[0].value if node.arguments else None
    is_path = isinstance(first, Constant) and isinstance(first.value, str)
    return any(
        node.function.name in known.methods and not known.guards and (is_path or not known.path)
        for _, known in _REGISTRATIONS
    )


_REGISTRATIONS = tuple((framework, known) for framework in FRAMEWORKS for known in framework.registrations)


def registration(method: str, *, path: bool) -> tuple[Framework, Registration] | None:
    """The registration that a call of a method is, given whether its first argument is a text."""
    for framework, known in _REGISTRATIONS:
        if method in known.methods and (path or not known.path):
            return framework, known
    return None
