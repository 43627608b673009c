"""The plan that brings a candidate up to its reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from isolint.schema.difference import Change, Comparison, Difference
from isolint.schema.model import Kind
from isolint.schema.plan import access
from isolint.schema.plan.alter import Alter
from isolint.schema.plan.alter_columns import AlterColumn
from isolint.schema.plan.create import Create
from isolint.schema.plan.order import ordered
from isolint.schema.plan.remove import remove
from isolint.schema.plan.steps import Phase, Step

GRANTABLE = {
    Kind.TABLE: "table",
    Kind.VIEW: "view",
    Kind.SEQUENCE: "sequence",
    Kind.TYPE: "type",
    Kind.FUNCTION: "function",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in order; those with a refusal run only on request. SQL has the schema's name marked.

    `schema` is the candidate's name.
    """

    schema: str
    steps: tuple[Step, ...]
    comparison: Comparison

    @property
    def executed(self) -> tuple[Step, ...]:
        """The steps that run without being asked for."""
        return tuple(step for step in self.steps if not step.refusal)


def plan(comparison: Comparison) -> Plan:
    """The steps for all differences."""
    planning = _Planning(comparison)
    steps = [step for item in comparison.differences for step in planning.steps(item)]
    return Plan(comparison.candidate.name, ordered(steps, comparison.reference), comparison)


class _Planning:
    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.create = Create(comparison)
        self.alter = Alter(self.create)
        self.domains = {t.name for t in comparison.candidate.types if t.type == "domain"}
        self.relations = {t.name for t in comparison.candidate.tables} | {v.name for v in comparison.candidate.views}

    def steps(self, item: Difference) -> Iterator[Step]:
        if item.kind is Kind.GRANT:
            yield from access.grant(item)
        elif item.kind is Kind.DEFAULT_PRIVILEGE:
            yield from access.default_privilege(item)
        elif item.kind in (Kind.OWNER, Kind.COMMENT):
            make = access.owner if item.kind is Kind.OWNER else access.comment
            yield from make(item, item.relation)
        elif item.change is Change.EXTRA:
            yield from remove(item, item.relation, self.of_domain(item))
        elif item.change is Change.MISSING:
            yield from self.missing(item)
        else:
            yield from self.changed(item)

    def of_domain(self, item: Difference) -> bool:
        """Whether a constraint is a domain's."""
        table = item.relation
        return table in self.domains and table not in self.relations

    def missing(self, item: Difference) -> Iterator[Step]:
        wanted, table, create = item.wanted, item.relation, self.create
        if item.kind is Kind.CONSTRAINT and self.of_domain(item):
            yield from create.domain_constraint(table, wanted)
        elif item.kind is Kind.RULE:
            yield from create.rule(table, wanted.definition, wanted.name)
        elif item.kind in (Kind.EXTENSION, Kind.COLLATION):
            yield from getattr(create, item.kind)(item)
        elif item.table:
            yield from getattr(create, item.kind)(table, wanted)
        else:
            yield from getattr(create, item.kind)(wanted)
        yield from self.around(item)

    def around(self, item: Difference) -> Iterator[Step]:
        """Privileges and comments of what is new."""
        wanted = item.wanted
        if item.kind in GRANTABLE:
            name = getattr(wanted, "signature", wanted.name)
            yield from access.new_grants(GRANTABLE[item.kind], name, self.comparison.reference)
        if item.kind is Kind.TABLE:
            for sequence in self.comparison.reference.sequences:
                if sequence.owned_by[:1] == (wanted.name,):
                    yield from access.new_grants("sequence", sequence.name, self.comparison.reference)
        if item.kind in (Kind.TABLE, Kind.VIEW, Kind.TYPE):
            yield from access.comments_of(wanted)
        elif getattr(wanted, "comment", ""):
            lacking = replace(item, kind=Kind.COMMENT, reference=wanted.comment, present=wanted)
            yield from access.comment(lacking, item.relation)

    def changed(self, item: Difference) -> Iterator[Step]:
        table = item.relation
        if item.kind is Kind.COLUMN:
            yield from AlterColumn(self.create, item).steps()
        elif item.kind is Kind.CONSTRAINT:
            yield from self.alter.constraint(item, table, self.of_domain(item))
        elif item.kind in (Kind.INDEX, Kind.TRIGGER, Kind.RULE, Kind.POLICY):
            yield from getattr(self.alter, item.kind)(item, table)
        elif item.kind is Kind.STATISTICS:
            old = next(iter(remove(replace(item, change=Change.EXTRA), table)))
            for step in self.create.statistics(table, item.wanted):
                yield replace(step, sql=f"{old.sql}\n{step.sql}", phase=Phase.CONSTRAIN)
        elif item.kind is Kind.COLLATION:
            yield from remove(item, table)
        else:
            yield from getattr(self.alter, item.kind)(item)
