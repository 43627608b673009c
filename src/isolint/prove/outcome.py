"""What a call of a function of the project gives, from the ways out of its body."""

from __future__ import annotations

from isolint.link.symbols import FunctionRef
from isolint.model.identifiers import split
from isolint.prove.frame import Frame
from isolint.prove.knowing import flag, joined
from isolint.prove.origins import PRESENTED, VERIFYING, Kind, origin
from isolint.prove.terms import Entity, Global, Literal, Logic, Outcome, Record, Result, Term, either

MAX_WAYS = 6
"""A body with more ways out than this for those whom it lets through says nothing of them."""


def _is_made(value: Term) -> bool:
    """A value made by code from outside the project, as a response is: callers ask whether they got one."""
    return isinstance(value, Result) and isinstance(value.callee, Global)


def _tells(value: Term, path: str) -> bool:
    """Whether callers learn something from which of the values they got."""
    return flag(value, path) is not None or isinstance(value, Literal | Record) or _is_made(value)


def _reads_credential(ref: FunctionRef, arguments: tuple[Term, ...], frame: Frame) -> bool:
    """Whether a function verifies what a caller presents and returns what that holds: it is known by its name then."""
    if VERIFYING.isdisjoint(split(ref.qualname.rpartition(".")[2])):
        return False
    values = [value for value, _ in frame.returns if not isinstance(value, Literal)]
    presented = any(origin(argument).part in PRESENTED for argument in arguments)
    return presented and bool(values) and all(origin(value).part in PRESENTED for value in values)


def returned(ref: FunctionRef, arguments: tuple[Term, ...], frame: Frame) -> Term:
    """One return is its value; several that may be true or false keep what is known at each."""
    if _reads_credential(ref, arguments, frame):
        return Result(Entity(ref), arguments)
    ways = _of_everybody(frame.returns)
    if len(ways) == 1 and not isinstance(ways[0][0], Literal):
        return ways[0][0]
    values = [value for value, _ in ways]
    if any(_tells(value, ref.path) for value in values):
        return Outcome(ref, arguments, tuple(dict.fromkeys(ways)))
    return either(tuple(values)) if values else Result(Entity(ref), arguments)


def _of_everybody(ways: list[tuple[Term, tuple[Term, ...]]]) -> list[tuple[Term, tuple[Term, ...]]]:
    """The ways out without values that only the platform's operators get, where others get some: what operators choose
    for themselves (the tenant whom they look after) no tenant chooses. Answers such as yes and no are for everybody.
    """
    from isolint.prove.operators import tells_operator

    left = [way for way in ways if isinstance(way[0], Literal) or not any(map(tells_operator, way[1]))]
    return left if any(not isinstance(value, Literal) for value, _ in left) else ways


def learnt(known: tuple[Term, ...], frame: Frame) -> tuple[Term, ...]:
    """What holds on every way out of a body that was entered with `known`. A way that only the deployment's
    environment opens (checks that are left out on a developer's machine) is not one that callers choose.
    """
    ways = [way for _, way in frame.returns]
    asked = [way for way in ways if not _only_settings([fact for fact in way if fact not in known])]
    first, *others = asked or ways
    common = tuple(fact for fact in first if all(fact in way for way in others))
    return (*common, *_accepted(common, [first, *others])) if frame.refuses else common


def _accepted(common: tuple[Term, ...], ways: list[tuple[Term, ...]]) -> tuple[Term, ...]:
    """A body that turns some of its callers away and has several ways out for the others: one of these was taken."""
    own = dict.fromkeys(joined([fact for fact in way if fact not in common]) for way in ways if len(way) > len(common))
    told = len(own) > 1 and all(len(way) > len(common) for way in ways)
    return (Logic("or", tuple(own)),) if told and len(own) <= MAX_WAYS else ()


def _only_settings(facts: list[Term]) -> bool:
    return bool(facts) and all(origin(fact).kind is Kind.ENVIRONMENT for fact in facts)


def record(named: dict[str, Term], spread: Term | None) -> Record:
    """The keyword arguments that no parameter takes, with a spread of further ones."""
    entries: list[tuple[Term | None, Term, tuple[Term, ...]]] = [
        (Literal(key), value, ()) for key, value in named.items()
    ]
    if isinstance(spread, Record):
        entries.extend(spread.entries)
    elif spread is not None:
        entries.append((None, spread, ()))
    return Record(tuple(entries))
