"""Sets: what two of them have in common, what one has more than the other, whether one lies within the other."""

from __future__ import annotations

from isolint.prove.evaluate import element_of
from isolint.prove.given import Given
from isolint.prove.origins import origin
from isolint.prove.terms import Computed, Global, Items, Mapped, Term, Test

WITHIN = frozenset({"issubset", "isSubsetOf"})
AROUND = frozenset({"issuperset", "isSupersetOf"})


def of_sets(base: Term, name: str, given: Given) -> Term | None:
    """The value of a set's method that is given another set; None for any other call."""
    if len(given.positional) != 1 or given.keywords or isinstance(base, Global):
        return None
    (other,) = given.positional
    if name == "intersection":
        return common(base, other)
    if name == "difference":
        return Computed("-", (base, other))
    if name in WITHIN or name in AROUND:
        inner, outer = (base, other) if name in WITHIN else (other, base)
        return None if isinstance(inner, Items) else Test("in", element_of(inner), outer)
    return None


def common(left: Term, right: Term) -> Term:
    """What two sets have in common: elements of the one that callers choose less freely, if they are in the other."""
    mine, other = sorted((left, right), key=lambda side: (side == Items(()), origin(side).kind))
    return Mapped(element_of(mine), mine, (Test("in", element_of(mine), other),))
