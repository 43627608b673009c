"""What is asked of the database to tell a tenant's health, and what follows from the answers.

Nothing here talks to a database: `Examination.asked` yields questions and is sent rows, so that connections that wait
and those that do not share all of it.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from isolint.schema.diff.compare import compare
from isolint.schema.difference import Change, Difference
from isolint.schema.factor import OWNED, SCHEMA
from isolint.schema.lexer import quote
from isolint.schema.model import Kind, Schema
from isolint.schema.output.words import subject
from isolint.schema.sources import live
from isolint.tenants.fitness import Check, Fault, Health
from isolint.tenants.ledger import query
from isolint.tenants.naming import Tenant
from isolint.tenants.seeds import Seed, own_values

Row: TypeAlias = dict[str, Any]
Answer: TypeAlias = list[Row] | Exception | None

CHECKS = {
    Kind.SEQUENCE: Check.SEQUENCES,
    Kind.TRIGGER: Check.TRIGGERS,
    Kind.INDEX: Check.INDEXES,
    Kind.CONSTRAINT: Check.CONSTRAINTS,
    Kind.GRANT: Check.GRANTS,
    Kind.DEFAULT_PRIVILEGE: Check.GRANTS,
    Kind.FUNCTION: Check.FUNCTIONS,
}
"""Which check a difference belongs to; the others are about the schema itself."""

HARMLESS = frozenset(("", "pg_catalog", "pg_temp"))
"""Entries of a search path in which no tenant's table is found."""


@dataclass(frozen=True, slots=True)
class Question:
    """A statement with its parameters; an error of one that `may_fail` is an answer like any other."""

    sql: bytes
    parameters: Mapping[str, Any] | tuple[Any, ...]
    may_fail: bool = False


Asked: TypeAlias = Generator[Question, Any, Health]


@dataclass
class Examination:
    """One tenant's examination, used once."""

    tenant: Tenant
    reference: Schema
    seeds: tuple[Seed, ...]
    org_id: str
    shared: tuple[str, ...]
    ledger: bool
    faults: list[Fault] = field(default_factory=list)
    unchecked: list[tuple[Check, str]] = field(default_factory=list)

    def asked(self) -> Asked:
        """The questions, each to be answered with its rows; returns the health."""
        schema = self.tenant.schema
        found: list[Row] = yield _question(live.query("schemas"), schemas=[schema])
        if not found:
            return self._health((Check.SCHEMA,), 0, [Fault(Check.SCHEMA, schema, "does not exist")])
        live.check_found(found, (schema,), schema)
        yield Question(live.SETTINGS.encode(), (f"{live.LOCK_TIMEOUT}ms",))
        locked: list[Row] = yield _question(live.query("locked"))
        rows: dict[str, list[Row]] = {"schemas": found, "locked": locked}
        skip = [row["oid"] for row in locked]
        for kind in live.KINDS:
            rows[kind] = yield _question(live.query(kind), schemas=[schema], skip=skip)
        present = live.assembled(schema, rows, schema)
        wrong: list[Row] = yield _question(query("health"), schema=schema)
        self._shape(present, wrong, rows["functions"])
        for seed in self.seeds if not present.busy else ():
            yield from self._planted(seed)
        if self.ledger:
            yield from self._stamped()
        return self._health(self._checks(), len(present.tables))

    def busy(self) -> Health:
        """The health of a tenant that somebody was altering all the time."""
        why = "tables are being altered by somebody; try again"
        return Health(self.tenant.schema, self._label, 0, (), (), tuple((check, why) for check in self._checks()))

    @property
    def _label(self) -> str:
        return self.reference.origin.label or self.reference.name

    def _checks(self) -> tuple[Check, ...]:
        asked = {Check.SEEDS: bool(self.seeds), Check.LEDGER: self.ledger}
        return tuple(check for check in Check if asked.get(check, True))

    def _health(self, checks: tuple[Check, ...], tables: int, faults: Iterable[Fault] = ()) -> Health:
        order = list(Check)
        found = sorted({*self.faults, *faults}, key=lambda f: (order.index(f.check), f.name, f.message))
        missed = {check for check, _ in self.unchecked}
        checked = tuple(check for check in checks if check not in missed)
        return Health(self.tenant.schema, self._label, tables, checked, tuple(found), tuple(self.unchecked))

    # --- shape

    def _shape(self, present: Schema, wrong: list[Row], functions: list[Row]) -> None:
        comparison = compare(self.reference, present)
        for table in comparison.busy:
            self.unchecked.append((Check.SCHEMA, f"{table} is being altered by somebody; try again"))
        allowed = {(str(c), t, n) for c, t, n in _agreed(self.reference)}
        told: set[tuple[str, str, str]] = set()
        for row in wrong:
            key = (row["check"], row["table"], row["name"])
            elsewhere = row["elsewhere"] not in ("", "internal", self.tenant.schema, *self.shared)
            if key not in allowed or elsewhere or row["elsewhere"] == "internal":
                told.add(key)
                self.faults.append(Fault(Check(row["check"]), _named(row["table"], row["name"]), row["message"]))
        for function in functions:
            self.faults.extend(self._paths(function))
        self.faults.extend(
            _fault(difference)
            for difference in comparison.differences
            if difference.change is not Change.EXTRA and _key(difference) not in told
        )

    def _paths(self, function: Row) -> Iterator[Fault]:
        """What is wrong with where a function looks for names."""
        paths = [s.partition("=")[2] for s in function["settings"] if s.startswith("search_path=")]
        signature = function["signature"]
        if not paths:
            if function["security_definer"]:
                message = "is SECURITY DEFINER without a search_path of its own: the caller chooses its tables"
                yield Fault(Check.FUNCTIONS, signature, message)
            return
        entries = [entry.strip().strip('"') for entry in paths[0].split(",")]
        known = (*HARMLESS, self.tenant.schema, *self.shared)
        for entry in entries:
            if entry not in known:
                yield Fault(Check.FUNCTIONS, signature, f"looks for its tables in {entry}, which is not of this tenant")
        if self.tenant.schema not in entries and set(entries) & set(self.shared) and not self._same_path(signature):
            yield Fault(Check.FUNCTIONS, signature, f"has the search_path {paths[0]}, without the tenant's schema")

    def _same_path(self, signature: str) -> bool:
        """Whether the reference's function has a path without the tenant's schema too."""
        wanted = next((f for f in self.reference.functions if f.signature == signature), None)
        paths = [s for s in wanted.settings if s.startswith("search_path=")] if wanted else []
        return bool(paths) and SCHEMA not in paths[0] and self.reference.name not in paths[0]

    # --- rows

    def _planted(self, seed: Seed) -> Generator[Question, Any, None]:
        """Whether the rows of a seed are there, by their keys."""
        if not seed.rows:
            return
        if not self.org_id and any(row[column] == "$org_id" for row in seed.rows for column in seed.key):
            self.unchecked.append((Check.SEEDS, f"{seed.table}: the tenant's id is needed"))
            return
        rows = [own_values({c: row[c] for c in seed.key}, self.tenant, self.org_id) for row in seed.rows]
        answer: Answer = yield Question(
            _absent(self.tenant.schema, seed), {"rows": json.dumps(rows, default=str)}, may_fail=True
        )
        if isinstance(answer, Exception):
            denied = getattr(answer, "sqlstate", "") == "42501"
            message = " ".join(str(answer).split())
            if denied:
                self.unchecked.append((Check.SEEDS, f"{seed.table}: {message}"))
            else:
                self.faults.append(Fault(Check.SEEDS, seed.table, f"cannot hold the rows to start with: {message}"))
            return
        for row in answer or ():
            key = ", ".join(f"{column} {value}" for column, value in rows[row["at"] - 1].items())
            self.faults.append(Fault(Check.SEEDS, seed.table, f"lacks the row of {key}"))

    def _stamped(self) -> Generator[Question, Any, None]:
        schema = self.tenant.schema
        there: list[Row] = yield _question(query("stamp"))
        if not there[0]["made"]:
            self.faults.append(Fault(Check.LEDGER, schema, "is not in the ledger: there is none in this database"))
            return
        if not there[0]["readable"]:
            self.unchecked.append((Check.LEDGER, "this role may not read it"))
            return
        (entry,) = yield _question(query("stamped"), schema=schema)
        if not entry["stamped"]:
            self.faults.append(Fault(Check.LEDGER, schema, "is not in the ledger: isolint has not provisioned it"))
        for name in entry["unfinished"]:
            self.faults.append(Fault(Check.LEDGER, schema, f"had the migration {name} begun and not finished"))


