"""What containers hand out by name: `container.register({ invoices: asClass(InvoiceService) })`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isolint.model.code import Attribute, Call, Constant, Entry, Expression, Name
from isolint.model.code import Mapping as Written
from isolint.model.source import Language
from isolint.model.walk import body_of

if TYPE_CHECKING:
    from isolint.link.program import Program

REGISTERING = "register"
WRAPPERS = {"asClass": "class", "asFunction": "function", "asValue": "value"}
OPTIONS = {"useClass": "class", "useFactory": "function", "useValue": "value", "resolve": "function"}


@dataclass(frozen=True, slots=True)
class Provided:
    """What stands under a name: a class that is made, a function that makes it, or a value; written in `path`."""

    path: str
    kind: str
    value: Expression


def provided_names(program: Program) -> Mapping[str, Provided]:
    """What each name is registered as; names that several registrations give are left out."""
    found: dict[str, list[Provided]] = {}
    for path, module in program.modules.items():
        if module.facts.language is not Language.TYPESCRIPT:
            continue
        for function in module.functions.values():
            if REGISTERING not in function.calls:
                continue
            for call in body_of(function).of(Call):
                for name, item in _registered(path, call):
                    found.setdefault(name, []).append(item)
    return {name: items[0] for name, items in found.items() if len(items) == 1}


def _registered(path: str, call: Call) -> Iterator[tuple[str, Provided]]:
    if not (isinstance(call.function, Attribute) and call.function.name == REGISTERING and call.arguments):
        return
    first, *rest = [argument.value for argument in call.arguments]
    entries = first.entries if isinstance(first, Written) else (Entry(first, rest[0]),) if rest else ()
    for entry in entries:
        if isinstance(entry.key, Constant) and isinstance(entry.key.value, str):
            if (found := _provider(entry.value)) is not None:
                yield entry.key.value, Provided(path, *found)


def _provider(value: Expression) -> tuple[str, Expression] | None:
    """The kind and the class, function or value of `asClass(X).scoped()` or `{ useClass: X }`."""
    if isinstance(value, Written):
        given = {e.key.value: e.value for e in value.entries if isinstance(e.key, Constant)}
        return next(((kind, given[name]) for name, kind in OPTIONS.items() if name in given), None)
    while isinstance(value, Call):
        called = value.function
        if isinstance(called, Name | Attribute) and value.arguments:
            kind = WRAPPERS.get(called.id if isinstance(called, Name) else called.name)
            if kind is not None:
                return kind, value.arguments[0].value
        if not isinstance(called, Attribute):
            break
        value = called.base
    return None
