"""Texts that a program puts together: every way that a term can be read as text, with the values in its holes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from isolint.model.source import Span
from isolint.prove.evaluate import item
from isolint.prove.given import Given
from isolint.prove.terms import (
    Computed,
    Either,
    Item,
    Items,
    Literal,
    Member,
    Outcome,
    Record,
    Result,
    Term,
    Text,
    Unknown,
)

TEXT_WRAPPERS = frozenset("text SQL RawSQL Composed TextClause literal_sql raw".split())
IDENTIFIERS = frozenset({"Identifier"})
PLACEHOLDERS = frozenset({"Placeholder"})
MAX_TEXTS = 6
MAX_DEPTH = 12
PERCENT = re.compile(r"%(?:\((\w+)\))?[sdr]")


def unwrapped(term: Term) -> Term:
    """The text inside `text(…)`, `sql.SQL(…)` and methods of those."""
    for _ in range(MAX_DEPTH):
        if not isinstance(term, Result):
            break
        name = getattr(term.callee, "name", "").rpartition(".")[2]
        if name in TEXT_WRAPPERS and term.arguments:
            term = term.arguments[0]
        elif isinstance(term.callee, Member) and name == "format":
            term = _composed(term)
        elif isinstance(term.callee, Member) and name in {"bindparams", "columns", "strip", "as_string", "join"}:
            term = term.callee.base
        else:
            break
    return term


def _composed(term: Result) -> Term:
    """`sql.SQL("… {}").format(sql.Identifier(x))` as text with its parts put in."""
    from isolint.prove.builtin import format_text

    inner = unwrapped(term.callee.base) if isinstance(term.callee, Member) else term
    if not (isinstance(inner, Literal) and isinstance(inner.value, str)):
        return Unknown("composed")

    return format_text(inner.value, Given(term.arguments, term.keywords, Span(1, 1, 1, 1)))


def texts(term: Term) -> Iterator[tuple[str, tuple[Term, ...]]]:
    """The texts that a term can stand for, each with the terms in its holes, which are written `⟦n⟧`."""
    count = 0
    for parts in _alternatives(unwrapped(term), 0):
        holes: list[Term] = []
        pieces = []
        for part in parts:
            if isinstance(part, Literal) and isinstance(part.value, str | int | float):
                pieces.append(str(part.value))
            else:
                pieces.append(f"⟦{len(holes)}⟧")
                holes.append(part)
        if any(piece and not piece.startswith("⟦") for piece in pieces):
            yield "".join(pieces), tuple(holes)
            count += 1
        if count >= MAX_TEXTS:
            return


def _alternatives(term: Term, depth: int) -> Iterator[tuple[Term, ...]]:
    if depth > MAX_DEPTH:
        yield (term,)
    elif isinstance(term, Text):
        yield from _products(term.parts, depth)
    elif isinstance(term, Either):
        for option in term.options:
            yield from _alternatives(unwrapped(option), depth + 1)
    elif isinstance(term, Computed) and term.operator == "%":
        yield from _percent(term, depth)
    elif isinstance(term, Computed) and term.operator == "+" and any(map(_is_text, term.operands)):
        yield from _products(term.operands, depth)
    elif isinstance(term, Outcome):
        for value, _ in term.returns:
            yield from _alternatives(unwrapped(value), depth + 1)
    elif (options := _read_from(term)) is not None:
        for option in options:
            yield from _alternatives(unwrapped(option), depth + 1)
    elif isinstance(term, Result) and getattr(term.callee, "name", "").rpartition(".")[2] in PLACEHOLDERS:
        yield (_mark(term),)
    elif isinstance(term, Result) and getattr(term.callee, "name", "").rpartition(".")[2] in IDENTIFIERS:
        yield from _products(_quoted(term), depth)
    else:
        yield (term,)


def _is_text(term: Term) -> bool:
    inner = unwrapped(term)
    return isinstance(inner, Text) or (isinstance(inner, Literal) and isinstance(inner.value, str))


def _mark(placeholder: Result) -> Term:
    """`sql.Placeholder()` and `sql.Placeholder("name")` as the marks that they become."""
    name = placeholder.arguments[0] if placeholder.arguments else None
    return Literal(f"%({name.value})s" if isinstance(name, Literal) and isinstance(name.value, str) else "%s")


def _read_from(term: Term) -> tuple[Term, ...] | None:
    """The values that reading from a constant mapping can give, whatever the key; None for other terms."""
    if not isinstance(term, Item):
        return None
    if isinstance(term.base, Record) and all(key is not None for key, _, _ in term.base.entries):
        return tuple(dict.fromkeys(value for _, value, _ in term.base.entries))
    inner = _read_from(term.base)
    return tuple(item(option, term.key) for option in inner) if inner is not None else None


def _quoted(identifier: Result) -> tuple[Term, ...]:
    """`sql.Identifier(schema, table)` as the text that it becomes."""
    quote = Literal('"')
    parts = [part for name in identifier.arguments for part in (Literal("."), quote, name, quote)]
    return tuple(parts[1:])


def _products(parts: tuple[Term, ...], depth: int) -> Iterator[tuple[Term, ...]]:
    options = [list(_alternatives(unwrapped(part), depth + 1))[:MAX_TEXTS] for part in parts]
    for count, choice in enumerate(product(*options)):
        if count >= MAX_TEXTS:
            return
        yield tuple(piece for pieces in choice for piece in pieces)


def _percent(term: Computed, depth: int) -> Iterator[tuple[Term, ...]]:
    """`"… %s" % value` builds text: its marks are holes, not bound parameters."""
    template, value = term.operands
    for parts in _alternatives(template, depth + 1):
        filled: list[Term] = []
        position = 0
        for part in parts:
            if not (isinstance(part, Literal) and isinstance(part.value, str)):
                filled.append(part)
                continue
            at = 0
            for mark in PERCENT.finditer(part.value):
                filled.append(Literal(part.value[at : mark.start()]))
                filled.append(_percent_value(value, mark.group(1), position))
                position += 1
                at = mark.end()
            filled.append(Literal(part.value[at:]))
        yield tuple(filled)


def _percent_value(value: Term, name: str | None, position: int) -> Term:
    if name and isinstance(value, Record):
        return value.get(name) or Unknown(name)
    if isinstance(value, Items):
        return value.items[position] if position < len(value.items) else Unknown("%s")
    return value
