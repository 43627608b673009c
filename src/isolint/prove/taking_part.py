"""Whether a parameter that names the tenant takes part in what the rows of an access are looked up by."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.prove.called import says_checked
from isolint.prove.case import Case
from isolint.prove.confine import own_table
from isolint.prove.evaluate import item
from isolint.prove.terms import (
    Column,
    Each,
    Item,
    Literal,
    Logic,
    Mapped,
    Member,
    Negated,
    Passed,
    Query,
    Record,
    Rows,
    Term,
    Test,
    contents,
    lookups,
)


def takes_part(case: Case, named: str, query: Query) -> bool:
    """Whether the parameter (or the member of one, `scope.tenantId`) is in a key of the query, whether a key was read
    from rows that were looked up by it, or whether a key was looked up or checked together with it.
    """
    value = _given(case, named)
    if value is None or isinstance(value, Literal):
        return False
    sought = list(_keys(query))
    if any(value in contents(key) and not _is_content(case, key) for key in sought):
        return True
    return any(_ties(fact, value, sought) for fact in case.known)


def _keys(query: Query) -> Iterator[Term]:
    """What the query's own conditions ask for."""
    stack = [where.condition for where in query.where] + [on for join in query.joins for on in join.on]
    while stack:
        condition = stack.pop()
        if isinstance(condition, Logic):
            stack.extend(condition.operands)
        elif isinstance(condition, Test) and condition.operator in {"eq", "in"} and isinstance(condition.left, Column):
            if not isinstance(condition.right, Literal):
                yield condition.right
        elif not isinstance(condition, Test | Negated):
            yield condition


def _is_content(case: Case, key: Term) -> bool:
    """Whether a key is a part of what a column holds (`JSON.parse(row.items)[0].id`): who wrote the row chose it."""
    return any(isinstance(part, Member) and _is_column(case, part.base) for part in contents(key))


def _is_column(case: Case, term: Term) -> bool:
    while isinstance(term, Each | Item | Mapped):
        term = term.base if isinstance(term, Item) else term.source
    if not (isinstance(term, Member) and isinstance(term.base, Rows)):
        return False
    table = own_table(case, term.base.query)
    return table is not None and term.name in table.columns and term.name not in table.relations


def _given(case: Case, named: str) -> Term | None:
    """What the function around the access was given under the name."""
    name, _, member = named.partition(".")
    seen = case.seen
    for frame in reversed(case.run.frames):
        if frame.function == seen.function and frame.stack == seen.stack and name in frame.names:
            held = frame.names[name]
            if not member:
                return held
            return item(held, Literal(member)) if isinstance(held, Record) else Member(held, member)
    return None


def _ties(fact: Term, value: Term, keys: list[Term]) -> bool:
    """Whether a fact that holds was found out of both."""
    match fact:
        case Logic("and", operands):
            return any(_ties(operand, value, keys) for operand in operands)
        case Rows(query):
            asked = {part for test in lookups(query) for part in contents(test.right)}
            return value in asked and any(key in asked for key in keys)
        case Test("eq" | "in", _, _):
            inside = contents(fact)
        case Passed(result) if says_checked(result, raises=True):
            inside = contents(result)
        case _ if says_checked(fact, raises=False):
            inside = contents(fact)
        case _:
            return False
    return value in inside and any(key in inside for key in keys)
