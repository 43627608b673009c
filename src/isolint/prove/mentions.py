"""Whether a fact is about a value."""

from __future__ import annotations

from functools import lru_cache

from isolint.model.source import Place
from isolint.prove.terms import Each, Query, Rows, Term, children, contents, lookups

ALL = 600
"""Facts with more terms inside them than this are taken to be about anything."""


def speaks_of(part: Term, term: Term) -> bool:
    """Whether a side of a fact is about the term: the term itself, a collection it comes from, or something read
    from it.
    """
    if part is term or (isinstance(term, Each) and term.source is part):
        return True
    inside = contents(part)
    if term in inside or Each(term) in inside:
        return True
    if isinstance(term, Rows):
        site = term.query.site
        return any(isinstance(inner, Rows) and inner.query.site == site for inner in inside)
    return False


def may_speak_of(fact: Term, term: Term) -> bool:
    """Whether any side of a fact, however deep, can be about the term: false for nearly all facts, and cheap to ask."""
    inside = _mentioned(fact)
    if inside is None or term in inside or Each(term) in inside:
        return True
    return (isinstance(term, Each) and term.source in inside) or (isinstance(term, Rows) and term.query.site in inside)


@lru_cache(maxsize=1 << 14)
def _mentioned(fact: Term) -> frozenset[Term | Place] | None:
    """All terms inside a fact and the places of the queries among them; None when there are too many."""
    found: dict[Term | Place, None] = {}
    stack = [fact]
    while stack:
        current = stack.pop()
        if current in found:
            continue
        if len(found) > ALL:
            return None
        found[current] = None
        if isinstance(current, Query):
            found[current.site] = None
            stack.extend(lookups(current))
        stack.extend(children(current))
    return frozenset(found)
