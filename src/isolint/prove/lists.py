"""Methods of lists that are given a function: `ids.map(f)`, `rows.filter(f)`, `list.includes(x)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.prove.absent import UNDEFINED
from isolint.prove.evaluate import element_of
from isolint.prove.execute import about_each, note_check
from isolint.prove.given import Given
from isolint.prove.included import picked
from isolint.prove.knowing import facts
from isolint.prove.origins import Kind, origin
from isolint.prove.sets import of_sets
from isolint.prove.terms import (
    NULL,
    Each,
    Either,
    Items,
    Literal,
    Mapped,
    Maybe,
    Member,
    Outcome,
    Pending,
    Query,
    Rows,
    Term,
    Test,
    either,
)
from isolint.tenancy.words import singular

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

MAX_UNROLLED = 12
MAPPING = frozenset({"map", "flatMap"})
TESTING = frozenset({"some", "every"})
FINDING = frozenset({"find", "findLast"})
WITH_FUNCTION = MAPPING | TESTING | FINDING | {"filter", "forEach", "reduce"}
EACH = MAPPING | {"forEach"}
"""Those that call the function for each element, whatever it gives for the others."""
HOLDING = frozenset({"includes", "has"})


def method(run: Run, frame: Frame, base: Term, name: str, given: Given) -> Term | None:
    """The value of a list's method, the function that it is given followed; None for any other call."""
    from isolint.prove.calling import is_function

    if not given.positional:
        return None
    first = given.positional[0]
    if (value := of_sets(base, name, given)) is not None:
        return value
    if name in HOLDING and (isinstance(base, Items | Mapped | Rows | Each) or _is_callers_list(base)):
        return Test("in", first, base)
    if name == "concat" and isinstance(base, Items | Mapped | Rows):
        return Items(tuple(item for part in (base, *given.positional) for item in _items(part)))
    if name not in WITH_FUNCTION or isinstance(base, Query) or not is_function(first):
        return None
    if isinstance(base, Items) and name in MAPPING and len(base.items) <= MAX_UNROLLED:
        return Items(tuple(_mapped(run, frame, first, item, given) for item in base.items))
    element = element_of(_filled(base))
    if name == "reduce":
        start = given.positional[1] if len(given.positional) > 1 else element
        return either((start, _call(run, frame, first, (start, element), given)))
    known = frame.known
    value = _call(run, frame, first, (element,), given)
    asked = name in EACH  # the list may be empty: what holds for each of its elements holds then, too
    frame.known = known + (tuple(f for f in about_each(frame.known, element) if f not in known) if asked else ())
    if name == "filter":
        note_check(run, frame, facts(_condition(value)), given.at)
    if name in TESTING | FINDING and (rows := picked(run, base, _condition(value))) is not None:
        return rows
    return _result(name, base, element, value)


def _is_callers_list(base: Term) -> bool:
    """Whether it is a list of the session's, or one that a function has put together of such lists or of rows."""
    if isinstance(base, Outcome | Either):
        return origin(base).kind in {Kind.SESSION, Kind.ROW}
    return isinstance(base, Member) and singular(base.name) != base.name and origin(base).kind is Kind.SESSION


def _items(part: Term) -> tuple[Term, ...]:
    return part.items if isinstance(part, Items) else (Each(part),)


def _filled(base: Term) -> Term:
    """A list that may be empty instead (`ids ?? []`), when it is not."""
    if not isinstance(base, Either):
        return base
    options = tuple(option for option in base.options if option not in (Items(()), NULL, UNDEFINED))
    return either(options, base.fallback) if options else base


def _result(name: str, base: Term, element: Term, value: Term) -> Term:
    if name in MAPPING:
        return Mapped(value, base)
    if name == "filter":
        return Mapped(element, base, (_condition(value),))
    if name in TESTING:
        return _condition(value)
    return element if name in FINDING else NULL


def _condition(value: Term) -> Term:
    return value.value if isinstance(value, Pending) else value


def _mapped(run: Run, frame: Frame, function: Term, item: Term, given: Given) -> Term:
    if isinstance(item, Maybe):
        return Maybe(_mapped(run, frame, function, item.value, given), item.conditions)
    if isinstance(item, Each):
        return Each(Mapped(_call(run, frame, function, (element_of(item.source),), given), item.source))
    return _call(run, frame, function, (item,), given)


def _call(run: Run, frame: Frame, function: Term, arguments: tuple[Term, ...], given: Given) -> Term:
    from isolint.prove.calling import invoke

    value = invoke(run, frame, function, Given(arguments, (), given.at))
    return either(tuple(v for v, _ in value.returns)) if isinstance(value, Outcome) and _plain(value) else value


def _plain(value: Outcome) -> bool:
    return not any(isinstance(returned, Literal | Either) for returned, _ in value.returns)
