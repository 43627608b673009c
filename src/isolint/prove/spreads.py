"""What is spread into an object, and what it may replace there."""

from __future__ import annotations

from isolint.prove.terms import NULL, Either, Item, Literal, Logic, Maybe, Record, Term, either


def overridable(key: Term | None, held: Term, spread: Term) -> Term:
    """An entry before a spread may be replaced by what that has under the same key, if it may have any such."""
    if key is None:
        return held
    ways = _spread_ways(spread)
    if ways is None or not isinstance(key, Literal):
        return either((held, Item(spread, key)))
    found = [way.get(str(key.value)) for way in ways]
    return either((*([held] if None in found else []), *(value for value in found if value is not None)))


def _spread_ways(spread: Term) -> list[Record] | None:
    """The objects that a spread value is one of (`...(all ? {} : { id })`, `...(id && { id })`), None when it may hold
    other names than those that are written there.
    """
    match spread:
        case Record(entries):
            return [spread] if all(isinstance(key, Literal) for key, _, _ in entries) else None
        case Literal():
            return [Record(())]
        case Maybe(value, _):
            options: tuple[Term, ...] = (value, NULL)
        case Logic("and", operands):
            options = (operands[-1], NULL)
        case Either(options, _):
            pass
        case _:
            return None
    ways = [_spread_ways(option) for option in options]
    return None if None in ways else [record for way in ways if way is not None for record in way]
