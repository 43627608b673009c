"""What a call that runs SQL is given, where the text or its values stand in an object of options."""

from __future__ import annotations

import re
from dataclasses import replace

from isolint.prove.given import Given
from isolint.prove.terms import Items, Literal, Record, Term

TEXTS = ("text", "sql", "query")
ASSIGNED = re.compile(r"(INSERT\s+INTO\s+\S+\s+)?SET\s+\?(?!\?)", re.IGNORECASE)
"""Where the columns of an object are to be written."""
VALUES = ("values", "params", "replacements", "bind", "parameters")


def plain(given: Given) -> Given:
    """`query({ text, values })` and `query(text, { replacements })` as `query(text, values)`."""
    return _assigned(_unpacked(given))


def _unpacked(given: Given) -> Given:
    first, *rest = given.positional
    if (text := _entry(first, TEXTS)) is not None:
        values = _entry(first, VALUES)
        return replace(given, positional=(text, *((values,) if values is not None else tuple(rest))))
    bound = (_entry(value, VALUES) or value for value in rest)
    return replace(given, positional=(first, *bound))


def _assigned(given: Given) -> Given:
    """`query("INSERT INTO t SET ?", { a: 1 })` with the columns and values of the object."""
    text, *rest = given.positional
    values = rest[0] if rest else None
    if not (isinstance(text, Literal) and isinstance(text.value, str)) or values is None:
        return given
    mark = ASSIGNED.search(text.value)
    if mark is None:
        return given
    index = text.value[: mark.start()].count("?")
    listed = values.items if isinstance(values, Items) else (values,)
    row = listed[index] if index < len(listed) else None
    if not isinstance(row, Record):
        return given
    entries = [(str(key.value), value) for key, value, _ in row.entries if isinstance(key, Literal)]
    columns = "SET " + ", ".join(f"{name} = ?" for name, _ in entries)
    if mark[1]:
        columns = f"({', '.join(name for name, _ in entries)}) VALUES ({', '.join('?' for _ in entries)})"
    filled = (*listed[:index], *(value for _, value in entries), *listed[index + 1 :])
    written = f"{text.value[: mark.start()]}{mark[1] or ''}{columns}{text.value[mark.end() :]}"
    return replace(given, positional=(Literal(written), Items(filled), *rest[1:]))


def _entry(value: Term, names: tuple[str, ...]) -> Term | None:
    """What an object holds under the first of the names that it has."""
    if not isinstance(value, Record):
        return None
    return next((found for name in names if (found := value.get(name)) is not None), None)
