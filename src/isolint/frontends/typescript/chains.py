"""Chains of conditions: `if … else if …` and the cases of a `switch`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from isolint.model import code
from isolint.model.source import Span

LONGEST = 40
"""More links than these are halved until they fit: branches nest as deep as a chain is long."""


class Link(NamedTuple):
    """One condition and what is done under it."""

    at: Span
    test: code.Expression
    then: tuple[code.Statement, ...]


def chained(links: Sequence[Link], otherwise: tuple[code.Statement, ...]) -> tuple[code.Statement, ...]:
    """The branches of which the first whose test holds is taken."""
    if len(links) > LONGEST:
        half = len(links) // 2
        first, second = links[:half], links[half:]
        at = Span(*first[0].at[:2], *second[-1].at[2:])
        test = code.Logical(first[0].test.at, "or", tuple([link.test for link in first]))
        last = code.Branch(first[-1].at, first[-1].test, first[-1].then)
        return (code.Branch(at, test, chained(first[:-1], (last,)), chained(second, otherwise)),)
    for link in reversed(links):
        otherwise = (code.Branch(link.at, link.test, link.then, otherwise),)
    return otherwise
