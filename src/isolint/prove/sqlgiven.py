"""What a call that runs SQL is given, where the text or its values stand in an object of options."""

from __future__ import annotations

import re
from dataclasses import replace

from isolint.prove.evaluate import element_of
from isolint.prove.given import Given
from isolint.prove.terms import Items, Literal, Record, Term

TEXTS = ("text", "sql", "query")
TEXT_NAMES = ("statement", "query", "sql", "operation")
VALUE_NAMES = ("params", "parameters", "vars", "args", "values")
"""Keywords of methods that run SQL."""
LISTS = "execute_values"
OF_CURSOR = frozenset({LISTS, "execute_batch"})
"""Functions that are given the cursor first."""
OF_ROWS = OF_CURSOR | {"executemany"}
ASSIGNED = re.compile(r"(INSERT\s+INTO\s+\S+\s+)?SET\s+\?(?!\?)", re.IGNORECASE)
"""Where the columns of an object are to be written."""
VALUES = ("values", "params", "replacements", "bind", "parameters")


def plain(receiver: Term, method: str, given: Given) -> tuple[Term, Given]:
    """`query({ text, values })`, `query(text, { replacements })` and `query(sql=text, params=values)` as
    `query(text, values)` of what runs it; of many rows of values any one.
    """
    if method in OF_CURSOR and given.positional:
        receiver, given = given.positional[0], replace(given, positional=given.positional[1:])
    given = _placed(given)
    if not given.positional:
        return receiver, given
    if method in OF_ROWS and len(given.positional) > 1:
        text, rows, *rest = given.positional
        row = element_of(rows)
        text = _listed(text, row, given.keyword("template")) if method == LISTS else text
        given = replace(given, positional=(text, row, *rest))
    return receiver, _assigned(_unpacked(given))


def _placed(given: Given) -> Given:
    """The text and its values where they stand without their names."""
    positional, keywords = given.positional, dict(given.keywords)
    for count, names in enumerate((TEXT_NAMES, VALUE_NAMES)):
        name = next((name for name in names if name in keywords), None)
        if name is not None and len(positional) == count:
            positional = (*positional, keywords.pop(name))
    return replace(given, positional=positional, keywords=tuple(item for item in given.keywords if item[0] in keywords))


def _listed(text: Term, row: Term, template: Term | None) -> Term:
    """`INSERT … VALUES %s` with a mark for each value of a row, or with the template of one."""
    if not (isinstance(text, Literal) and isinstance(text.value, str)):
        return text
    marks = f"({', '.join('%s' for _ in row.items)})" if isinstance(row, Items) else "(%s)"
    written = template.value if isinstance(template, Literal) and isinstance(template.value, str) else marks
    return Literal(text.value.replace("%s", written, 1))


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
