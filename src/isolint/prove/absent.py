"""Null and `undefined` as values: wherever they are compared they are one, but not where one is stored or chosen."""

from __future__ import annotations

from isolint.prove.interning import NOTHING
from isolint.prove.terms import NULL, Literal

UNDEFINED = Literal(NOTHING)
"""`undefined` as a value that may be chosen or stored."""
MISSING = frozenset({NULL, UNDEFINED})
