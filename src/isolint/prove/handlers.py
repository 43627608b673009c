"""Functions that a file hands to a framework: by exporting them, or by calls that register them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from isolint.frameworks import FRAMEWORKS
from isolint.frameworks.framework import Framework, Registration
from isolint.link import Program
from isolint.link.symbols import FunctionRef
from isolint.model.code import (
    Attribute,
    Call,
    Closure,
    Constant,
    Evaluate,
    Expression,
    Function,
    Mapping,
    Name,
    Sequence,
    Template,
)
from isolint.model.source import Language, Span
from isolint.model.walk import body_of

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
            for value in _mapped(module.variables.values(), framework):
                yield Handler(path, framework, value, value.at)
            for name, export in module.exports.items():
                function = module.functions.get(export.local)
                named = name in framework.exports and _is_file(path, framework)
                if not export.module and (named or whole or _directed(function, framework)):
                    value = module.variables.get(export.local) or Name(Span(1, 1, 1, 1), export.local)
                    yield Handler(path, framework, value, function.header if function else value.at)


def _mapped(values: Iterable[Expression], framework: Framework) -> Iterator[Expression]:
    """Objects under the names that a framework knows (`{ Query: {…}, Mutation: {…} }`)."""
    for value in values if framework.maps else ():
        for entry in value.entries if isinstance(value, Mapping) else ():
            if isinstance(entry.key, Constant) and entry.key.value in framework.maps:
                yield entry.value


def _is_file(path: str, framework: Framework) -> bool:
    """Whether the framework looks for entry points in a file of that name or below such a folder."""
    stem = PurePosixPath(path).name.split(".")[0]
    return (not framework.files or stem in framework.files) and (
        not framework.below or any(f"/{folder}/" in f"/{path}" for folder in framework.below)
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
    methods = {name for _, known in _REGISTRATIONS for name in known.methods | known.functions}
    found: dict[FunctionRef, None] = {}
    for path, module in program.modules.items():
        if module.facts.language is not Language.TYPESCRIPT:
            continue
        for function in module.functions.values():
            if not methods.isdisjoint(function.calls) and any(map(_registers, body_of(function).of(Call))):
                found[_outermost(path, module.functions, function)] = None
    return tuple(found)


def _outermost(path: str, functions: dict[str, Function], function: Function) -> FunctionRef:
    while function.parent in functions:
        function = functions[function.parent]
    return FunctionRef(path, function.qualname)


def _registers(node: Call) -> bool:
    if not isinstance(node.function, Attribute | Name):
        return False
    called = isinstance(node.function, Name)
    name = node.function.id if isinstance(node.function, Name) else node.function.name
    return any(
        name in (known.functions if called else known.methods) and not known.guards and _fits(node, known)
        for _, known in _REGISTRATIONS
    )


def _fits(call: Call, known: Registration) -> bool:
    """Whether a call can hand over a function: behind a path, or as what it is given first."""
    first = call.arguments[0].value if call.arguments else None
    if known.path:
        return _is_path(first) and len(call.arguments) > 1
    return isinstance(first, Closure | Name | Attribute | Call | Mapping)


def _is_path(first: Expression | None) -> bool:
    if isinstance(first, Sequence):
        return bool(first.items) and all(_is_path(item) for item in first.items)
    return isinstance(first, Template) or (isinstance(first, Constant) and isinstance(first.value, str))


_REGISTRATIONS = tuple((framework, known) for framework in FRAMEWORKS for known in framework.registrations)


def registration(
    name: str, *, path: bool, chained: bool = False, called: bool = False
) -> tuple[Framework, Registration] | None:
    """The registration that a call of a method is (or, `called`, of a function), given whether its first argument is
    a text and whether it is called on a chain.
    """
    fitting = [
        (framework, known)
        for framework, known in _REGISTRATIONS
        if name in (known.functions if called else known.methods) and (path or not known.path)
    ]
    return next((found for found in fitting if found[1].chained == chained), None)
