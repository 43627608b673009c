"""What leaves the analysed code together with a value."""

from __future__ import annotations

from isolint.prove.querying import crossed
from isolint.prove.terms import Either, Items, Logic, Maybe, Negated, Outcome, Pending, Record, Term


def handed(value: Term) -> tuple[Term, ...]:
    """The values right inside one that is handed on, which whoever gets it may use."""
    match value:
        case Pending() | Maybe():
            return (value.value,)
        case Items(inside) | Logic(_, inside):
            return inside
        case Negated(operand):
            return (operand,)
        case Either(options, _):
            return tuple(crossed(options))
        case Record(entries):
            return tuple(item for _, item, _ in entries)
        case Outcome():
            return tuple(item for item, _ in value.returns)
        case _:
            return ()