def _question(sql: str, **parameters: Any) -> Question:
    return Question(sql.encode(), parameters)


def _agreed(reference: Schema) -> Iterator[tuple[Check, str, str]]:
    """What the reference has so too, and that is therefore no fault: (check, table, name)."""
    for table in reference.tables:
        for column in table.columns:
            if "nextval(" in column.default and OWNED not in column.default:
                yield Check.SEQUENCES, table.name, column.name
        for trigger in table.triggers:
            if trigger.enabled in ("disabled", "replica"):
                yield Check.TRIGGERS, table.name, trigger.name
        for constraint in table.constraints:
            if not constraint.valid:
                yield Check.CONSTRAINTS, table.name, constraint.name


def _fault(difference: Difference) -> Fault:
    check = CHECKS.get(difference.kind, Check.SCHEMA)
    if difference.change is Change.MISSING:
        return Fault(check, subject(difference), "is missing")
    about = ", ".join(attribute.replace("_", " ") for attribute in difference.attributes) or "definition"
    wanted, has = (" ".join(text.split()) or "none" for text in (difference.reference, difference.candidate))
    return Fault(check, subject(difference), f"differs in {about}: {has}, and should be {wanted}")


def _key(difference: Difference) -> tuple[str, str, str]:
    name = getattr(difference.present, "name", "") or difference.name
    return (str(CHECKS.get(difference.kind, Check.SCHEMA)), difference.table, name)


def _named(table: str, name: str) -> str:
    return f"{table}.{name}" if table and table != name else name or table


def _absent(schema: str, seed: Seed) -> bytes:
    """The numbers of the rows, counted from 1, that the table does not have by their keys."""
    table = f"{quote(schema)}.{quote(seed.table)}"
    same = " AND ".join(f"t.{quote(column)} = s.{quote(column)}" for column in seed.key)
    text = (
        "SELECT e.at FROM jsonb_array_elements(⟦rows⟧) WITH ORDINALITY AS e (value, at) "  # noqa: S608 - quoted names
        f"CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, e.value) AS s "
        f"WHERE NOT EXISTS (SELECT FROM {table} t WHERE {same}) ORDER BY 1"
    )
    return text.replace("%", "%%").replace("⟦rows⟧", "%(rows)s::jsonb").encode()
