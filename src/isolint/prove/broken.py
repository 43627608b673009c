"""Checks that do not check: those that stand the wrong way round, and those that nobody waited for."""

from __future__ import annotations

from collections.abc import Iterable

from isolint.prove.called import NEGATIVE_WORDS, POSITIVE_WORDS, callee_words
from isolint.prove.case import Case
from isolint.prove.guards import authorised, ties, trusted, verifies
from isolint.prove.knowing import facts as implied
from isolint.prove.mentions import speaks_of
from isolint.prove.terms import Column, Literal, Negated, Outcome, Pending, Query, Result, Rows, Term, Test, lookups


def inverted(case: Case, facts: Iterable[Term], term: Term) -> Term | None:
    """A check that lets through those whom it should stop: what holds is its opposite."""
    for fact in facts:
        if fact not in case.run.trace.denials:
            continue
        if isinstance(fact, Negated) and isinstance(fact.operand, Result | Outcome):
            words = callee_words(fact.operand)
            if words & POSITIVE_WORDS and not words & NEGATIVE_WORDS and ties(case, fact.operand, term, 0):
                return fact if authorised(case, term, implied(fact)) is None else None
        if isinstance(term, Rows) and isinstance(fact, Test) and fact.operator == "ne" and _differs(case, fact, term):
            return fact
        if (
            isinstance(fact, Negated)
            and isinstance(fact.operand, Rows)
            and _by_key(case, fact.operand.query, term)
            and verifies(case, fact.operand.query, term, 0)
        ):
            return fact
    return None


def _by_key(case: Case, query: Query, term: Term) -> bool:
    """Whether the term names the query's rows by their own key; a row of the same name is no owner's row."""
    from isolint.prove.columns import Meaning, read_column

    table = case.table(query.tables[0]) if query.tables else None
    return any(
        isinstance(test.left, Column)
        and speaks_of(test.right, term)
        and read_column(case, test.left, table).meaning is Meaning.KEY
        for test in lookups(query)
    )


def _differs(case: Case, fact: Test, rows: Rows) -> bool:
    """`row.tenant_id != caller.tenant_id` holds where the row is used."""
    from isolint.prove.columns import Meaning, read_column, row_column

    for side, other in ((fact.left, fact.right), (fact.right, fact.left)):
        column = row_column(side)
        if column is not None and speaks_of(side, rows) and not isinstance(other, Literal):
            table = case.table(rows.query.tables[0]) if rows.query.tables else None
            if read_column(case, column, table).meaning is Meaning.TENANT and trusted(case, other):
                return True
    return False


def unawaited(case: Case, facts: Iterable[Term], term: Term) -> Term | None:
    """A check that was called and never awaited, and that would have tied the value to the caller."""
    for fact in facts:
        if isinstance(fact, Pending) and any(ties(case, inner, term, 0) for inner in implied(fact.value)):
            return fact
    return None
