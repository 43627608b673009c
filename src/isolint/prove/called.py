"""What called functions say of themselves by their names."""

from __future__ import annotations

from functools import lru_cache

from isolint.model.identifiers import split
from isolint.prove.terms import Bound, Entity, Global, Member, Outcome, Result, Term

POSITIVE_WORDS = frozenset(
    "accessible access allowed allow can has have is authorized authorised permission permitted permissions member "
    "members owns owner owned belongs valid verify verified check ensure validate".split()
)
NEGATIVE_WORDS = frozenset(
    "denied deny forbidden missing invalid unauthorized unauthorised cannot not foreign blocked error errors fails "
    "failed reject rejected expired disabled empty absent none without no banned".split()
)
CHECK_WORDS = frozenset(
    "check ensure require requires verify validate assert authorize authorise enforce guard permission permissions "
    "access "
    "accessible can has is allowed must protect owns owned belongs member membership authorized authorised confirm "
    "raise denied deny forbid forbidden resolve load compare".split()
)
RAISING_WORDS = frozenset(
    "check ensure require requires verify validate assert authorize authorise enforce guard permission permissions "
    "deny "
    "forbid protect must raise access confirm".split()
)
"""What a function is called that raises when its check fails."""


@lru_cache(maxsize=1 << 14)
def callee_words(fact: Term) -> frozenset[str]:
    """The words of a called function's name."""
    match fact:
        case Result(Global(name) | Member(_, name), _, _):
            return frozenset(split(name.rpartition(".")[2]))
        case Result(Entity(ref), _, _):
            return frozenset(split(getattr(ref, "qualname", "").rpartition(".")[2]))
        case Result(Bound(function, _), _, _) | Outcome(function, _, _):
            return frozenset(split(function.qualname.rpartition(".")[2]))
        case Result(Result() as inner, _, _):
            return callee_words(inner)
        case _:
            return frozenset()


def says_checked(call: Term, *, raises: bool) -> bool:
    """Whether what is called is named as a check is, or as one that raises when it fails."""
    return bool(callee_words(call) & (RAISING_WORDS if raises else CHECK_WORDS))
