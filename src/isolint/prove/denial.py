"""Whether a way that ends a function turns its caller away, or simply answers."""

from __future__ import annotations

from collections.abc import Sequence

from isolint.model.code import (
    Attribute,
    Branch,
    Constant,
    Evaluate,
    Expression,
    Jump,
    Name,
    Raise,
    Return,
    Statement,
)
from isolint.model.code import Sequence as Listed
from isolint.model.identifiers import split
from isolint.model.walk import nodes_in

WORDS = frozenset(
    "denied deny forbidden forbid error errors fail failed failure invalid missing unauthorized unauthorised abort "
    "authorized authorised authorization permission allowed access no not found exist exists own reject rejected "
    "redirect bad exception problem owner".split()
)
CODES = frozenset({400, 401, 403, 404, 409, 422})


def denies(body: Sequence[Statement]) -> bool:
    """Whether a block that ends its function does so by refusing: it raises, or what it returns says no."""
    last = body[-1] if body else None
    match last:
        case Raise():
            return True
        case Return(value=None):
            return True
        case Return(value=value):
            return value is not None and _says_no(value)
        case Evaluate(value=value):
            return _says_no(value)
        case Branch(then=then, otherwise=otherwise):
            return denies(then) and denies(otherwise)
        case Jump():
            return False
        case _:
            return False


def _says_no(value: Expression) -> bool:
    if isinstance(value, Constant) and not value.value:
        return True
    if isinstance(value, Listed) and value.items and isinstance(value.items[0], Constant):
        return not value.items[0].value
    return any(_is_refusal(node) for node in nodes_in(value))


def _is_refusal(node: object) -> bool:
    match node:
        case Constant(value=bool()):
            return False
        case Constant(value=int() as code):
            return code in CODES
        case Constant(value=str() as text) | Name(id=text) | Attribute(name=text):
            return not WORDS.isdisjoint(split(text))
        case _:
            return False
