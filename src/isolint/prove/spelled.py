"""Expressions that `tenancy.trusted` names: their value is the caller's own tenant, whatever it is read from."""

from __future__ import annotations

import re
from functools import lru_cache

from isolint.link.symbols import FunctionRef
from isolint.model.code import Attribute, Await, Call, Constant, Expression, Index, Name
from isolint.prove.terms import Term

_ARGUMENTS = re.compile(r"\([^()]*\)")
_LOOSE = re.compile(r"[\s\"'`?]|\bawait\b")


def trusted_name(trusted: tuple[str, ...], node: Expression) -> str:
    """The expression as text when the configuration names it, else ''.

    A path stands for what ends in it as well, a bare name for a variable, and for any function that is called so.
    What a call is given counts if the configuration writes it.
    """
    text = _spelled(node)
    if not text:
        return ""
    forms = _forms(trusted)
    plain = _bare(text)
    for form in forms:
        own = text if "(" in form else plain
        if own == form or ((not form.isidentifier() or text.endswith(")")) and own.endswith(f".{form}")):
            return plain
    return ""


def names_maker(trusted: tuple[str, ...], maker: Term) -> bool:
    """Whether the configuration names a function whose result a framework hands over (`Depends(current_org)`)."""
    if not trusted:
        return False
    ref = getattr(maker, "ref", None)
    name = ref.qualname if isinstance(ref, FunctionRef) else str(getattr(maker, "name", ""))
    return any(name == form or name.endswith(f".{form}") for form in _forms(trusted))


def _spelled(node: Expression) -> str:
    """`a.b(x, …)[key].c` without quotes and spaces, '' for what is not made of names."""
    match node:
        case Name(id=name):
            return name
        case Attribute(base=base, name=name):
            return f"{inner}.{name}" if (inner := _spelled(base)) else ""
        case Call(function=function, arguments=arguments):
            given = ",".join(_given(argument.value) for argument in arguments)
            return f"{inner}({given})" if (inner := _spelled(function)) else ""
        case Index(base=base, key=Constant(value=str() as key)):
            return f"{inner}[{key}]" if (inner := _spelled(base)) else ""
        case Await(value=value):
            return _spelled(value)
        case _:
            return ""


def _given(argument: Expression) -> str:
    return str(argument.value) if isinstance(argument, Constant) else _spelled(argument)


def _bare(text: str) -> str:
    """The text without what its calls are given, and without a call at its end."""
    while (shorter := _ARGUMENTS.sub("", text)) != text:
        text = shorter
    return text


@lru_cache(maxsize=64)
def _forms(trusted: tuple[str, ...]) -> tuple[str, ...]:
    """The expressions as they are spelled here."""
    return tuple(form.replace("()", "") for text in trusted if (form := _LOOSE.sub("", text)))
