"""Steps that bring objects which are defined differently up to the reference."""

from __future__ import annotations

import re
from collections.abc import Iterator

from isolint.schema.difference import Difference
from isolint.schema.model import Constraint, Function, Index, Policy, Rule, Sequence, Table, Trigger, Type, View
from isolint.schema.plan.alter_columns import option_changes
from isolint.schema.plan.create import Create
from isolint.schema.plan.sql import (
    create_policy,
    create_trigger,
    enable_trigger,
    guarded,
    ident,
    own,
    own_sequence,
    qualified,
    regclass,
    replace_view,
    visible,
)
from isolint.schema.plan.steps import EXCLUSIVE, SHARE_ROW, SHARE_UPDATE, Phase, Step, locked

_DEFAULT = re.compile(r" DEFAULT (?:'(?:[^']|'')*'|[^,'])+")
_DOMAIN = re.compile(r"AS (?P<base>.*?)(?: DEFAULT (?P<default>.*?))?(?P<required> NOT NULL)?\Z", re.DOTALL)


class Alter:
    """Changes objects of the candidate; what would rewrite or lose something is refused with its reason."""

    def __init__(self, create: Create) -> None:
        self.create = create

    def table(self, item: Difference) -> Iterator[Step]:
        wanted: Table = item.wanted
        present: Table = item.present
        for attribute in item.attributes:
            if attribute == "options":
                for sql in option_changes(wanted.options, present.options):
                    yield self._table(present, sql, "set options", SHARE_UPDATE)
            elif attribute in ("row_security", "row_security_forced"):
                yield self._row_security(attribute, wanted, present)
            elif attribute == "replica_identity":
                yield from self._replica_identity(wanted, present)
            elif attribute == "parents":
                yield self._parents(wanted, present)
            elif (attribute == "bound" and "parents" not in item.attributes) or attribute not in ("bound",):
                refusal = (
                    f"another {attribute.replace('_', ' ')} rewrites the table: {getattr(wanted, attribute) or 'none'}"
                )
                yield self._table(
                    present, self._rewriting(attribute, wanted), f"change the {attribute}", refusal=refusal
                )

    def _table(self, table: Table, action: str, what: str, lock: str = EXCLUSIVE, refusal: str = "") -> Step:
        sql = f"ALTER TABLE {own(table.name)} {action};"
        label = visible(table.name)
        return Step(Phase.ALTER, f"{what} of {label}", sql, locked(lock, label), refusal=refusal)

    def _rewriting(self, attribute: str, wanted: Table) -> str:
        if attribute == "persistence":
            return "SET UNLOGGED" if wanted.persistence == "unlogged" else "SET LOGGED"
        if attribute == "access_method":
            return f"SET ACCESS METHOD {wanted.access_method}"
        if attribute == "tablespace":
            return f"SET TABLESPACE {wanted.tablespace or 'pg_default'}"
        return f"/* {attribute}: make a new table, copy the rows, exchange the names */ SET ()"

    def _row_security(self, attribute: str, wanted: Table, present: Table) -> Step:
        on = getattr(wanted, attribute)
        words = {"row_security": ("DISABLE", "ENABLE"), "row_security_forced": ("NO FORCE", "FORCE")}
        action = f"{words[attribute][on]} ROW LEVEL SECURITY"
        refusal = "" if on else "rows that policies hide now would be seen"
        label = visible(present.name)
        hazard = "roles without a policy see no rows" if on else ""
        sql = f"ALTER TABLE {own(present.name)} {action};"
        return Step(Phase.GUARD, f"{action.lower()} on {label}", sql, locked(EXCLUSIVE, label), hazard, refusal=refusal)

    def _replica_identity(self, wanted: Table, present: Table) -> Iterator[Step]:
        if not wanted.replica_identity.startswith("index"):
            yield self._table(
                present, f"REPLICA IDENTITY {wanted.replica_identity.upper()}", "set the replica identity"
            )

    def _parents(self, wanted: Table, present: Table) -> Step:
        if present.parents or not wanted.bound:
            refusal = f"belongs under {', '.join(map(visible, wanted.parents)) or 'no table'}: rows would move"
            action = f"INHERIT {wanted.parents[0]}" if wanted.parents else "/* detach it from its parent */ SET ()"
            return self._table(present, action, "change the parent", refusal=refusal)
        table = own(present.name)
        condition = f"NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = {regclass(present.name)})"
        sql = guarded(condition, f"ALTER TABLE {wanted.parents[0]} ATTACH PARTITION {table} {wanted.bound}")
        label = visible(present.name)
        return Step(Phase.CONSTRAIN, f"attach partition {label}", sql, locked(EXCLUSIVE, label), "reads all its rows")

    def constraint(self, item: Difference, table: str, domain: bool) -> Iterator[Step]:
        wanted: Constraint = item.wanted
        present: Constraint = item.present
        owner = f"{'DOMAIN' if domain else 'TABLE'} {own(table)}"
        bare = present.definition.removesuffix(" NOT VALID")
        if bare == wanted.definition and not present.valid and not domain:
            yield self.create.validate(table, present.name)
            return
        if wanted.definition == f"{present.definition} NOT VALID":
            return
        if domain or wanted.type in ("check", "foreign key"):
            name = ident(present.name)
            sql = (
                f"ALTER {owner} DROP CONSTRAINT IF EXISTS {name};\n"
                f"ALTER {owner} ADD CONSTRAINT {name} {wanted.definition.removesuffix(' NOT VALID')} NOT VALID;"
            )
            what = f"replace {wanted.type} {visible(present.name)} of {item.table}"
            lock = locked(EXCLUSIVE if wanted.type == "check" else SHARE_ROW, item.table)
            yield Step(Phase.REFER, what, sql, lock, "new rows must satisfy it at once")
            if wanted.valid:
                step = self.create.validate(table, present.name)
                yield step if not domain else _of_domain(step, table, present.name)
            return
        sql = f"ALTER {owner} DROP CONSTRAINT {ident(present.name)};\n"
        sql += f"ALTER {owner} ADD CONSTRAINT {ident(present.name)} {wanted.definition};"
        refusal = "its index, and foreign keys that rely on it, would be dropped first"
        yield Step(
            Phase.CONSTRAIN,
            f"replace {wanted.type} of {item.table}",
            sql,
            locked(EXCLUSIVE, item.table),
            refusal=refusal,
        )

    def index(self, item: Difference, table: str) -> Iterator[Step]:
        wanted: Index = item.wanted
        present: Index = item.present
        if item.attributes == ("valid",) and wanted.valid:
            sql = f"REINDEX INDEX CONCURRENTLY {own(present.name)};"
            lock = locked(SHARE_UPDATE, item.table)
            yield Step(Phase.INDEX, f"build invalid index {item.name} anew", sql, lock, transactional=False)
        elif {"definition", "unique"} & set(item.attributes):
            yield from self.create.index(table, wanted)
            drop = f"DROP INDEX CONCURRENTLY IF EXISTS {own(present.name)};"
            what = f"drop the index that {item.name} replaces"
            yield Step(Phase.REMOVE, what, drop, refusal="queries may rely on it", transactional=False)

    def type(self, item: Difference) -> Iterator[Step]:
        wanted: Type = item.wanted
        present: Type = item.present
        if wanted.type == present.type == "enum":
            yield from self._labels(wanted, present)
        elif wanted.type == present.type == "domain":
            yield from self._domain(wanted, present)
        elif wanted.type == present.type == "composite":
            yield from self._composite(wanted, present)
        else:
            refusal = f"its columns would have to be rewritten: {visible(wanted.definition)}"
            yield Step(Phase.ALTER, f"change type {item.name}", f"DROP TYPE {own(present.name)};", refusal=refusal)

    def _labels(self, wanted: Type, present: Type) -> Iterator[Step]:
        before = ""
        for label in wanted.labels:
            if label not in present.labels:
                place = (
                    f" AFTER {_text(before)}"
                    if before
                    else f" BEFORE {_text(present.labels[0])}"
                    if present.labels
                    else ""
                )
                sql = f"ALTER TYPE {own(present.name)} ADD VALUE IF NOT EXISTS {_text(label)}{place};"
                yield Step(Phase.LABELS, f"add {label!r} to {visible(wanted.name)}", sql, transactional=False)
            before = label
        for label in present.labels:
            if label not in wanted.labels:
                sql = f"-- enum {own(present.name)}: label {_text(label)}"
                refusal = "PostgreSQL cannot remove a label; rows may hold it"
                yield Step(Phase.REMOVE, f"remove {label!r} from {visible(wanted.name)}", sql, refusal=refusal)

    def _domain(self, wanted: Type, present: Type) -> Iterator[Step]:
        one, other = _DOMAIN.match(wanted.definition), _DOMAIN.match(present.definition)
        if one is None or other is None:
            return
        domain, label = f"ALTER DOMAIN {own(present.name)}", visible(wanted.name)
        if one["base"] != other["base"]:
            refusal = f"the base type becomes {visible(one['base'])}: its columns would be rewritten"
            yield Step(Phase.ALTER, f"change domain {label}", f"DROP DOMAIN {own(present.name)};", refusal=refusal)
        if one["default"] != other["default"]:
            action = f"SET DEFAULT {one['default']}" if one["default"] else "DROP DEFAULT"
            yield Step(Phase.ALTER, f"default of domain {label}", f"{domain} {action};")
        if one["required"] != other["required"]:
            action = "SET NOT NULL" if one["required"] else "DROP NOT NULL"
            yield Step(Phase.ALTER, f"NULL in domain {label}", f"{domain} {action};", hazard="reads its tables")

    def _composite(self, wanted: Type, present: Type) -> Iterator[Step]:
        has = {c.name: c.type for c in present.columns}
        for column in wanted.columns:
            if column.name not in has:
                sql = f"ALTER TYPE {own(present.name)} ADD ATTRIBUTE {ident(column.name)} {column.type}"
                condition = (
                    f"NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = {regclass(present.name)} "
                    f"AND attname = {_text(column.name)} AND NOT attisdropped)"
                )
                yield Step(
                    Phase.CREATE,
                    f"add {column.name} to {visible(wanted.name)}",
                    guarded(condition, sql),
                    key=("type", wanted.name),
                )
            elif has[column.name] != column.type:
                sql = f"ALTER TYPE {own(present.name)} ALTER ATTRIBUTE {ident(column.name)} TYPE {column.type};"
                yield Step(Phase.ALTER, f"change {column.name}", sql, refusal="values are rewritten")

    def sequence(self, item: Difference) -> Iterator[Step]:
        wanted: Sequence = item.wanted
        present: Sequence = item.present
        if "definition" in item.attributes:
            cycle = "" if wanted.definition.endswith(" CYCLE") else " NO CYCLE"
            sql = f"ALTER SEQUENCE {own(present.name)} {wanted.definition}{cycle};"
            yield Step(
                Phase.ALTER, f"change sequence {item.name}", sql, hazard="fails if its value is out of the new bounds"
            )
        if "owned_by" in item.attributes:
            changed = own_sequence(wanted).replace(own(wanted.name), own(present.name), 1)
            yield Step(Phase.CONSTRAIN, f"owner column of sequence {item.name}", changed)

    def function(self, item: Difference) -> Iterator[Step]:
        wanted: Function = item.wanted
        present: Function = item.present
        compatible = wanted.returns == present.returns and wanted.type == present.type
        same = _bare(wanted.arguments) == _bare(present.arguments)
        fewer = len(_DEFAULT.findall(wanted.arguments)) < len(_DEFAULT.findall(present.arguments))
        sql = wanted.definition.rstrip().removesuffix(";") + ";"
        word = present.type.upper()
        refusal = ""
        if not compatible or not same or fewer:
            refusal = "its result or arguments change, so it must be dropped, with what uses it"
            sql = f"DROP {word} {qualified(present.signature)};\n{sql}"
        yield Step(
            Phase.CREATE, f"replace {wanted.type} {item.name}", sql, refusal=refusal, key=("function", wanted.signature)
        )

    def view(self, item: Difference) -> Iterator[Step]:
        wanted: View = item.wanted
        present: View = item.present
        key = ("relation", wanted.name)
        had = [(c.name, c.type) for c in present.columns]
        keeps = [(c.name, c.type) for c in wanted.columns][: len(had)] == had
        if not wanted.materialized and not present.materialized and keeps:
            for reset in option_changes((), tuple(o for o in present.options if o not in wanted.options)):
                yield Step(Phase.ALTER, f"options of view {item.name}", f"ALTER VIEW {own(present.name)} {reset};")
            yield Step(
                Phase.CREATE, f"replace view {item.name}", replace_view(wanted), locked(EXCLUSIVE, item.name), key=key
            )
            return
        word = "MATERIALIZED VIEW" if present.materialized else "VIEW"
        steps = "\n".join(step.sql for step in self.create.view(wanted))
        sql = f"DROP {word} {own(present.name)};\n{steps}"
        refusal = "its columns change, so it must be dropped, with what uses it"
        yield Step(Phase.CREATE, f"replace view {item.name}", sql, refusal=refusal, key=key)

    def trigger(self, item: Difference, table: str) -> Iterator[Step]:
        wanted: Trigger = item.wanted
        present: Trigger = item.present
        sql = []
        if "definition" in item.attributes:
            sql = [f"DROP TRIGGER IF EXISTS {ident(present.name)} ON {own(table)};", create_trigger(wanted)]
        if "enabled" in item.attributes or (sql and wanted.enabled != "origin"):
            sql.append(enable_trigger(table, wanted))
        lock = locked(EXCLUSIVE, item.table)
        yield Step(Phase.GUARD, f"change trigger {item.name} on {item.table}", "\n".join(sql), lock)

    def rule(self, item: Difference, table: str) -> Iterator[Step]:
        wanted: Rule = item.wanted
        yield from self.create.rule(table, wanted.definition, wanted.name)

    def policy(self, item: Difference, table: str) -> Iterator[Step]:
        wanted: Policy = item.wanted
        sql = f"DROP POLICY IF EXISTS {ident(item.present.name)} ON {own(table)};\n{create_policy(table, wanted)}"
        what = f"replace policy {item.name} on {item.table}"
        yield Step(Phase.GUARD, what, sql, locked(EXCLUSIVE, item.table), "other rows are seen from now on")

    def extension(self, item: Difference) -> Iterator[Step]:
        sql = f"ALTER EXTENSION {ident(item.wanted.name)} UPDATE TO {_text(item.wanted.version)};"
        yield Step(
            Phase.ALTER,
            f"update extension {item.name}",
            sql,
            refusal="an update changes all databases' schemas that use it",
        )


def _of_domain(step: Step, domain: str, name: str) -> Step:
    sql = f"ALTER DOMAIN {own(domain)} VALIDATE CONSTRAINT {ident(name)};"
    return Step(step.phase, step.what, sql, hazard=step.hazard, transactional=False)


def _bare(arguments: str) -> str:
    return _DEFAULT.sub("", arguments)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
