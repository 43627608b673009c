"""Conditions that tie an id, a row or a tenant from outside to the caller."""

from __future__ import annotations

from collections.abc import Iterable

from isolint.link.symbols import ClassRef
from isolint.model.access import Operation
from isolint.prove.absent import present
from isolint.prove.called import CHECK_WORDS, NEGATIVE_WORDS, RAISING_WORDS, callee_words
from isolint.prove.case import Case
from isolint.prove.evaluate import element_of
from isolint.prove.given import values_of
from isolint.prove.knowing import facts as implied
from isolint.prove.mentions import may_speak_of, speaks_of
from isolint.prove.origins import Kind, is_request, origin
from isolint.prove.serializers import accepts, is_serializer
from isolint.prove.terms import (
    Bound,
    Computed,
    Each,
    Either,
    Global,
    Injected,
    Input,
    Item,
    Literal,
    Logic,
    Mapped,
    Member,
    Negated,
    Outcome,
    Passed,
    Query,
    Result,
    Rows,
    Term,
    Test,
    either,
    lookups,
    negate,
)

CALLERS = Input | Injected | Member | Item
"""Values that the caller is told by: what was asked about the caller is no such value."""
MAX_DEPTH = 3


def authorised(case: Case, term: Term, facts: Iterable[Term], depth: int = 0) -> Term | None:
    """The fact that ties `term` to the caller, None when there is none."""
    if isinstance(term, Literal):
        return None
    inner = term.source if isinstance(term, Each) else term
    if isinstance(inner, Mapped):
        return authorised(case, inner.element, (*inner.conditions, *facts), depth)
    each = _each_of(term)
    for fact in facts:
        if ties(case, fact, term, depth) or (each is not None and ties(case, fact, each, depth)):
            return fact
    return None


def _each_of(term: Term) -> Term | None:
    """What a loop over the list would bind that the term is one item of, or all of; None when it is no such term."""
    match term:
        case Item(base, Literal(int())):
            return element_of(base)
        case Either(options, fallback) if all(isinstance(option, Item) for option in options):
            found = [_each_of(option) for option in options]
            return either(tuple(each for each in found if each is not None), fallback) if all(found) else None
        case _:
            return None


def ties(case: Case, fact: Term, term: Term, depth: int = 0) -> bool:
    """Whether a fact ties a value to the caller; `depth` counts the values that it rests on."""
    if not may_speak_of(fact, term):
        return False
    match fact:
        case Test("eq" | "in" as operator, left, right):
            chosen = operator == "in" and origin(right).kind is Kind.REQUEST  # what is in it is one of many
            return (speaks_of(left, term) and trusted(case, right, depth + 1)) or (
                speaks_of(right, term) and not chosen and trusted(case, left, depth + 1)
            )
        case Rows(query):
            return verifies(case, query, term, depth)
        case Passed(Result() as result):
            return bool(callee_words(result) & RAISING_WORDS) and ties(case, result, term, depth)
        case Outcome(_, arguments, _):
            return _passed(case, callee_words(fact), arguments, term, depth)
        case Result() if not _is_plain(fact):
            operands = fact.operands()
            if isinstance(fact.callee, Member | Bound):
                operands = (*operands, _receiver(fact.callee))
            return _passed(case, callee_words(fact), operands, term, depth)
        case Negated(operand) if isinstance(operand, Result | Outcome):
            words = callee_words(operand)
            return bool(words & NEGATIVE_WORDS) and ties(case, operand, term, depth)
        case Negated(Computed("-", (asked, allowed))):
            return speaks_of(asked, term) and trusted(case, allowed, depth + 1)
        case Logic("and", operands):
            return any(ties(case, operand, term, depth) for operand in operands)
        case Logic("or", operands) | Either(operands, _):
            ways = [way for way in operands if not _ruled_out(case, way)]
            tying = [ties(case, way, term, depth) for way in ways]
            return any(tying) and all(tied or _excused(case, way, term) for tied, way in zip(tying, ways, strict=True))
        case _:
            return False


def _ruled_out(case: Case, way: Term) -> bool:
    """Whether it is known that one of several ways was not taken."""
    if isinstance(way, Logic):
        decide = any if way.operator == "and" else all
        return decide(_ruled_out(case, operand) for operand in way.operands)
    return negate(way) in case.certain


def _excused(case: Case, way: Term, term: Term) -> bool:
    """Whether a way needs no check: there is nothing to be checked on it, nobody is calling, it is only for the
    platform's people, or it was not taken.
    """
    if isinstance(way, Logic):
        decide = any if way.operator == "and" else all
        return decide(_excused(case, operand, term) for operand in way.operands)
    absent = _is_absence(way, term) or _lacks_caller(case, way)
    return absent or negate(way) in case.certain or _lets_operators(case, way)


