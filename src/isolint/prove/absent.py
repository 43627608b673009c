"""Null and `undefined` as values: wherever they are compared they are one, but not where one is stored or chosen."""

from __future__ import annotations

from isolint.prove.interning import NOTHING
from isolint.prove.terms import NULL, Either, Literal, Term

UNDEFINED = Literal(NOTHING)
"""`undefined` as a value that may be chosen or stored."""
MISSING = frozenset({NULL, UNDEFINED})


def present(value: Term) -> tuple[Term, ...]:
    """What a value may be where there is one."""
    options = value.options if isinstance(value, Either) else (value,)
    return tuple(option for option in options if option not in MISSING)
