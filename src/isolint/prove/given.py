"""The arguments of a call, and keyword look-ups among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isolint.model.source import Span
from isolint.prove.terms import NULL, Column, Items, Literal, Member, Object, Record, Term, Test

LOOKUP_OPERATORS = {
    "exact": "eq", "iexact": "eq", "in": "in", "gt": "gt", "gte": "ge", "lt": "lt", "lte": "le", "isnull": "other",
    "contains": "other", "icontains": "other", "startswith": "other", "istartswith": "other", "endswith": "other",
    "iendswith": "other", "regex": "other", "iregex": "other", "range": "other", "date": "other", "year": "other",
    "month": "other", "day": "other", "ne": "ne", "not": "ne", "overlap": "other", "has_key": "other",
    "contained_by": "other", "search": "other",
}  # fmt: skip
EACH = "[]"


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of a call as terms, with the span of the call."""

    positional: tuple[Term, ...]
    keywords: tuple[tuple[str, Term], ...]
    at: Span

    def keyword(self, name: str) -> Term | None:
        """The keyword argument of that name."""
        return next((value for key, value in self.keywords if key == name), None)

    def slot(self, name: str) -> Iterator[tuple[str, Term]]:
        """What stands in a slot: (keyword or '', value) pairs."""
        if name == "*":
            yield from (("", value) for value in self.positional)
        elif name == "**":
            yield from self.keywords
        elif name.isdigit():
            if int(name) < len(self.positional):
                yield "", self.positional[int(name)]
        elif "." in name:
            before, _, last = name.rpartition(".")
            yield from (("", found) for _, value in self.slot(before) for found in _inside(value, last))
        elif (found := self.keyword(name)) is not None:
            yield "", found


def _inside(value: Term, name: str) -> Iterator[Term]:
    """The entry of an object, or each item of a list for the name `[]`."""
    if name == EACH:
        yield from value.items if isinstance(value, Items) else ()
    elif not isinstance(value, Record):
        yield Member(value, name)
    elif (found := value.get(name)) is not None:
        yield found


def lookup(name: str, value: Term) -> Term:
    """`workspace__slug=x`, `id__in=xs`: a keyword look-up as a comparison."""
    if name in {"", "**"}:
        return value
    path = name.split("__")
    operator = "eq"
    if len(path) > 1 and path[-1] == "isnull" and isinstance(value, Literal):
        return Test("eq" if value.value else "ne", Column(None, tuple(path[:-1])), NULL)
    if len(path) > 1 and path[-1] in LOOKUP_OPERATORS:
        operator = LOOKUP_OPERATORS[path.pop()]
    return Test(operator, Column(None, tuple(path)), value)


def values_of(operand: Term) -> tuple[Term, ...]:
    """The values that an argument hands over, each once: those in an object written in place, none of an instance."""
    found: dict[Term, None] = {operand: None}
    stack = [operand]
    while stack:
        part = stack.pop()
        new = [value for _, value, _ in part.entries if value not in found] if isinstance(part, Record) else []
        found.update(dict.fromkeys(new))
        stack.extend(new)
    return tuple(value for value in found if not isinstance(value, Record | Object))
