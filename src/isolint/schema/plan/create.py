"""Steps that make what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from isolint.schema.difference import Change, Comparison, Difference
from isolint.schema.factor import OWNED, SCHEMA, render_name
from isolint.schema.lexer import literal
from isolint.schema.model import (
    Column,
    Constraint,
    Function,
    Index,
    Kind,
    Policy,
    Schema,
    Sequence,
    Statistics,
    Table,
    Trigger,
    Type,
    View,
)
from isolint.schema.plan.names import Names
from isolint.schema.plan.sql import (
    absent_constraint,
    absent_part,
    column_definition,
    constraint_definition,
    create_policy,
    create_sequence,
    create_trigger,
    enable_trigger,
    guarded,
    ident,
    own,
    own_sequence,
    qualified,
    regclass,
    replace_view,
    unless_duplicate,
    visible,
)
from isolint.schema.plan.steps import EXCLUSIVE, SHARE_ROW, SHARE_UPDATE, Phase, Step, locked

_VOLATILE = re.compile(r"nextval|random|clock_timestamp|uuid|statement_timestamp|timeofday", re.IGNORECASE)
_KEY = re.compile(
    r"(?P<kind>PRIMARY KEY|UNIQUE)(?P<index>[^(]*\([^)]*\)(?: INCLUDE \([^)]*\))?)(?P<rest>.*)", re.DOTALL
)


class Create:
    """Makes objects of the reference in the candidate. `fresh` tables are made by this plan, and so are empty."""

    def __init__(self, comparison: Comparison) -> None:
        self.reference: Schema = comparison.reference
        self.candidate: Schema = comparison.candidate
        self.names = Names(comparison.candidate)
        self.fresh = {
            d.wanted.name
            for d in comparison.differences
            if d.change is Change.MISSING and d.kind in (Kind.TABLE, Kind.VIEW)
        }
        self.partitioned = {t.name for t in comparison.reference.tables if t.partition_key}

    @cached_property
    def owned(self) -> dict[tuple[str, ...], Sequence]:
        """The reference's sequences by their columns."""
        return {s.owned_by: s for s in self.reference.sequences if s.owned_by}

    def extension(self, item: Difference) -> Iterator[Step]:
        sql = f"CREATE EXTENSION IF NOT EXISTS {ident(item.wanted.name)} WITH SCHEMA {SCHEMA};"
        hazard = "needs the extension's files on the server, and often a superuser"
        yield Step(Phase.CREATE, f"create extension {item.name}", sql, hazard=hazard, key=("extension", item.name))

    def collation(self, item: Difference) -> Iterator[Step]:
        wanted = item.wanted
        sql = f"CREATE COLLATION IF NOT EXISTS {own(wanted.name)} ({wanted.definition});"
        yield Step(Phase.CREATE, f"create collation {item.name}", sql, key=("collation", wanted.name))

    def type(self, wanted: Type) -> Iterator[Step]:
        if wanted.type == "domain":
            checks = "".join(f" CONSTRAINT {ident(c.name)} {c.definition}" for c in wanted.constraints if c.valid)
            made = f"CREATE DOMAIN {own(wanted.name)} {wanted.definition}{checks}"
        else:
            made = f"CREATE TYPE {own(wanted.name)} {wanted.definition}"
        key = ("type", wanted.name)
        yield Step(Phase.CREATE, f"create type {visible(wanted.name)}", unless_duplicate(made), key=key)
        for check in wanted.constraints:
            if not check.valid:
                yield from self.domain_constraint(wanted.name, check)

    def domain_constraint(self, domain: str, wanted: Constraint) -> Iterator[Step]:
        name = self.names.constraint(f"domain {domain}", wanted.name, indexed=False)
        definition = wanted.definition.removesuffix(" NOT VALID")
        add = f"ALTER DOMAIN {own(domain)} ADD CONSTRAINT {ident(name)} {definition} NOT VALID"
        what = f"constrain domain {visible(domain)}"
        yield Step(Phase.CONSTRAIN, what, unless_duplicate(add), hazard="new values must satisfy it at once")
        if wanted.valid:
            check = f"ALTER DOMAIN {own(domain)} VALIDATE CONSTRAINT {ident(name)};"
            yield Step(Phase.VALIDATE, f"check values of domain {visible(domain)}", check, hazard="reads its tables")

    def function(self, wanted: Function) -> Iterator[Step]:
        sql = wanted.definition.rstrip().removesuffix(";") + ";"
        yield Step(
            Phase.CREATE, f"create {wanted.type} {visible(wanted.signature)}", sql, key=("function", wanted.signature)
        )
        yield from self._private("FUNCTION" if wanted.type != "procedure" else "PROCEDURE", wanted.signature)

    def _private(self, word: str, signature: str) -> Iterator[Step]:
        """A new function may be called by everyone until that is taken back."""
        target = f"function {signature}"
        if "grant" in self.reference.kinds and not any(
            g.target == target and g.grantee == "PUBLIC" for g in self.reference.grants
        ):
            sql = f"REVOKE ALL ON {word} {qualified(signature)} FROM PUBLIC;"
            yield Step(Phase.GRANT, f"keep {visible(signature)} from PUBLIC", sql)

    def sequence(self, wanted: Sequence) -> Iterator[Step]:
        key = ("relation", wanted.name)
        yield Step(Phase.CREATE, f"create sequence {visible(wanted.name)}", create_sequence(wanted), key=key)
        if wanted.owned_by:
            yield Step(Phase.ALTER, f"tie sequence {visible(wanted.name)} to its column", own_sequence(wanted))

    def table(self, wanted: Table) -> Iterator[Step]:
        """A table with everything in it except foreign keys, which wait until all tables exist."""
        key, label = ("relation", wanted.name), visible(wanted.name)
        sequences = [s for s in self.reference.sequences if s.owned_by and s.owned_by[0] == wanted.name]
        sql = [create_sequence(s) for s in sequences]
        sql += [self._create_table(wanted)]
        sql += [own_sequence(s) for s in sequences]
        sql += list(self._settings(wanted))
        yield Step(Phase.CREATE, f"create table {label}", "\n".join(sql), key=key)
        for index in wanted.indexes:
            yield from self.index(wanted.name, index)
        for constraint in wanted.constraints:
            if constraint.type == "foreign key" and not constraint.inherited:
                yield from self.foreign_key(wanted.name, constraint)
        for statistics in wanted.statistics:
            yield from self.statistics(wanted.name, statistics)
        for trigger in wanted.triggers:
            yield from self.trigger(wanted.name, trigger)
        for rule in wanted.rules:
            yield from self.rule(wanted.name, rule.definition, rule.name)
        yield from self._security(wanted)

    def _create_table(self, wanted: Table) -> str:
        unlogged = "UNLOGGED " if wanted.persistence == "unlogged" else ""
        head = f"CREATE {unlogged}TABLE IF NOT EXISTS {own(wanted.name)}"
        columns = sorted((c for c in wanted.columns if not c.inherited), key=lambda c: c.position)
        parts = [column_definition(c, self.owned, wanted.name, bare=False) for c in columns]
        for constraint in wanted.constraints:
            if constraint.type != "foreign key" and not constraint.inherited and constraint.valid:
                name = (
                    self.names.constraint(wanted, constraint.name, constraint.type != "check")
                    if constraint.name
                    else ""
                )
                naming = f"CONSTRAINT {ident(name)} " if name else ""
                parts.append(naming + constraint_definition(constraint))
        body = "(\n  " + ",\n  ".join(parts) + "\n)" if parts else "()"
        if wanted.bound and wanted.parents:
            inner = f" {body}" if parts else ""
            head, body = f"{head} PARTITION OF {wanted.parents[0]}{inner}", f" {wanted.bound}"
        elif wanted.parents:
            body = f" {body} INHERITS ({', '.join(wanted.parents)})"
        else:
            body = f" {body}"
        tail = f" PARTITION BY {wanted.partition_key}" if wanted.partition_key else ""
        tail += f" USING {wanted.access_method}" if wanted.access_method not in ("heap", "") else ""
        tail += f" WITH ({', '.join(wanted.options)})" if wanted.options else ""
        return f"{head}{body}{tail};"

    def _settings(self, wanted: Table) -> Iterator[str]:
        """What CREATE TABLE has no place for."""
        for column in wanted.columns:
            alter = f"ALTER TABLE {own(wanted.name)} ALTER COLUMN {ident(column.name)}"
            if column.storage:
                yield f"{alter} SET STORAGE {column.storage.upper()};"
            if column.statistics >= 0:
                yield f"{alter} SET STATISTICS {column.statistics};"
        if wanted.replica_identity in ("full", "nothing"):
            yield f"ALTER TABLE {own(wanted.name)} REPLICA IDENTITY {wanted.replica_identity.upper()};"

    def _security(self, wanted: Table) -> Iterator[Step]:
        label = visible(wanted.name)
        for policy in wanted.policies:
            yield from self.policy(wanted.name, policy)
        if wanted.row_security:
            sql = f"ALTER TABLE {own(wanted.name)} ENABLE ROW LEVEL SECURITY;"
            yield Step(Phase.GUARD, f"switch on row security of {label}", sql, locked(EXCLUSIVE, label))
        if wanted.row_security_forced:
            sql = f"ALTER TABLE {own(wanted.name)} FORCE ROW LEVEL SECURITY;"
            yield Step(Phase.GUARD, f"force row security of {label}", sql, locked(EXCLUSIVE, label))

    def column(self, table: str, wanted: Column) -> Iterator[Step]:
        if wanted.inherited:
            return
        label = f"{visible(table)}.{visible(wanted.name)}"
        waits = not wanted.nullable and not (wanted.default or wanted.generated or wanted.identity)
        made = column_definition(wanted, self.owned, table, bare=waits)
        rewrites = bool(
            wanted.identity or wanted.generated or OWNED in wanted.default or _VOLATILE.search(wanted.default)
        )
        yield Step(
            Phase.CREATE,
            f"add column {label}",
            f"ALTER TABLE {own(table)} ADD COLUMN IF NOT EXISTS {made};",
            locked(EXCLUSIVE, visible(table)),
            "writes a value into every row while the table is locked" if rewrites else "",
            key=("relation", table, wanted.name),
        )
        if wanted.storage:
            sql = f"ALTER TABLE {own(table)} ALTER COLUMN {ident(wanted.name)} SET STORAGE {wanted.storage.upper()};"
            yield Step(Phase.ALTER, f"set storage of {label}", sql, locked(EXCLUSIVE, visible(table)))
        if waits:
            yield from self.not_null(table, wanted.name)

    def not_null(self, table: str, column: str) -> Iterator[Step]:
        """Through a check that is validated without keeping writers out; then NOT NULL needs no scan."""
        label = f"{visible(table)}.{visible(column)}"
        name = render_name(f"isolint_{column}_not_null", "")
        add = f"ALTER TABLE {own(table)} ADD CONSTRAINT {ident(name)} CHECK ({ident(column)} IS NOT NULL) NOT VALID"
        already = (
            f"EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = {regclass(table)} "
            f"AND attname = {literal(column)} AND NOT attnotnull)"
        )
        condition = f"{already} AND {absent_constraint(table, name)}"
        yield Step(
            Phase.TIGHTEN,
            f"refuse new rows without {label}",
            guarded(condition, add),
            locked(EXCLUSIVE, visible(table)),
        )
        exists = absent_constraint(table, name).removeprefix("NOT ")
        check = guarded(exists, f"ALTER TABLE {own(table)} VALIDATE CONSTRAINT {ident(name)}")
        hazard = "fails while rows have no value: fill them first"
        what = f"check that every row has {label}"
        yield Step(Phase.TIGHTEN, what, check, locked(SHARE_UPDATE, visible(table)), hazard, transactional=False)
        sql = (
            f"ALTER TABLE {own(table)} ALTER COLUMN {ident(column)} SET NOT NULL;\n"
            f"ALTER TABLE {own(table)} DROP CONSTRAINT IF EXISTS {ident(name)};"
        )
        yield Step(Phase.TIGHTEN, f"set {label} NOT NULL", sql, locked(EXCLUSIVE, visible(table)))

    def view(self, wanted: View) -> Iterator[Step]:
        key, label = ("relation", wanted.name), visible(wanted.name)
        query = wanted.definition.strip().removesuffix(";")
        if wanted.materialized:
            options = f" WITH ({', '.join(wanted.options)})" if wanted.options else ""
            filled = "WITH DATA" if wanted.populated else "WITH NO DATA"
            sql = f"CREATE MATERIALIZED VIEW IF NOT EXISTS {own(wanted.name)}{options} AS\n{query}\n{filled};"
            hazard = "runs its query" if wanted.populated else ""
            yield Step(Phase.CREATE, f"create materialized view {label}", sql, hazard=hazard, key=key)
        else:
            yield Step(Phase.CREATE, f"create view {label}", replace_view(wanted), key=key)
        for index in wanted.indexes:
            yield from self.index(wanted.name, index)
        for trigger in wanted.triggers:
            yield from self.trigger(wanted.name, trigger)
        for rule in wanted.rules:
            yield from self.rule(wanted.name, rule.definition, rule.name)

    def constraint(self, table: str, wanted: Constraint) -> Iterator[Step]:
        """A constraint of a table that exists."""
        if wanted.inherited:
            return
        if wanted.type == "foreign key":
            yield from self.foreign_key(table, wanted)
        elif wanted.type == "check":
            yield from self._in_two(Phase.CONSTRAIN, table, wanted, locked(EXCLUSIVE, visible(table)))
        elif wanted.type in ("primary key", "unique") and table not in self.partitioned:
            yield from self._key_constraint(table, wanted)
        else:
            name = self.names.constraint(table, wanted.name, indexed=True)
            add = f"ALTER TABLE {own(table)} ADD CONSTRAINT {ident(name)} {constraint_definition(wanted)}"
            sql = guarded(absent_constraint(table, name), add)
            hazard = "builds its index while the table is locked, and fails if rows conflict"
            what = f"add {wanted.type} to {visible(table)}"
            yield Step(Phase.CONSTRAIN, what, sql, locked(EXCLUSIVE, visible(table)), hazard)

    def _key_constraint(self, table: str, wanted: Constraint) -> Iterator[Step]:
        """The index is built without keeping writers out, and then becomes the constraint."""
        match = _KEY.match(constraint_definition(wanted))
        if match is None:
            return
        name = self.names.constraint(table, wanted.name, indexed=True)
        label, rest = visible(table), match["rest"]
        with_options = re.match(r" WITH \([^)]*\)", rest)
        options = with_options[0] if with_options else ""
        index = match["index"].strip()
        distinct = "NULLS NOT DISTINCT "
        keys = index.removeprefix(distinct)
        nulls = f" {distinct.strip()}" if index.startswith(distinct) else ""
        sql = f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {ident(name)} ON {own(table)} {keys}{nulls}{options};"
        hazard = "fails if rows conflict, and then leaves an invalid index: drop that and run the plan again"
        what = f"build the index of {match['kind'].lower()} {visible(name)}"
        yield Step(Phase.INDEX, what, sql, locked(SHARE_UPDATE, label), hazard, transactional=False)
        attach = f"ALTER TABLE {own(table)} ADD CONSTRAINT {ident(name)} {match['kind']} USING INDEX {ident(name)}"
        attach += rest.removeprefix(options)
        sql = guarded(absent_constraint(table, name), attach)
        yield Step(Phase.ATTACH, f"add {match['kind'].lower()} to {label}", sql, locked(EXCLUSIVE, label))

    def foreign_key(self, table: str, wanted: Constraint) -> Iterator[Step]:
        yield from self._in_two(
            Phase.REFER, table, wanted, locked(SHARE_ROW, f"{visible(table)} and the table it refers to")
        )

    def _in_two(self, phase: Phase, table: str, wanted: Constraint, lock: str) -> Iterator[Step]:
        """NOT VALID first, which reads no row; then VALIDATE, which keeps nobody out."""
        name = self.names.constraint(table, wanted.name, indexed=False)
        definition, label = wanted.definition.removesuffix(" NOT VALID"), visible(table)
        at_once = (table in self.partitioned and wanted.type == "foreign key") or (table in self.fresh and wanted.valid)
        later = "" if at_once else " NOT VALID"
        add = f"ALTER TABLE {own(table)} ADD CONSTRAINT {ident(name)} {definition}{later}"
        sql = guarded(absent_constraint(table, name), add)
        yield Step(phase, f"add {wanted.type} {visible(name)} to {label}", sql, lock)
        if wanted.valid and not at_once:
            yield self.validate(table, name)

    def validate(self, table: str, name: str) -> Step:
        """VALIDATE CONSTRAINT, on its own."""
        sql = f"ALTER TABLE {own(table)} VALIDATE CONSTRAINT {ident(name)};"
        hazard = "fails while rows violate it; until then it holds for new rows"
        lock = locked(SHARE_UPDATE, visible(table))
        what = f"check the rows of {visible(table)} against {visible(name)}"
        return Step(Phase.VALIDATE, what, sql, lock, hazard, transactional=False)

    def index(self, table: str, wanted: Index) -> Iterator[Step]:
        name, label = self.names.relation(wanted.name), visible(table)
        at_once = table in self.fresh or table in self.partitioned
        how = "" if at_once else "CONCURRENTLY "
        unique = "UNIQUE " if wanted.unique else ""
        sql = f"CREATE {unique}INDEX {how}IF NOT EXISTS {ident(name)} ON {own(table)} {wanted.definition};"
        if wanted.comment:
            sql += f"\nCOMMENT ON INDEX {own(name)} IS {literal(wanted.comment)};" if at_once else ""
        if table in self.fresh:
            yield Step(Phase.CONSTRAIN, f"create index {visible(name)} on {label}", sql)
            return
        lock = locked("SHARE" if at_once else SHARE_UPDATE, label)
        hazard = "keeps writers out while it is built" if at_once else "a failed build leaves an invalid index"
        yield Step(Phase.INDEX, f"create index {visible(name)} on {label}", sql, lock, hazard, transactional=at_once)

    def statistics(self, table: str, wanted: Statistics) -> Iterator[Step]:
        name = self.names.relation(wanted.name)
        kinds = wanted.definition.split(" TARGET ")[0]
        sql = f"CREATE STATISTICS IF NOT EXISTS {own(name)} {kinds};"
        what = f"create statistics on {visible(table)}"
        yield Step(
            Phase.CONSTRAIN, what, sql, locked(SHARE_UPDATE, visible(table)), "says nothing before the next ANALYZE"
        )

    def trigger(self, table: str, wanted: Trigger) -> Iterator[Step]:
        sql = guarded(absent_part("pg_trigger", "tg", table, wanted.name), create_trigger(wanted))
        if wanted.enabled != "origin":
            sql += "\n" + enable_trigger(table, wanted)
        what = f"create trigger {visible(wanted.name)} on {visible(table)}"
        yield Step(Phase.GUARD, what, sql, locked(SHARE_ROW, visible(table)), "acts on every write from now on")

    def rule(self, table: str, definition: str, name: str) -> Iterator[Step]:
        sql = definition.replace("CREATE RULE", "CREATE OR REPLACE RULE", 1)
        yield Step(
            Phase.GUARD, f"create rule {visible(name)} on {visible(table)}", sql, locked(EXCLUSIVE, visible(table))
        )

    def policy(self, table: str, wanted: Policy) -> Iterator[Step]:
        sql = guarded(absent_part("pg_policy", "pol", table, wanted.name), create_policy(table, wanted))
        what = f"create policy {visible(wanted.name)} on {visible(table)}"
        yield Step(Phase.GUARD, what, sql, locked(EXCLUSIVE, visible(table)))
