"""Functions of data layers that make conditions over columns: `eq(a, b)`, `and(…)`, `isNull(column)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.orms import LAYERS
from isolint.prove.absent import MISSING
from isolint.prove.builders import comparison
from isolint.prove.given import Given
from isolint.prove.sqltext import fragment_condition
from isolint.prove.terms import (
    NULL,
    TRUE,
    Alias,
    Closed,
    Column,
    Either,
    Global,
    Items,
    Literal,
    Logic,
    Maybe,
    Query,
    Result,
    Term,
    Test,
    negate,
    walk,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

JOINING = frozenset({"and", "or"})


def condition(run: Run, frame: Frame, name: str, given: Given) -> Term | None:
    """The condition or alias that a data layer's function makes; None for any other function."""
    module, _, last = name.rpartition(".")
    for known in LAYERS:
        if (last in known.conditions or last in known.aliases) and known.has_module(module):
            if last in known.aliases:
                return Alias(given.positional[0], f"{frame.path}:{given.at.line}:{given.at.column}")
            operands = tuple(fragment_condition(run, operand) for operand in given.positional)
            return _built(known.conditions[last], operands)
    return None


def _built(operator: str, operands: tuple[Term, ...]) -> Term:
    if operator in JOINING:
        return joined(operator, operands)
    first = operands[0] if operands else NULL
    match operator:
        case "not":
            return negate(first)
        case "is null":
            return Test("eq", first, NULL)
        case "is not null":
            return Test("ne", first, NULL)
        case "comparison":
            return comparison(None, operands)
        case "exists":
            return Result(Global("exists"), operands)
        case _:
            return Test(operator, first, operands[1] if len(operands) > 1 else NULL)


def joined(operator: str, operands: tuple[Term, ...]) -> Term:
    """`and(…)` or `or(…)`: operands that are undefined do not count, a list is spread into its items."""
    parts = [part for operand in operands for part in _parts(operand)]
    if operator == "or":
        parts = [part.value if isinstance(part, Maybe) else part for part in parts]
        return parts[0] if len(parts) == 1 else Logic("or", tuple(parts)) if parts else TRUE
    return parts[0] if len(parts) == 1 else Logic("and", tuple(parts)) if parts else TRUE


def _parts(operand: Term) -> tuple[Term, ...]:
    match operand:
        case Literal(None):
            return ()
        case Items(items):
            return tuple(part for item in items for part in _parts(item))
        case Either(options, False) if not MISSING.isdisjoint(options):
            rest = tuple(option for option in options if option not in MISSING)
            return tuple(Maybe(part, (UNDEFINED,)) for option in rest for part in _parts(option))
        case Logic("and", (*tests, last)) if tests and not any(map(_names_column, tests)) and _names_column(last):
            return tuple(Maybe(part, tuple(tests)) for part in _parts(last))
        case _:
            return (operand,)


def _names_column(term: Term) -> bool:
    return any(isinstance(part, Column) for part in walk(term, 40))


UNDEFINED = Global("whether there is one")
"""The condition of an operand that may be undefined for a reason that is not known."""


def given_operators(run: Run, frame: Frame, query: Query, function: Closed, given: Given) -> Term:
    """`where: (table, { eq, and }) => …`: what the function makes of the query's table and the layer's operators."""
    from isolint.orms import layer
    from isolint.prove.calling import invoke

    table = query.tables[0] if query.tables else NULL
    operators = Global(layer(query.layer).modules[0])
    return invoke(run, frame, function, Given((table, operators), (), given.at))


def each(condition: Term, optional: tuple[Term, ...] = ()) -> list[tuple[Term, tuple[Term, ...]]]:
    """The parts of a condition that all hold, each with the conditions under which it is there at all."""
    if isinstance(condition, Maybe):
        return each(condition.value, (*optional, *condition.conditions))
    if isinstance(condition, Logic) and condition.operator == "and":
        return [part for operand in condition.operands for part in each(operand, optional)]
    return [(condition, optional)]
