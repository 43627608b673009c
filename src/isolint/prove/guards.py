"""Conditions that tie an id, a row or a tenant from outside to the caller."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from isolint.link.symbols import ClassRef
from isolint.model.access import Operation
from isolint.model.identifiers import split
from isolint.prove.absent import present
from isolint.prove.case import Case
from isolint.prove.evaluate import element_of
from isolint.prove.given import values_of
from isolint.prove.mentions import may_speak_of, speaks_of
from isolint.prove.origins import Kind, is_request, origin
from isolint.prove.serializers import accepts, is_serializer
from isolint.prove.terms import (
    Bound,
    Computed,
    Each,
    Either,
    Entity,
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
    Record,
    Result,
    Rows,
    Term,
    Test,
    Text,
    contents,
    either,
    lookups,
)

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
SECRET_CHECKS = frozenset(
    "signature signed hmac digest password secret compare_digest sha256 sign signing unsign captcha "
    "webhook otp totp".split()
)
SIGNATURES = frozenset({"signature", "hmac", "digest"})
CREDENTIAL_HEADERS = frozenset({"authorization", "token", "key", "apikey", "bearer"})
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
        case Test("eq" | "in", left, right):
            return (speaks_of(left, term) and trusted(case, right, depth + 1)) or (
                speaks_of(right, term) and trusted(case, left, depth + 1)
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
            tying = [ties(case, operand, term, depth) for operand in operands]
            return any(tying) and all(
                tied or _is_absence(operand, term) or _lacks_caller(case, operand) or _lets_operators(case, operand)
                for tied, operand in zip(tying, operands, strict=True)
            )
        case _:
            return False


def _is_absence(fact: Term, term: Term) -> bool:
    """Whether the fact says that there is no value to be checked: `not ids`, `id is None`."""
    match fact:
        case Negated(operand) | Test("eq", operand, Literal(None)):
            about = any(speaks_of(term, option) for option in present(operand))
            return about and origin(operand).kind in {Kind.REQUEST, Kind.ROW}
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
        return guarded_input(case, term) or authorised(case, term, case.known, depth + 1) is not None
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

    return any(is_secret(test.left) for test in tests)


@lru_cache(maxsize=1 << 14)
def verifies_secret(fact: Term) -> bool:
    """Whether the fact is a signature, password or token that was verified."""
    match fact:
        case Passed(value):
            return verifies_secret(value)
        case Result() | Outcome():
            words = callee_words(fact)
            operands = fact.operands() if isinstance(fact, Result) else fact.arguments
            if not any(map(_is_from_outside, operands)):
                return False
            asked = _asked(fact.callee) if isinstance(fact, Result) else ()
            mentions = {word for operand in (*operands, *asked) for name in _names(operand) for word in split(name)}
            if {"construct", "event"} <= words:
                return True
            return bool(words & SECRET_CHECKS) or (bool(words & CHECK_WORDS) and bool(mentions & SECRET_CHECKS))
        case Test("eq", left, right):
            return any(_mentions_secret(side) for side in (left, right)) and not any(
                isinstance(side, Literal) for side in (left, right)
            )
        case Negated(operand) if isinstance(operand, Result | Outcome):
            return bool(callee_words(operand) & NEGATIVE_WORDS) and verifies_secret(operand)
        case _:
            return False


def says_checked(call: Term, *, raises: bool) -> bool:
    """Whether what is called is named as a check is, or as one that raises when it fails."""
    return bool(callee_words(call) & (RAISING_WORDS if raises else CHECK_WORDS))


def _is_from_outside(operand: Term) -> bool:
    """Whether a value holds something that the caller sent: nothing else needs to be verified."""
    return any(is_request(part) or origin(part).kind in {Kind.REQUEST, Kind.CALLER} for part in contents(operand))


def is_credential(term: Term) -> bool:
    """Whether a value was read from the header that carries the caller's credentials."""
    return any(
        isinstance(part, Item | Member | Input)
        and origin(part).part == "header"
        and not CREDENTIAL_HEADERS.isdisjoint(split(_last_name(part)))
        for part in contents(term)
    )


def _names(operand: Term) -> tuple[str, ...]:
    """What an argument is called; of an object written in place the entry that holds a signature: other secrets in
    it may only be looked at for their form.
    """
    if isinstance(operand, Record):
        keys = [key.value for key, _, _ in operand.entries if isinstance(key, Literal) and isinstance(key.value, str)]
        return tuple(key for key in keys if not SIGNATURES.isdisjoint(split(key)))
    return (_last_name(operand),)


def _asked(callee: Term) -> tuple[Term, ...]:
    """The object that was made to check something: `SignatureVerifier(secret).is_valid_request(…)`."""
    return (callee.base,) if isinstance(callee, Member) and isinstance(callee.base, Result) else ()


def _mentions_secret(side: Term) -> bool:
    """A value named like a secret, or text with one in it (`Bearer ${CRON_SECRET}`)."""
    match side:
        case Text(parts) | Either(parts, _):
            return any(map(_mentions_secret, parts))
        case _:
            return bool(set(split(_last_name(side))) & SECRET_CHECKS)


def _last_name(term: Term) -> str:
    match term:
        case Member(_, name) | Global(name) | Input(name, _, _):
            return name.rpartition(".")[2]
        case Item(_, Literal(str() as name)):
            return name
        case Result(callee, _, _):
            return _last_name(callee)
        case Text(parts) if parts:
            return _last_name(parts[-1])
        case _:
            return ""


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
