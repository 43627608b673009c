"""Which table a column belongs to: the sources of one SELECT, what they are made of, and the SELECTs around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlglot import exp

from isolint.frontends.sql.names import folded


class Target(NamedTuple):
    """A column of a table of the statement; `shared` if it is reached through a CTE that is read more than once."""

    table: int
    column: str
    shared: bool = False


Known = dict[int, "tuple[Target, ...] | None"]
"""What one column's name stands for in each of the sources that have been asked, by their identity."""


@dataclass(slots=True)
class Branch:
    """What one SELECT of a set operation yields: named columns in order, and sources that it selects all of.

    `values` are the selected expressions, to be read in `scope`.
    """

    outputs: dict[str, tuple[Target, ...]] = field(default_factory=dict)
    stars: list[Source] = field(default_factory=list)
    values: list[exp.Expr] = field(default_factory=list)
    scope: Scope | None = None

    def column(self, name: str, position: int, known: Known) -> tuple[Target, ...] | None:
        """What the column at the position, or of that name where the position cannot be told, is made of."""
        if self.stars:
            found = [targets for star in self.stars if (targets := star.column(name, known)) is not None]
            return self.outputs.get(name) or (found[0] if len(found) == 1 else None)
        return list(self.outputs.values())[position] if 0 <= position < len(self.outputs) else None


@dataclass(slots=True)
class Source:
    """One entry of FROM: a table (`table` >= 0), a query (`branches`) or rows that belong to no table.

    `names` are the column names that its alias gives, `AS x(a, b)`. `named`: a table under its own name, so that the
    name alone may also be a column.
    """

    table: int = -1
    branches: list[Branch] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    shared: bool = False
    named: bool = False

    def column(self, name: str, known: Known | None = None) -> tuple[Target, ...] | None:
        """What a column of the source is made of; None if the source cannot have it.

        `known` are the answers for the sources that this question has been to: a CTE may be read twice by a CTE that is
        read twice, and so on.
        """
        known = {} if known is None else known
        if id(self) not in known:
            known[id(self)] = self._column(name, known)
        return known[id(self)]

    def _column(self, name: str, known: Known) -> tuple[Target, ...] | None:
        if self.table >= 0:
            return (Target(self.table, name),)
        if not self.branches:
            return () if name in self.names else None
        names = [*self.names, *list(self.branches[0].outputs)[len(self.names) :]]
        position = names.index(name) if name in names else -1
        found = [targets for branch in self.branches if (targets := branch.column(name, position, known)) is not None]
        if not found:
            return None
        made = dict.fromkeys(target for targets in found for target in targets)
        return tuple(dict.fromkeys(target._replace(shared=target.shared or self.shared) for target in made))

    def names_column(self, name: str) -> bool:
        """Whether the source is a query that gives a column this name itself."""
        return name in self.names or any(name in branch.outputs for branch in self.branches[:1])

    def tables(self) -> set[int]:
        """The tables that rows of the source are made of, as far as columns lead to them."""
        found: set[int] = set()
        pending, seen = [self], {id(self)}
        while pending:
            source = pending.pop()
            if source.table >= 0:
                found.add(source.table)
            for branch in source.branches:
                found.update(target.table for targets in branch.outputs.values() for target in targets)
                fresh = {id(star): star for star in branch.stars if id(star) not in seen}
                seen.update(fresh)
                pending += fresh.values()
        return found


@dataclass(slots=True)
class Scope:
    """A SELECT, UPDATE, DELETE or INSERT: its sources by alias, and the scope around it."""

    number: int
    outer: Scope | None = None
    ctes: Mapping[str, Source] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def add(self, alias: str, source: Source) -> None:
        """Enter a source; nameless ones and repeated names stay reachable for unqualified columns."""
        is_taken = not alias or alias in self.sources
        self.sources[f"\n{len(self.sources)}" if is_taken else alias] = source

    def resolve(self, column: exp.Column) -> tuple[Target, ...]:
        """The table columns that a column stands for: none for a value of no table, table -1 if several may have it."""
        name, qualifier = folded(column.this), folded(column.args.get("table"))
        if not name:
            return ()
        if qualifier:
            return self._qualified(qualifier, name)
        row = self.sources.get(name)
        if row is not None and not row.named:
            return ()
        return self._unqualified(name)

    def only_table(self) -> int:
        """The one table among the sources, else -1."""
        tables = [source.table for source in self.sources.values() if source.table >= 0]
        return tables[0] if len(tables) == 1 else -1

    def owned(self) -> set[int]:
        """The tables that the sources of this scope are made of."""
        return set().union(*(source.tables() for source in self.sources.values()))

    def _qualified(self, qualifier: str, name: str) -> tuple[Target, ...]:
        scope: Scope | None = self
        while scope is not None:
            if source := scope.sources.get(qualifier):
                return source.column(name) or ()
            scope = scope.outer
        return (Target(self.only_table() if "⟦" in qualifier else -1, name),)

    def _unqualified(self, name: str) -> tuple[Target, ...]:
        tables = [source for source in self.sources.values() if source.table >= 0]
        derived = [source for source in self.sources.values() if source.table < 0]
        # A name that a query gives to a column would be ambiguous if a table had it too.
        if naming := [source for source in derived if source.names_column(name)]:
            return naming[0].column(name) or ()
        made = [targets for source in derived if (targets := source.column(name)) is not None]
        if len(tables) + len(made) > 1:
            return (Target(-1, name),)
        if made or tables:
            return made[0] if made else (Target(tables[0].table, name),)
        return self.outer._unqualified(name) if self.outer is not None else ()


@dataclass(frozen=True, slots=True)
class Around:
    """What a query stands in: its own scope number, the scope around it and the CTEs that it can name."""

    number: int = 0
    outer: Scope | None = None
    ctes: Mapping[str, Source] = field(default_factory=dict)

    def scope(self) -> Scope:
        """A fresh scope in this place."""
        return Scope(self.number, self.outer, self.ctes)
