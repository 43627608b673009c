"""Objects that say what a query is restricted to, or what it writes, as conditions and values over columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isolint.link import Program
from isolint.model.table import Table
from isolint.orms.layer import Vocabulary
from isolint.prove.absent import UNDEFINED
from isolint.prove.terms import (
    NULL,
    Column,
    Either,
    Global,
    Items,
    Literal,
    Logic,
    Maybe,
    Member,
    Negated,
    Record,
    Result,
    Term,
    Test,
    Unknown,
    Where,
    either,
    negate,
)

DROPPED: dict[str, Term] = {"undefined": UNDEFINED, "null": NULL}
Entry = tuple[Term | None, Term, tuple[Term, ...]]


UNSET = Unknown("a value is given")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the objects of one data layer's vocabulary."""

    program: Program
    words: Vocabulary

    def conditions(self, table: Table | None, value: Term, path: tuple[str, ...] = ()) -> Iterator[Term]:
        """The conditions that an object stands for, all of which hold; one that may be left out is a `Maybe`."""
        if isinstance(value, Maybe):
            for part in self.conditions(table, value.value, path):
                yield _maybe(part, value.conditions)
        elif isinstance(value, Either):
            yield either(tuple(self._all(table, option, path) for option in value.options), value.fallback)
        elif isinstance(value, Items):
            yield Logic("or", tuple(self._all(table, option, path) for option in value.items))
        elif isinstance(value, Record):
            for key, item, optional in value.entries:
                for part in self._entry(table, key, item, path):
                    yield _maybe(part, optional)
        elif not isinstance(value, Literal):
            yield value

    def _all(self, table: Table | None, value: Term, path: tuple[str, ...]) -> Term:
        parts = tuple(self.conditions(table, value, path))
        return parts[0] if len(parts) == 1 else Logic("and", parts)

    def _entry(self, table: Table | None, key: Term | None, item: Term, path: tuple[str, ...]) -> Iterator[Term]:
        name = word(key)
        if not name and isinstance(item, Logic) and item.operator == "and" and isinstance(item.operands[-1], Record):
            for part in self.conditions(table, item.operands[-1], path):  # `...(id && { id })`
                yield _maybe(part, item.operands[:-1])
        elif not name:
            yield item
        elif name in self.words.every:
            for part in item.items if isinstance(item, Items) else (item,):
                yield from self.conditions(table, part, path)
        elif name in self.words.any:
            options = item.items if isinstance(item, Items) else (item,)
            yield Logic("or", tuple(self._all(table, option, path) for option in options))
        elif name in self.words.none:
            yield Negated(self._all(table, item, path))
        elif name in self.words.through:
            yield from self.conditions(table, item, path)
        elif name in self.words.without:
            yield Negated(self._all(table, item, path))
        else:
            yield from self._named(table, name, item, path)

    def _named(self, table: Table | None, name: str, item: Term, path: tuple[str, ...]) -> Iterator[Term]:
        """A column, a relation, or the name of a key of several columns."""
        relation = table.relations.get(name) if table else None
        if isinstance(item, Result) and (called := self._operator(item)):
            yield self._called(called, Column(None, (*path, name)), item)
        elif isinstance(item, Record) and self._compares(item):
            for key, value, optional in item.entries:
                test = Test(self.words.operators[word(key)], Column(None, (*path, name)), value)
                yield _maybe(test, optional)
        elif relation is not None and isinstance(item, Record | Either):
            target = self.program.tables.by_name.get(relation.target)
            yield from self.conditions(target, item, (*path, name))
        elif isinstance(item, Record) and table is not None and name not in table.columns:
            yield from self.conditions(table, item, path)
        elif item in self._dropped():
            return
        elif isinstance(item, Either) and not self._dropped().isdisjoint(item.options):
            rest = tuple(option for option in item.options if option not in self._dropped())
            yield Maybe(Test("eq", Column(None, (*path, name)), either(rest, item.fallback)), (UNSET,))
        elif isinstance(item, Items):
            yield Test("in", Column(None, (*path, name)), item)
        else:
            yield Test("eq", Column(None, (*path, name)), item)

    def _dropped(self) -> frozenset[Term]:
        """The values with which an entry restricts nothing."""
        return frozenset(DROPPED[name] for name in self.words.drops)

    def _operator(self, item: Result) -> str:
        """The operator that a call such as `In(ids)` stands for, '' for any other call."""
        return self.words.calls.get(getattr(item.callee, "name", "").rpartition(".")[2], "")

    def _called(self, word: str, column: Column, item: Result) -> Term:
        first = item.arguments[0] if item.arguments else NULL
        if word == "null":
            return Test("eq", column, NULL)
        if word != "not":
            return Test(word, column, first)
        if isinstance(first, Result) and (inner := self._operator(first)):
            return negate(self._called(inner, column, first))
        return negate(Test("eq", column, first))

    def _compares(self, item: Record) -> bool:
        """Whether an object under a column's name holds operators (`{gte: 1}`) and not a value."""
        return bool(item.entries) and all(word(key) in self.words.operators for key, _, _ in item.entries)


def word(key: Term | None) -> str:
    """The text of a key, or the last two names of a symbol that stands for one (`Op.in`); '' for any other."""
    if isinstance(key, Literal) and isinstance(key.value, str):
        return key.value
    if isinstance(key, Global):
        return ".".join(key.name.split(".")[-2:])
    if isinstance(key, Member) and isinstance(key.base, Member | Global):
        return f"{key.base.name.rpartition('.')[2]}.{key.name}"
    return ""


def _maybe(part: Term, conditions: tuple[Term, ...]) -> Term:
    if not conditions:
        return part
    if isinstance(part, Maybe):
        return Maybe(part.value, part.conditions + conditions)
    return Maybe(part, conditions)


def condition_of(part: Term) -> Where:
    """A condition as a restriction of a query; one that may be left out says when it is there."""
    return Where(part.value, optional=part.conditions) if isinstance(part, Maybe) else Where(part)
