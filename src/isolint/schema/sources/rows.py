"""From rows of the catalog queries to a schema."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from isolint.schema import canonical
from isolint.schema.factor import OWNED, SCHEMA, Factor
from isolint.schema.lexer import quote, tokens
from isolint.schema.model import (
    Collation,
    Column,
    Constraint,
    DefaultPrivilege,
    Extension,
    Grant,
    Index,
    Origin,
    Policy,
    Rule,
    Schema,
    Sequence,
    Statistics,
    Table,
    Trigger,
    Type,
    View,
)
from isolint.schema.sources.routines import function_of

Row = dict[str, Any]
Rows = dict[str, list[Row]]

PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
IDENTITY = {"d": "default", "f": "full", "n": "nothing"}
ENABLED = {"O": "origin", "D": "disabled", "R": "replica", "A": "always"}
CONSTRAINTS = {"p": "primary key", "f": "foreign key", "u": "unique", "c": "check", "x": "exclusion"}
COMMANDS = {"*": "ALL", "r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}
OBJECTS = {"r": "TABLES", "S": "SEQUENCES", "f": "FUNCTIONS", "T": "TYPES", "n": "SCHEMAS"}
LISTED = ("collation", "extension")

_NEXTVAL = re.compile(rf"nextval\('{SCHEMA}\.(.+)'::regclass\)\Z")


def schema_of(name: str, rows: Rows, origin: Origin) -> Schema:
    """The schema `name` out of the rows of all kinds; rows of other schemas are passed over."""
    return _Reading(name, rows).schema(origin)


def sorted_by(items: Iterable[Any], *names: str) -> tuple[Any, ...]:
    """The items in the order of these attributes."""
    return tuple(sorted(items, key=lambda item: tuple(getattr(item, name) for name in names)))


@dataclass
class _Parts:
    """What belongs to one relation or domain, while it is collected."""

    columns: list[Column] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    statistics: list[Statistics] = field(default_factory=list)


class _Reading:
    def __init__(self, name: str, rows: Rows) -> None:
        self.name = name
        self.rows = {kind: [r for r in found if r.get("schema", name) == name] for kind, found in rows.items()}
        named = ("relations", "sequences", "types", "functions", "others", "locked")
        self.factor = Factor(name, (row["name"] for kind in named for row in self.rows[kind] if not _foreign(row)))
        self.parts: dict[int, _Parts] = defaultdict(_Parts)
        self.owned = {
            (row["owner_table"], row["owner_column"], row["name"])
            for row in self.rows["sequences"]
            if row["owner_table"]
        }

    def schema(self, origin: Origin) -> Schema:
        self._collect()
        others = [(r["kind"], r["name"]) for r in self.rows["others"] if r["kind"] not in LISTED]
        relations = self.rows["relations"]
        return Schema(
            name=self.name,
            tables=sorted_by((self._table(r) for r in relations if r["kind"] in "rp"), "name"),
            views=sorted_by((self._view(r) for r in relations if r["kind"] in "vm"), "name"),
            sequences=sorted_by((self._sequence(r) for r in self.rows["sequences"]), "name"),
            types=sorted_by((self._type(r) for r in self.rows["types"]), "name"),
            functions=sorted_by((function_of(r, self.factor) for r in self.rows["functions"]), "signature"),
            collations=sorted_by((self._collation(r) for r in self.rows["others"] if r["kind"] == "collation"), "name"),
            extensions=tuple(
                Extension(r["name"], r["detail"]) for r in self.rows["others"] if r["kind"] == "extension"
            ),
            grants=self._grants(),
            default_privileges=self._default_privileges(),
            origin=origin,
            notes=tuple(f"{kind} {name}: not compared" for kind, name in others),
            dependencies=self._dependencies(),
        )

    def text(self, text: str | None) -> str:
        """An expression with the schema's name factored out; '' for NULL."""
        return canonical.expression(self.factor.definition(text)) if text else ""

    def _collect(self) -> None:
        names = {row["oid"]: row["name"] for row in self.rows["relations"]}
        for row in self.rows["columns"]:
            self.parts[row["relation"]].columns.append(self._column(row, names.get(row["relation"], "")))
        for row in self.rows["constraints"]:
            self.parts[row["relation"] or row["domain"]].constraints.append(self._constraint(row))
        for row in self.rows["indexes"]:
            self.parts[row["relation"]].indexes.append(self._index(row))
        for row in self.rows["triggers"]:
            parts = self.parts[row["relation"]]
            if row["kind"] == "trigger":
                parts.triggers.append(self._trigger(row))
            else:
                parts.rules.append(Rule(self.factor.name(row["name"]), self.text(row["definition"]), **_state(row)))
        for row in self.rows["policies"]:
            self.parts[row["relation"]].policies.append(self._policy(row))
        for row in self.rows["statistics"]:
            definition = self.text(row["definition"].removeprefix(row["prefix"]).strip())
            target = f" TARGET {row['target']}" if row["target"] is not None else ""
            self.parts[row["relation"]].statistics.append(
                Statistics(definition + target, row["comment"] or "", name=self.factor.name(row["name"]))
            )

    def _column(self, row: Row, table: str) -> Column:
        default = self.text(row["default"])
        sequence = _NEXTVAL.match(default)
        if sequence and (table, row["name"], _plain(sequence[1])) in self.owned:
            default = f"nextval({OWNED})"
        return Column(
            name=row["name"],
            type=self.factor.definition(row["type"]),
            nullable=row["nullable"],
            default=default,
            identity=row["identity"] or "",
            identity_options=sequence_options(row) if row["identity"] and row["seqstart"] is not None else "",
            generated=self.text(row["generated"]),
            virtual=row["virtual"],
            collation=self.factor.definition(row["collation"] or ""),
            storage=STORAGE.get(row["storage"] or "", ""),
            compression=row["compression"] or "",
            statistics=row["statistics"],
            options=tuple(sorted(row["options"])),
            inherited=row["inherited"],
            comment=row["comment"] or "",
            position=row["position"],
        )

    def _constraint(self, row: Row) -> Constraint:
        marks = ("clustered",) * row["clustered"] + ("invalid index",) * (not row["valid"])
        return Constraint(
            type=CONSTRAINTS[row["type"]],
            definition=self.text(row["definition"]),
            columns=tuple(row["columns"]),
            options=(*sorted(row["options"]), *marks),
            inherited=row["inherited"],
            comment=row["comment"] or "",
            name=self.factor.name(row["name"]),
        )

    def _index(self, row: Row) -> Index:
        return Index(
            definition=self.text(row["definition"].removeprefix("ONLY ").removeprefix(row["target"])),
            unique=row["unique"],
            valid=row["valid"],
            clustered=row["clustered"],
            comment=row["comment"] or "",
            name=self.factor.name(row["name"]),
        )

    def _trigger(self, row: Row) -> Trigger:
        """PostgreSQL prints `CREATE [CONSTRAINT] TRIGGER name …`; the name is a field of its own."""
        found = list(tokens(row["definition"]))
        at = next(i for i, token in enumerate(found) if token.text == "TRIGGER")
        definition = "".join(t.text for t in found[at + 3 :]).strip()
        constraint = "CONSTRAINT " if any(t.text == "CONSTRAINT" for t in found[:at]) else ""
        return Trigger(self.factor.name(row["name"]), constraint + self.text(definition), **_state(row))

    def _policy(self, row: Row) -> Policy:
        return Policy(
            name=self.factor.name(row["name"]),
            command=COMMANDS[row["command"]],
            permissive=row["permissive"],
            roles=tuple(row["roles"]),
            using=self.text(row["using"]),
            check=self.text(row["check"]),
            comment=row["comment"] or "",
        )

    def _table(self, row: Row) -> Table:
        parts = self.parts[row["oid"]]
        replica = IDENTITY.get(row["replica_identity"], f"index ({row['replica_columns']})")
        return Table(
            name=self.factor.name(row["name"]),
            columns=sorted_by(parts.columns, "name"),
            constraints=sorted_by(parts.constraints, "type", "definition", "name"),
            indexes=sorted_by(parts.indexes, "definition", "unique", "name"),
            triggers=sorted_by(parts.triggers, "name"),
            rules=sorted_by(parts.rules, "name"),
            policies=sorted_by(parts.policies, "name"),
            statistics=sorted_by(parts.statistics, "definition", "name"),
            partition_key=self.text(row["partition_key"]),
            parents=tuple(self.text(parent) for parent in row["parents"]),
            bound=self.text(row["bound"]),
            options=tuple(row["options"]),
            persistence=PERSISTENCE[row["persistence"]],
            replica_identity=replica,
            row_security=row["row_security"],
            row_security_forced=row["row_security_forced"],
            access_method=row["access_method"] or "heap",
            tablespace=row["tablespace"] or "",
            owner=row["owner"],
            comment=row["comment"] or "",
        )

    def _view(self, row: Row) -> View:
        parts = self.parts[row["oid"]]
        return View(
            name=self.factor.name(row["name"]),
            definition=canonical.query(self.factor.definition(row["definition"])),
            materialized=row["kind"] == "m",
            populated=row["populated"],
            columns=tuple(replace(c, nullable=True) for c in parts.columns),
            options=tuple(row["options"]),
            indexes=sorted_by(parts.indexes, "definition", "unique", "name"),
            triggers=sorted_by(parts.triggers, "name"),
            rules=sorted_by(parts.rules, "name"),
            statistics=sorted_by(parts.statistics, "definition", "name"),
            owner=row["owner"],
            comment=row["comment"] or "",
        )

    def _sequence(self, row: Row) -> Sequence:
        owned = (self.factor.name(row["owner_table"]), row["owner_column"]) if row["owner_table"] else ()
        return Sequence(
            name=self.factor.name(row["name"]),
            definition=f"AS {row['seqtype']} {sequence_options(row)}",
            owned_by=owned,
            persistence=PERSISTENCE[row["persistence"]],
            owner=row["owner"],
            comment=row["comment"] or "",
        )

    def _type(self, row: Row) -> Type:
        parts = self.parts[row["relation"] or row["oid"]]
        kind = {"e": "enum", "d": "domain", "r": "range"}.get(row["type"], "composite")
        return Type(
            name=self.factor.name(row["name"]),
            type=kind,
            definition=self._type_definition(kind, row, parts),
            labels=tuple(row["labels"]),
            columns=tuple(parts.columns) if kind == "composite" else (),
            constraints=sorted_by(parts.constraints, "definition", "name"),
            owner=row["owner"],
            comment=row["comment"] or "",
        )

    def _type_definition(self, kind: str, row: Row, parts: _Parts) -> str:
        if kind == "enum":
            return "AS ENUM (" + ", ".join("'" + label.replace("'", "''") + "'" for label in row["labels"]) + ")"
        if kind == "composite":
            columns = (
                f"{quote(c.name)} {c.type}" + (f" COLLATE {c.collation}" if c.collation else "") for c in parts.columns
            )
            return "AS (" + ", ".join(columns) + ")"
        if kind == "range":
            given = {
                "subtype": row["subtype"],
                "collation": row["range_collation"],
                "subtype_diff": row["subdiff"] if row["subdiff"] != "-" else None,
            }
            return "AS RANGE (" + ", ".join(f"{k} = {self.text(v)}" for k, v in given.items() if v) + ")"
        words = [f"AS {self.text(row['base'])}"]
        words += [f"COLLATE {self.text(row['collation'])}"] if row["collation"] else []
        words += [f"DEFAULT {self.text(row['default'])}"] if row["default"] is not None else []
        return " ".join([*words, "NOT NULL"] if row["not_null"] else words)

    def _collation(self, row: Row) -> Collation:
        detail = json.loads(row["detail"])
        provider = {"i": "icu", "c": "libc", "b": "builtin"}.get(detail["collprovider"], detail["collprovider"])
        locale = detail.get("colllocale") or detail.get("colliculocale")
        given = [f"provider = {provider}"]
        given += [f"locale = '{locale}'"] if locale else []
        for key in ("collcollate", "collctype"):
            given += [f"lc_{key[4:]} = '{detail[key]}'"] if detail.get(key) and not locale else []
        given += [f"rules = '{detail['collicurules']}'"] if detail.get("collicurules") else []
        given += [] if detail["collisdeterministic"] else ["deterministic = false"]
        name = self.factor.name(row["name"])
        return Collation(name, ", ".join(given), detail["owner_name"], detail["comment"] or "")

    def _grants(self) -> tuple[Grant, ...]:
        found = (
            Grant(
                target=" ".join(w for w in (r["kind"], self._key(r["kind"], r["name"])) if w),
                privilege=r["privilege"],
                grantee=r["grantee"],
                column=r["column"],
                grantable=r["grantable"],
            )
            for r in self.rows["grants"]
            if r["kind"] != "default"
        )
        return sorted_by(set(found), "target", "column", "grantee", "privilege", "grantable")

    def _default_privileges(self) -> tuple[DefaultPrivilege, ...]:
        found = (
            DefaultPrivilege(r["role"], OBJECTS[r["name"]], r["privilege"], r["grantee"], r["grantable"])
            for r in self.rows["grants"]
            if r["kind"] == "default" and r["grantee"] != r["role"]
        )
        return sorted_by(found, "role", "objects", "grantee", "privilege")

    def _dependencies(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        edges = set()
        for row in self.rows["dependencies"]:
            needed = (row["needed_kind"], self._key(row["needed_kind"], row["needed_name"]))
            column = (row["needed_column"],) if row["needed_column"] else ()
            edges.add(((row["kind"], self._key(row["kind"], row["name"])), needed + column))
        return tuple(sorted(edges))

    def _key(self, kind: str, name: str) -> str:
        return self.factor.name(self.factor.definition(name) if kind == "function" else name)


def sequence_options(row: Row) -> str:
    """The parameters of a sequence as SQL."""
    cycle = " CYCLE" if row["seqcycle"] else ""
    return (
        f"START {row['seqstart']} INCREMENT {row['seqincrement']} MINVALUE {row['seqmin']} MAXVALUE {row['seqmax']} "
        f"CACHE {row['seqcache']}{cycle}"
    )


def _state(row: Row) -> dict[str, str]:
    return {"enabled": ENABLED[row["enabled"]], "comment": row["comment"] or ""}


def _foreign(row: Row) -> bool:
    return row.get("kind") == "extension"


def _plain(name: str) -> str:
    """An identifier without its quotes, as a key."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