def _is_absence(fact: Term, term: Term) -> bool:
    """Whether the fact says that there is no value to be checked: `not ids`, `id is None`, `ids.length === 0`."""
    match fact:
        case Negated(operand) | Test("eq", operand, Literal(None | "")):
            named = isinstance(operand, Mapped) and operand.element is term
            about = named or any(speaks_of(term, option) for option in present(operand))
            return about and origin(operand).kind in {Kind.REQUEST, Kind.ROW}
        case Test():
            return any(isinstance(part, Negated) and _is_absence(part, term) for part in implied(fact))
        case _:
            return False


def _lacks_caller(case: Case, fact: Term) -> bool:
    """Whether the fact says that nobody is calling, where it is known who is: `not user_id`."""
    match fact:
        case Negated(operand) | Test("eq", operand, Literal(None)):
            return origin(operand).kind is Kind.SESSION and isinstance(operand, CALLERS) and case.authenticated
        case _:
            return False


def _lets_operators(case: Case, condition: Term) -> bool:
    """Whether a way around a check is only for the platform's operators."""
    from isolint.prove.operators import operators_only

    return operators_only(case, (condition,)) is not None


def _receiver(callee: Term) -> Term:
    return callee.base if isinstance(callee, Member) else callee.receiver if isinstance(callee, Bound) else callee


def _passed(case: Case, words: frozenset[str], operands: tuple[Term, ...], term: Term, depth: int) -> bool:
    """A call that holds, or did not raise, given both the value and the caller."""
    if not words & CHECK_WORDS:
        return False
    parts = [part for operand in operands for part in values_of(operand)]
    others = [part for part in parts if not speaks_of(part, term)]
    return len(others) < len(parts) and any(trusted(case, part, depth + 1) for part in others)


def _is_plain(result: Result) -> bool:
    """Calls that only read a value out of something check nothing."""
    return bool(
        callee_words(result) & {"get", "getlist", "parse", "len", "str", "int", "print", "info", "debug", "warning"}
    )


def verifies(case: Case, query: Query, term: Term, depth: int = 0) -> bool:
    """A row was found by the term and by something of the caller's: the term is the caller's to use."""
    if depth > MAX_DEPTH:
        return False
    looks_up = any(speaks_of(test.right, term) for test in lookups(query))
    if not looks_up:
        return False
    from isolint.prove.confine import confined

    return confined(case, query) is not None


def trusted(case: Case, term: Term, depth: int = 0) -> bool:
    """Whether a value is the caller's own: from the session, or from a row that was fetched within the tenant."""
    if depth > MAX_DEPTH:
        return False
    found = origin(term)
    if found.kind is Kind.SESSION:
        return True
    if found.kind is Kind.ROW:
        return all(row_confined(case, rows) for rows in found.rows)
    if found.kind is Kind.REQUEST:
        fact = case.answers.ask((term, depth, case.there), lambda: authorised(case, term, case.known, depth + 1))
        return guarded_input(case, term) or fact is not None
    return is_request(term)


def row_confined(case: Case, rows: Rows) -> bool:
    """Whether rows were fetched within the caller's tenant."""
    from isolint.prove.confine import confined

    query = rows.query
    if query.operation is Operation.CREATE:
        return True
    table = case.table(query.tables[0]) if query.tables else None
    if table is not None and case.ownership(table) is None and table.name not in case.tenancy.roots:
        return _looked_up_by_caller(case, query)
    return confined(case, query) is not None


def _looked_up_by_caller(case: Case, query: Query) -> bool:
    """A row of a shared table (a user, a token) that was found by something of the caller's."""
    tests = lookups(query)
    if any(origin(test.right).kind is Kind.SESSION for test in tests):
        return True
    from isolint.prove.columns import is_secret
    from isolint.prove.identity import finds_session

    return any(is_secret(test.left) for test in tests) or finds_session(case, query)


def guarded_input(case: Case, term: Term) -> bool:
    """Whether the term is an input that a guard before the handler has checked."""
    match term:
        case Input(name, _, _):
            return name in case.entry.guarded
        case Item(Input(_, "body", ClassRef() as klass), Literal(str() as name)) if is_serializer(
            case.run.program, klass
        ):
            return not accepts(case.run.program, klass, name)
        case Item(_, Literal(name)):
            return name in case.entry.guarded and origin(term).part == "path"
        case Injected(_, _, value):
            return guarded_input(case, value)
        case Result(Global("**"), (_, Literal(name)), _):
            return name in case.entry.guarded
        case _:
            return False
