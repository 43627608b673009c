"""What a call that runs SQL is given, where the text or its values stand in an object of options."""

from __future__ import annotations

from dataclasses import replace

from isolint.prove.given import Given
from isolint.prove.terms import Record, Term

TEXTS = ("text", "sql", "query")
VALUES = ("values", "params", "replacements", "bind", "parameters")


def plain(given: Given) -> Given:
    """`query({ text, values })` and `query(text, { replacements })` as `query(text, values)`."""
    first, *rest = given.positional
    if (text := _entry(first, TEXTS)) is not None:
        values = _entry(first, VALUES)
        return replace(given, positional=(text, *((values,) if values is not None else tuple(rest))))
    bound = (_entry(value, VALUES) or value for value in rest)
    return replace(given, positional=(first, *bound))


def _entry(value: Term, names: tuple[str, ...]) -> Term | None:
    """What an object holds under the first of the names that it has."""
    if not isinstance(value, Record):
        return None
    return next((found for name in names if (found := value.get(name)) is not None), None)
