"""What callers present to prove who they are, and its verification: signatures, passwords, tokens."""

from __future__ import annotations

from functools import lru_cache

from isolint.model.identifiers import split
from isolint.prove.called import CHECK_WORDS, NEGATIVE_WORDS, callee_words
from isolint.prove.origins import Kind, is_request, origin
from isolint.prove.terms import (
    Either,
    Global,
    Input,
    Item,
    Literal,
    Member,
    Negated,
    Outcome,
    Passed,
    Record,
    Result,
    Term,
    Test,
    Text,
    contents,
)

SECRET_CHECKS = frozenset(
    "signature signed hmac digest password secret compare_digest sha256 sign signing unsign captcha "
    "webhook otp totp".split()
)
SIGNATURES = frozenset({"signature", "hmac", "digest"})
CREDENTIAL_HEADERS = frozenset({"authorization", "token", "key", "apikey", "bearer"})


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
