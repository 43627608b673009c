"""Objects that are made for one tenant: repositories and services whose constructors are told which."""

from __future__ import annotations

from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.code import Attribute, Function, Name
from isolint.model.walk import nodes
from isolint.prove.case import Case
from isolint.tenancy.words import tenant_word

CONSTRUCTORS = ("__init__", "constructor")
OWN = frozenset({"self", "this"})


def bound_tenant(case: Case) -> str:
    """The parameter by which the object around the access is told its tenant where a method uses that, else ''."""
    ref = case.seen.function
    function = case.run.program.function(ref)
    holder = case.seen.receiver or (ClassRef(ref.path, function.owner) if function.owner else None)
    if holder is None:
        return ""
    words = {tenant_word(key) for key in case.tenancy.keys} - {""}
    for name in _told(case, holder):
        if tenant_word(name) in words and _is_used(case, holder, name):
            return name
    return ""


def _told(case: Case, holder: ClassRef) -> tuple[str, ...]:
    """What the constructor of a class asks for."""
    for name in CONSTRUCTORS:
        if (found := case.run.program.method(holder, name)) is not None:
            return tuple(parameter.name for parameter in case.run.program.function(found).parameters)
    return ()


def _is_used(case: Case, holder: ClassRef, name: str) -> bool:
    """Whether a method of the class itself reads the field of that name."""
    functions = case.run.program.modules[holder.path].functions
    methods = (FunctionRef(holder.path, qualname) for qualname in case.run.program.klass(holder).methods)
    return any(_reads(functions[ref.qualname], name) for ref in methods if ref.qualname in functions)


def _reads(function: Function, name: str) -> bool:
    return function.name not in CONSTRUCTORS and any(
        isinstance(node, Attribute) and node.name == name and isinstance(node.base, Name) and node.base.id in OWN
        for node in nodes(function)
    )
