"""Rows that their owners have made public: what is read is given away only after their flag was asked for."""

from __future__ import annotations

from isolint.model.access import Operation
from isolint.model.evidence import Step
from isolint.model.identifiers import split
from isolint.prove.case import Case
from isolint.prove.show import show
from isolint.prove.terms import Column, Literal, Member, Query, Rows, Term, Test, contents

FLAGS = frozenset({"public", "published", "publicly"})
BESIDE = FLAGS | {"is", "shared", "visible", "accessible", "visibility"}


def published(case: Case) -> tuple[Step, ...]:
    """What is assumed of an access whose rows are refused, or not found, unless they are public; () for any other."""
    query = case.seen.query
    if query.operation is not Operation.READ:
        return ()
    asked = [where.condition for where in query.where if not where.optional]
    told = [fact for check in case.later for fact in check.facts if _is_about(fact, query)]
    flag = next((fact for fact in (*asked, *told) if _is_flag(fact)), None)
    if flag is None:
        return ()
    return (
        Step(f"`{show(flag)}` is asked for: only what its owner has made public goes on", assumed=True),
        Step("whether all that is read of it is meant to be public could not be told", assumed=True),
    )


def _is_flag(fact: Term) -> bool:
    match fact:
        case Test("eq", Member() | Column() as side, Literal(value)):
            return _names_flag(side) if value is True else isinstance(value, str) and value.lower() in FLAGS
        case Member():
            return _names_flag(fact)
        case _:
            return False


def _names_flag(side: Member | Column) -> bool:
    words = set(split(side.name if isinstance(side, Member) else side.path[-1]))
    return bool(words & FLAGS) and words <= BESIDE


def _is_about(fact: Term, query: Query) -> bool:
    return any(isinstance(part, Rows) and part.query.site == query.site for part in contents(fact))
