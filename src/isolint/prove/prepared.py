"""Statements that are prepared first and given their values where they run: `db.prepare(text).get(id)`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.prove.chains import PREPARE
from isolint.prove.given import Given
from isolint.prove.sqltext import is_statement, read_sql
from isolint.prove.terms import Member, Result, Term

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

RUNS = frozenset("get all run iterate first values raw execute query exec fetch fetchrow fetchval cursor".split())
SAME = frozenset("pluck expand safeIntegers columns".split())


def on_prepared(run: Run, frame: Frame, receiver: Term, method: str, given: Given) -> Term | None:
    """What becomes of a prepared statement; None for any other call."""
    if method == PREPARE and given.positional and is_statement(given.positional[0]):
        return Result(Member(receiver, PREPARE), given.positional[:1])
    if not is_prepared(receiver) or not isinstance(receiver, Result) or not isinstance(receiver.callee, Member):
        return None
    text, *bound = receiver.arguments
    if method == "bind":
        return replace(receiver, arguments=(*receiver.arguments, *given.positional))
    if method in SAME or (method == "raw" and not bound and not given.positional):
        return receiver
    if method not in RUNS:
        return None
    values = Given((*bound, *given.positional), given.keywords, given.at)
    return read_sql(run, frame, text, values, receiver.callee.base, given.at)


def is_prepared(term: Term) -> bool:
    """Whether a value is a statement that was prepared and has not run."""
    if not isinstance(term, Result) or not isinstance(term.callee, Member):
        return False
    return term.callee.name == PREPARE and bool(term.arguments) and is_statement(term.arguments[0])
