"""One access before the judge: what is known of it, of its entry point and of the tenancy."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from isolint.model.access import Role
from isolint.model.evidence import Reason, Step
from isolint.model.source import Place
from isolint.model.table import Table
from isolint.model.tenancy import Ownership, Tenancy
from isolint.prove.answers import Answers
from isolint.prove.entry import Guardian
from isolint.prove.frame import Check, Seen
from isolint.prove.members import table_of
from isolint.prove.run import Run
from isolint.prove.terms import Query, Term


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry point that a run started from. `guarded` are the names of inputs that a guard before it has
    checked, `inputs` those of its parameters, `secret` the guard that asks for a machine's secret,
    `open` that somebody declared it open to anyone,
    `ways` what is known on each way through the guards, `home` the file of a handler that others wrap or register.
    """

    role: Role
    guardians: tuple[Guardian, ...]
    guarded: frozenset[str]
    authenticated: bool
    operator: bool
    inputs: frozenset[str] = frozenset()
    secret: str = ""
    open: bool = False
    ways: tuple[tuple[Term, ...], ...] = ((),)
    home: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An argument for or against an access: a reason with what shows it.

    `unless_alone`: the reason holds only when another entry point of the file has the guard that this one lacks (one
    that finds the caller, or with `authorising` one that checks the tenant); else it is that one. `at`: where the
    mistake is made, when that is not the access.
    """

    reason: Reason
    subject: str = ""
    steps: tuple[Step, ...] = ()
    unless_alone: Found | None = None
    authorising: bool = False
    at: Place | None = None


@dataclass
class Case:
    """Everything needed to judge one access, and the `answers` about the queries that its rows were found by, and
    about values.

    `there` is what held where the rows were fetched that are asked about, when those are not the access's own.
    """

    run: Run
    entry: Entry
    seen: Seen
    way: tuple[Term, ...] = ()
    there: tuple[Term, ...] = ()
    answers: Answers = field(default_factory=Answers)

    @property
    def tenancy(self) -> Tenancy:
        """The tenancy of the program."""
        return self.run.tenancy

    def table(self, term: Term | None) -> Table | None:
        """The declared table of a term."""
        return table_of(self.run, term)

    def scope(self, query: Query) -> Term | None:
        """The client of the executor's block in which a query ran."""
        if query is self.seen.query:
            return self.seen.scope
        return next((seen.scope for seen in self.run.trace.runs.get(query, ())), None)

    def ownership(self, table: Table | None) -> Ownership | None:
        """How a table belongs to a tenant; None when it does not."""
        return self.tenancy.owned.get(table.name) if table else None

    @cached_property
    def known(self) -> tuple[Term, ...]:
        """What holds where the access is, and what held where the rows in question were fetched."""
        return (*self.way, *self.seen.known, *self.there)

    def fetching(self, query: Query) -> Case:
        """The case for rows that were fetched on the way: ways that meet again forget what held on each, but the rows
        are there only where the query ran.
        """
        runs = self.run.trace.runs.get(query, []) if query is not self.seen.query else []
        here = frozenset((*self.way, *self.seen.known))
        first, *others = [seen.known for seen in runs] or [()]
        there = tuple(fact for fact in first if fact not in here and all(fact in known for known in others))
        return self if there == self.there else replace(self, there=there)

    @cached_property
    def certain(self) -> frozenset[Term]:
        """The same, to be asked for single facts."""
        return frozenset(self.known)

    @cached_property
    def authenticated(self) -> bool:
        """Whether it is known who is calling: a guard in front of the handler or the handler itself has found out."""
        from isolint.prove.identity import identified

        return self.entry.authenticated or identified(self)

    @cached_property
    def later(self) -> tuple[Check, ...]:
        """Checks that come after the access, in its own function or in one that called it."""
        return self.after(self.seen)

    def after(self, seen: Seen) -> tuple[Check, ...]:
        """Checks that come after a query ran, in its own function or in one that called it: what is new in them."""
        stack, known = seen.stack, frozenset((*self.way, *seen.known))
        return tuple(
            replace(check, facts=facts)
            for check in self.run.trace.checks
            if check.order > seen.order and check.stack == stack[: len(check.stack)]
            if (facts := tuple(fact for fact in check.facts if fact not in known))
        )

    def related(self, table: Table | None, attribute: str) -> Table | None:
        """The table that a relation or foreign key of a table leads to."""
        if table is None:
            return None
        relation = table.relations.get(attribute)
        name = relation.target if relation else table.foreign_keys.get(attribute)
        if name is None and (back := table.reverse.get(attribute) or table.reverse.get(f"{attribute}_set")):
            name = back[0]
        return self.run.program.tables.by_name.get(name) if name else None
