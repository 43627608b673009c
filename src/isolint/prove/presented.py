"""Callers without a session: a signature, a password or a token that was verified speaks for whoever holds it."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.link.symbols import FunctionRef
from isolint.model.access import Operation
from isolint.model.evidence import Reason, Step
from isolint.model.identifiers import split
from isolint.model.source import Place
from isolint.orms import LAYERS
from isolint.prove.case import Case, Found
from isolint.prove.credentials import verifies_secret
from isolint.prove.origins import callee_name
from isolint.prove.show import show
from isolint.prove.terms import Negated, Outcome, Passed, Result, Term

SENDING = frozenset("send publish trigger emit dispatch notify enqueue queue deliver post fire".split())
"""What sends something signed, or to a webhook, has verified nothing."""
TO_OWNER = frozenset({"password", "otp", "totp"})
"""A secret that is sent goes to the person whose row was found by their address: nobody else learns anything."""
VERIFYING = frozenset("verify verified validate check assert ensure require authenticate construct unwrap".split())
"""What a call of an outer function is named after that vouches for all that follows it."""


def verified_by_secret(case: Case) -> Found | None:
    """The secret that was verified on the way to an access of a handler that knows no session, None for none."""
    if case.authenticated:
        return None
    query = case.seen.query
    in_time = query.operation is Operation.READ or any(known.tracks for known in LAYERS if known.name == query.layer)
    later = case.later if in_time else ()
    for fact in (*case.known, *(f for check in later for f in check.facts), *_calls(case)):
        if verifies_secret(fact) and not _only_sends(_words(fact)):
            step = Step(f"`{show(fact)}` was verified", assumed=True)
            return Found(Reason.CAPABILITY_SECRET, show(fact), (step,))
    return None


def _only_sends(words: frozenset[str]) -> bool:
    return bool(words & SENDING) and words.isdisjoint(TO_OWNER)


def _calls(case: Case) -> Iterator[Term]:
    """The calls in the access's own function, and those that verify something in a function around it before the way
    to the access is taken.
    """
    for callee, place, function, operands in case.run.trace.calls:
        called = Result(callee, operands)
        outer = function != case.seen.function
        if not outer or (not VERIFYING.isdisjoint(_words(called)) and _leads_here(case, function, place)):
            yield called


def _words(fact: Term) -> frozenset[str]:
    while isinstance(fact, Passed | Negated):
        fact = fact.value if isinstance(fact, Passed) else fact.operand
    name = fact.function.qualname.rpartition(".")[2] if isinstance(fact, Outcome) else callee_name(fact)
    return frozenset(split(name))


def _leads_here(case: Case, ref: FunctionRef, call: Place) -> bool:
    """Whether the way to the access leaves a function after a call in it."""
    at = case.run.program.function(ref).at
    return any(
        place.path == ref.path and at.line <= place.span.line <= at.end_line and call.span[:2] < place.span[:2]
        for place in case.seen.stack
    )
