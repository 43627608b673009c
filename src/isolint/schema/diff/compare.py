"""The comparison of two schemas."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from isolint.schema.describe import describe
from isolint.schema.diff.matching import Key, Matched, match
from isolint.schema.diff.same import Sides
from isolint.schema.difference import Change, Comparison, Difference
from isolint.schema.factor import shown
from isolint.schema.model import (
    ALL_KINDS,
    CONSTRAINT_TYPES,
    Column,
    Constraint,
    DefaultPrivilege,
    Function,
    Grant,
    Index,
    Kind,
    Schema,
    Sequence,
    Table,
    Type,
    View,
)

T = TypeVar("T")


def _name(item: Any) -> str:
    return str(item.name)


def _definition(item: Any) -> str:
    return str(item.definition)


def _options(item: Any) -> Hashable:
    return tuple(item.options)


def _validity(item: Any) -> Hashable:
    return item.unique, item.valid


ORDER = {kind: at for at, kind in enumerate(Kind)}


def compare(reference: Schema, candidate: Schema) -> Comparison:
    """What the candidate lacks or has differently. Nothing is said of tables that were busy on either side."""
    return _Comparing(reference, candidate).comparison()


class _Comparing:
    def __init__(self, reference: Schema, candidate: Schema) -> None:
        self.sides = Sides(reference, candidate)
        self.kinds = reference.kinds & candidate.kinds
        self.constraint_types = frozenset(reference.constraint_types) & frozenset(candidate.constraint_types)
        self.busy = {shown(self.sides.wanted(n)) for n in reference.busy}
        self.busy |= {shown(self.sides.present(n)) for n in candidate.busy}
        self.found: list[Difference] = []
        self.information: list[str] = []
        self.partners: dict[str, str] = {}
        """The candidate's marked names of tables, views and types by the reference's."""
        self.absent: set[str] = set()
        """Targets of grants whose object one side lacks."""

    def comparison(self) -> Comparison:
        reference, candidate = self.sides.reference, self.sides.candidate
        self._tables(reference.tables, candidate.tables)
        self._views(reference.views, candidate.views)
        self._sequences(reference.sequences, candidate.sequences)
        self._types(reference.types, candidate.types)
        for pair in self._matched(Kind.FUNCTION, reference.functions, candidate.functions, lambda f: f.signature):
            self._function(*pair)
        for collations in self._matched(Kind.COLLATION, reference.collations, candidate.collations, _name):
            self._attributes(Kind.COLLATION, "", *collations)
        for extensions in self._matched(Kind.EXTENSION, reference.extensions, candidate.extensions, _name):
            self._attributes(Kind.EXTENSION, "", *extensions)
        self._grants(reference.grants, candidate.grants)
        self._default_privileges(reference.default_privileges, candidate.default_privileges)
        compared = [d for d in self.found if d.kind in self.kinds and not self._is_busy(d)]
        compared.sort(key=lambda d: (d.table or d.name, bool(d.table), ORDER[d.kind], d.name, d.change))
        return Comparison(
            reference,
            candidate,
            tuple(compared),
            tuple(self.information),
            self._not_compared(),
            tuple(sorted(self.busy)),
            tuple(dict.fromkeys((*reference.unread, *candidate.unread))),
        )

    def _not_compared(self) -> tuple[str, ...]:
        unable = sorted(ALL_KINDS - self.kinds, key=ORDER.__getitem__)
        notes = (*self.sides.reference.notes, *self.sides.candidate.notes)
        types = [name for name in CONSTRAINT_TYPES if name not in self.constraint_types]
        return (
            *(f"{kind}" for kind in unable),
            *(f"{name} constraints" for name in types),
            *dict.fromkeys(map(shown, notes)),
        )

    def _is_busy(self, difference: Difference) -> bool:
        return (difference.table or difference.name) in self.busy

    def _add(
        self,
        kind: Kind,
        change: Change,
        table: str,
        name: str,
        wanted: Any,
        present: Any,
        attributes: Iterable[str] = (),
    ) -> None:
        self.found.append(
            Difference(
                kind=kind,
                change=change,
                table=shown(self.sides.wanted(table)),
                name=shown(self.sides.wanted(name) if wanted is not None else self.sides.present(name)),
                reference="" if wanted is None else describe(wanted),
                candidate="" if present is None else describe(present),
                attributes=tuple(attributes),
                wanted=wanted,
                present=present,
                relation=self.partners.get(table, table),
            )
        )

    def _matched(
        self, kind: Kind, wanted: Iterable[T], present: Iterable[T], name: Callable[[T], str], table: str = ""
    ) -> list[tuple[T, T]]:
        """Pairs of equal names; objects without a partner become differences."""
        return self._settled(kind, table, name, match(wanted, present, *self._by_name(name)))

    def _by_name(self, name: Callable[[T], str]) -> list[tuple[Key[T], Key[T]]]:
        sides = self.sides
        return [(name, name), (lambda i: sides.wanted(name(i)), lambda i: sides.present(name(i)))]

    def _settled(self, kind: Kind, table: str, name: Callable[[T], str], matched: Matched[T]) -> list[tuple[T, T]]:
        for item in matched.missing:
            self._add(kind, Change.MISSING, table, name(item), item, None)
        for item in matched.extra:
            self._add(kind, Change.EXTRA, table, name(item), None, item)
        return matched.pairs

    def _attributes(self, kind: Kind, table: str, wanted: Any, present: Any, ignored: Iterable[str] = ()) -> None:
        """A difference for the objects' own attributes, and for owner and comment."""
        attributes = self.sides.attributes(wanted, present, ignored)
        if attributes:
            self._add(kind, Change.CHANGED, table, wanted.name, wanted, present, attributes)
        self._described(kind, table, wanted, present)

    def _described(self, kind: Kind, table: str, wanted: Any, present: Any) -> None:
        """Owner and comment, which are differences of their own."""
        name = getattr(wanted, "signature", wanted.name)
        label = f"{kind} {name}"
        owners = getattr(wanted, "owner", ""), getattr(present, "owner", "")
        if owners[0] != owners[1] and all(owners) and not getattr(wanted, "owned_by", ()):
            self._text(Kind.OWNER, Change.CHANGED, table, label, owners, wanted, present)
        comments = getattr(wanted, "comment", ""), getattr(present, "comment", "")
        if comments[0] != comments[1]:
            change = Change.CHANGED if all(comments) else Change.MISSING if comments[0] else Change.EXTRA
            self._text(Kind.COMMENT, change, table, label, comments, wanted, present)

    def _text(
        self, kind: Kind, change: Change, table: str, label: str, texts: tuple[str, str], wanted: Any, present: Any
    ) -> None:
        name, relation = shown(self.sides.wanted(label)), self.partners.get(table, table)
        table = shown(self.sides.wanted(table))
        self.found.append(
            Difference(kind, change, table, name, *texts, wanted=wanted, present=present, relation=relation)
        )

    def _tables(self, wanted: Iterable[Table], present: Iterable[Table]) -> None:
        matched = match(wanted, present, *self._by_name(_name))
        self.absent |= {f"table {t.name}" for t in (*matched.missing, *matched.extra)}
        for pair in self._settled(Kind.TABLE, "", _name, matched):
            self._table(*pair)

    def _table(self, wanted: Table, present: Table) -> None:
        name = wanted.name
        self.partners[name] = present.name
        self._attributes(Kind.TABLE, "", wanted, present)
        self._columns(name, wanted.columns, present.columns)
        self._constraints(Kind.CONSTRAINT, name, wanted.constraints, present.constraints)
        self._relation_parts(wanted, present)
        for pair in self._matched(Kind.POLICY, wanted.policies, present.policies, _name, name):
            self._attributes(Kind.POLICY, name, *pair)

    def _relation_parts(self, wanted: Table | View, present: Table | View) -> None:
        name = wanted.name
        self._indexes(name, wanted.indexes, present.indexes)
        for pair in self._matched(Kind.TRIGGER, wanted.triggers, present.triggers, _name, name):
            self._attributes(Kind.TRIGGER, name, *pair)
        for rules in self._matched(Kind.RULE, wanted.rules, present.rules, _name, name):
            self._attributes(Kind.RULE, name, *rules)
        statistics = match(
            wanted.statistics,
            present.statistics,
            *self._by_text(_definition),
            *self._by_name(_name),
        )
        for found in self._settled(Kind.STATISTICS, name, _name, statistics):
            self._attributes(Kind.STATISTICS, name, *found)

    def _columns(self, table: str, wanted: tuple[Column, ...], present: tuple[Column, ...]) -> None:
        pairs = self._matched(Kind.COLUMN, wanted, present, _name, table)
        for pair in pairs:
            self._attributes(Kind.COLUMN, table, *pair)
        order = [w.name for w, _ in sorted(pairs, key=lambda pair: pair[0].position)]
        if order != [w.name for w, _ in sorted(pairs, key=lambda pair: pair[1].position)]:
            self.information.append(f"{shown(table)}: the columns stand in another order")

    def _by_text(self, text: Callable[[T], str], extra: Key[T] = lambda _: None) -> list[tuple[Key[T], Key[T]]]:
        """Keys by definition: as marked, then with names put back; `extra` must be equal as well."""
        sides = self.sides
        exact: list[tuple[Key[T], Key[T]]] = [
            (lambda i: (text(i), extra(i)), lambda i: (text(i), extra(i))),
            (lambda i: (sides.wanted(text(i)), extra(i)), lambda i: (sides.present(text(i)), extra(i))),
        ]
        if sides.normal is str:
            return exact
        loose: Key[T] = lambda i: (sides.normal(text(i)), extra(i))  # noqa: E731 - one of a list of keys
        return [*exact, (loose, loose)]

    def _constraints(self, kind: Kind, table: str, wanted: Iterable[Constraint], present: Iterable[Constraint]) -> None:
        alike: Key[Constraint] = lambda c: (c.type, c.columns) if c.columns and c.type != "check" else None  # noqa: E731
        named: Key[Constraint] = lambda c: (c.type, c.name)  # noqa: E731
        keys = self._by_text(_definition, _options)
        wanted = [c for c in wanted if c.type in self.constraint_types]
        present = [c for c in present if c.type in self.constraint_types]
        matched = match(wanted, present, *keys, (named, named), (alike, alike))
        for pair in self._settled(kind, table, lambda c: c.name or c.definition, matched):
            self._attributes(kind, table, *pair, ignored=("columns",))
            self._renamed(table, *pair)

    def _indexes(self, table: str, wanted: Iterable[Index], present: Iterable[Index]) -> None:
        keys = self._by_text(_definition, _validity)
        matched = match(wanted, present, *keys, *self._by_name(_name))
        for pair in self._settled(Kind.INDEX, table, _name, matched):
            self._attributes(Kind.INDEX, table, *pair)
            self._renamed(table, *pair)

    def _renamed(self, table: str, wanted: Index | Constraint, present: Index | Constraint) -> None:
        names = self.sides.wanted(wanted.name), self.sides.present(present.name)
        if all(names) and wanted.name != present.name and names[0] != names[1]:
            self.information.append(f"{shown(table)}: {names[1]} is called {names[0]} in the reference")

    def _views(self, wanted: Iterable[View], present: Iterable[View]) -> None:
        matched = match(wanted, present, *self._by_name(_name))
        self.absent |= {f"view {v.name}" for v in (*matched.missing, *matched.extra)}
        for one, other in self._settled(Kind.VIEW, "", _name, matched):
            self.partners[one.name] = other.name
            self._attributes(Kind.VIEW, "", one, other)
            self._relation_parts(one, other)
            columns = {c.name: c for c in other.columns}
            for column in one.columns:
                if column.name in columns:
                    self._described(Kind.COLUMN, one.name, column, columns[column.name])

    def _sequences(self, wanted: Iterable[Sequence], present: Iterable[Sequence]) -> None:
        owned: Key[Sequence] = lambda s: s.owned_by or None  # noqa: E731
        matched = match(wanted, present, *self._by_name(_name), (owned, owned))
        self.absent |= {f"sequence {s.name}" for s in (*matched.missing, *matched.extra)}
        gone = {target.removeprefix("table ") for target in self.absent}
        matched.missing[:] = [s for s in matched.missing if not s.owned_by or s.owned_by[0] not in gone]
        matched.extra[:] = [s for s in matched.extra if not s.owned_by or s.owned_by[0] not in gone]
        for pair in self._settled(Kind.SEQUENCE, "", _name, matched):
            self._attributes(Kind.SEQUENCE, "", *pair)

    def _types(self, wanted: Iterable[Type], present: Iterable[Type]) -> None:
        matched = match(wanted, present, *self._by_name(_name))
        self.absent |= {f"type {t.name}" for t in (*matched.missing, *matched.extra)}
        for one, other in self._settled(Kind.TYPE, "", _name, matched):
            self.partners[one.name] = other.name
            self._attributes(Kind.TYPE, "", one, other)
            self._constraints(Kind.CONSTRAINT, one.name, one.constraints, other.constraints)

    def _function(self, wanted: Function, present: Function) -> None:
        differing = ("arguments", "returns", "language", "attributes", "settings", "body")
        if not self.sides.same(wanted.definition, present.definition):
            names = [n for n in differing if not self.sides.same(getattr(wanted, n), getattr(present, n))]
            self._add(Kind.FUNCTION, Change.CHANGED, "", wanted.signature, wanted, present, names or ["definition"])
        self._described(Kind.FUNCTION, "", wanted, present)

    def _grants(self, wanted: Iterable[Grant], present: Iterable[Grant]) -> None:
        """Privileges on objects that one side lacks are part of that difference."""
        functions = {
            f"function {d.name}" for d in self.found if d.kind is Kind.FUNCTION and d.change is not Change.CHANGED
        }
        gone = self.absent | functions
        key: Key[Grant] = lambda g: (g.target, g.privilege, g.grantee, g.column)  # noqa: E731
        matched = match(
            [g for g in wanted if g.target not in gone], [g for g in present if g.target not in gone], (key, key)
        )
        matched.extra[:] = [g for g in matched.extra if not self._handed_out(g)]
        for one, other in self._settled(Kind.GRANT, "", describe, matched):
            if one.grantable != other.grantable:
                self._add(Kind.GRANT, Change.CHANGED, "", describe(one), one, other, ("grantable",))

    def _handed_out(self, grant: Grant) -> bool:
        """Whether the reference's default privileges give it to new objects, so that it says no more than they do."""
        objects = {
            "table": "TABLES",
            "view": "TABLES",
            "sequence": "SEQUENCES",
            "function": "FUNCTIONS",
            "type": "TYPES",
        }
        kind = objects.get(grant.target.split(" ", 1)[0], "")
        covered = any(
            (p.objects, p.privilege, p.grantee) == (kind, grant.privilege, grant.grantee) and not grant.column
            for p in self.sides.reference.default_privileges
        )
        if covered:
            self.information.append(f"{describe(grant)}: covered by the reference's default privileges")
        return covered

    def _default_privileges(self, wanted: Iterable[DefaultPrivilege], present: Iterable[DefaultPrivilege]) -> None:
        key: Key[DefaultPrivilege] = lambda p: (p.role, p.objects, p.privilege, p.grantee)  # noqa: E731
        kind = Kind.DEFAULT_PRIVILEGE
        for one, other in self._settled(kind, "", describe, match(wanted, present, (key, key))):
            if one.grantable != other.grantable:
                self._add(kind, Change.CHANGED, "", describe(one), one, other, ("grantable",))
