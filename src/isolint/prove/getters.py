"""Getters: methods of a table's class that find rows by what they are given and are never told whose they may be."""

from __future__ import annotations

from isolint.link import Program
from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.code import Function
from isolint.model.identifiers import split
from isolint.model.tenancy import Tenancy
from isolint.prove.columns import USER_WORDS
from isolint.tenancy.words import tenant_word

SELF = frozenset({"self", "cls"})
CALLER_WORDS = USER_WORDS | {"account", "session", "request", "context", "ctx", "info", "principal", "auth", "scope"}


def is_getter(program: Program, tenancy: Tenancy, ref: FunctionRef) -> bool:
    """Whether the function leaves it to its callers to confine what it finds: they choose the key, it sees no more."""
    function = program.modules[ref.path].functions.get(ref.qualname)
    if function is None or not function.owner or ClassRef(ref.path, function.owner) not in program.data_classes:
        return False
    own = [p.name for p in function.parameters if p.name not in SELF]
    return bool(own) and not any(_tells_caller(tenancy, name) for name in own) and not _is_manager(function)


def _is_manager(function: Function) -> bool:
    """Whether it is the hook of a framework that nobody calls with keys of their own."""
    return function.name in {"get_queryset", "save", "delete", "clean"} or function.name.startswith("__")


def _tells_caller(tenancy: Tenancy, name: str) -> bool:
    words = set(split(name))
    return name in tenancy.keys or bool(tenant_word(name)) or bool(words & CALLER_WORDS)
