"""What a tag of a driver does beside running statements: parts of them, and lists of columns made of objects.

``sql`… ${word ? sql`AND status = ${word}` : sql``}` ``, ``sql`INSERT INTO t ${sql(row)}` ``.
"""

from __future__ import annotations

from collections.abc import Iterator

from isolint.prove.payload import rows_of
from isolint.prove.tagged import BOUND, FRAGMENT, hole
from isolint.prove.terms import Computed, Either, Global, Items, Literal, Maybe, Member, Record, Result, Term, Text

TAG = "sql"
COMMA = Literal(", ")


def with_helpers(tag: Term, text: Term) -> Term:
    """The text with what calls of its own tag give put into its holes as fragments."""
    if not isinstance(text, Text):
        return text
    parts: list[Term] = []
    for part in text.parts:
        if isinstance(part, Computed) and part.operator == BOUND:
            part = hole(_made(tag, part.operands[0], _ends_with_set(parts)))
        parts.append(part)
    return Text(tuple(parts))


def _ends_with_set(before: list[Term]) -> bool:
    """Whether assignments follow, and not a list of columns and their values."""
    last = before[-1] if before else None
    return isinstance(last, Literal) and str(last.value).rstrip().upper().endswith((" SET", "\nSET", "UPDATE"))


def _made(tag: Term, value: Term, assigned: bool) -> Term:
    match value:
        case Either(options, fallback):
            return Either(tuple(_made(tag, option, assigned) for option in options), fallback)
        case Maybe(inner, conditions):
            return Maybe(_made(tag, inner, assigned), conditions)
        case Items(items):
            return Items(tuple(_made(tag, item, assigned) for item in items))
        case Result(callee, (Text() as text,), _) if _is_same(tag, callee):
            return Result(FRAGMENT, (with_helpers(tag, text),))
        case Result(callee, (Literal(str() as name), *_), _) if _is_same(tag, callee):
            return Result(FRAGMENT, (Text((Literal(f'"{name}"'),)),))
        case Result(callee, (first, *columns), _) if _is_same(tag, callee):
            row = next(rows_of(first), None)
            return Result(FRAGMENT, (Text(tuple(_columns(row, columns, assigned))),)) if row is not None else value
        case _:
            return value


def _is_same(tag: Term, callee: Term) -> bool:
    """Whether a call is of the tag itself, or of the client that the tag of a transaction was made by."""
    return callee == tag or (isinstance(callee, Global | Member) and callee.name.rpartition(".")[2] == TAG)


def _columns(row: Record, named: list[Term], assigned: bool) -> Iterator[Term]:
    """`"a" = $1, "b" = $2`, or `("a", "b") VALUES ($1, $2)`."""
    only = {name.value for name in named if isinstance(name, Literal)}
    entries = [
        (str(key.value), value)
        for key, value, _ in row.entries
        if isinstance(key, Literal) and (not only or key.value in only)
    ]
    if assigned:
        for index, (name, value) in enumerate(entries):
            yield from ((COMMA,) if index else ())
            yield Literal(f'"{name}" = ')
            yield hole(value)
        return
    yield Literal("(" + ", ".join(f'"{name}"' for name, _ in entries) + ") VALUES (")
    for index, (_, value) in enumerate(entries):
        yield from ((COMMA,) if index else ())
        yield hole(value)
    yield Literal(")")
