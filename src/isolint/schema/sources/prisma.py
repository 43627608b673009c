"""`schema.prisma`: models as the SQL that Prisma itself would write for PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from isolint.errors import SchemaError
from isolint.frontends.prisma.grammar import PrismaField, PrismaModel, bracket, names, parse
from isolint.schema.lexer import quote
from isolint.schema.model import Kind, Origin, Schema
from isolint.schema.references import Reference
from isolint.schema.statements import Statement

KINDS = frozenset((Kind.TABLE, Kind.COLUMN, Kind.CONSTRAINT, Kind.INDEX, Kind.TYPE, Kind.SEQUENCE))
SCALARS = {
    "String": "TEXT",
    "Boolean": "BOOLEAN",
    "Int": "INTEGER",
    "BigInt": "BIGINT",
    "Float": "DOUBLE PRECISION",
    "Decimal": "DECIMAL(65,30)",
    "DateTime": "TIMESTAMP(3)",
    "Json": "JSONB",
    "Bytes": "BYTEA",
}
NATIVE = {"Timestamptz": "TIMESTAMPTZ", "DoublePrecision": "DOUBLE PRECISION", "JsonB": "JSONB", "Oid": "OID"}
ACTIONS = {"Cascade": "CASCADE", "Restrict": "RESTRICT", "NoAction": "NO ACTION", "SetNull": "SET NULL"}
ACTIONS |= {"SetDefault": "SET DEFAULT"}


def load_prisma(reference: Reference, path: Path) -> Schema:
    """The schema that Prisma would make. Checks, triggers, views and grants are not Prisma's to say."""
    from isolint.schema.sources.ddl import load_statements

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SchemaError(f"{reference.shown}: cannot be read as UTF-8 text") from None
    writer = _Writer(text, str(path))
    statements = list(writer.statements())
    if not statements:
        raise SchemaError(f"{reference.shown}: has no model")
    places = tuple((model.table, str(path), model.line) for model in writer.models.values())
    schema = load_statements(reference, statements, Origin(reference.shown, str(path), places))
    kept = tuple(replace(t, constraints=tuple(c for c in t.constraints if c.type != "check")) for t in schema.tables)
    return replace(
        schema, tables=kept, kinds=KINDS & schema.kinds, constraint_types=("primary key", "foreign key", "unique")
    )


class _Writer:
    def __init__(self, text: str, path: str) -> None:
        self.path = path
        parsed = parse(text)
        self.models = parsed.models
        self.enums = parsed.enums

    def statements(self) -> Iterator[Statement]:
        """Types, tables, indexes, foreign keys, in the order in which they can be made."""
        for name, labels, line in self.enums.values():
            listed = ", ".join("'" + label.replace("'", "''") + "'" for label in labels.values())
            yield Statement(f"CREATE TYPE {quote(name)} AS ENUM ({listed})", self.path, line)
        for model in self.models.values():
            yield Statement(self._table(model), self.path, model.line)
        for model in self.models.values():
            for sql in (*self._indexes(model), *self._foreign_keys(model)):
                yield Statement(sql, self.path, model.line)
        yield from self._joins()

    def _table(self, model: PrismaModel) -> str:
        parts = [self._column(f) for f in model.fields if f.kind not in self.models]
        key = next((names(a, "@@id") for a in model.attributes if a.startswith("@@id")), None)
        single = [f.name for f in model.fields if re.search(r"@id\b", f.rest)]
        if key or single:
            columns = ", ".join(quote(self._name(model, c)) for c in key or single)
            parts.append(f"CONSTRAINT {quote(model.table + '_pkey')} PRIMARY KEY ({columns})")
        return f"CREATE TABLE {quote(model.table)} ({', '.join(parts)})"

    def _column(self, found: PrismaField) -> str:
        rest = found.rest
        native = re.search(r"@db\.(\w+)(\([^)]*\))?", rest)
        if found.kind.startswith("Unsupported"):
            kind = found.kind.split('"')[1]
        elif found.kind in self.enums:
            kind = quote(self.enums[found.kind][0])
        elif native:
            kind = _native(native[1], native[2] or "")
        else:
            kind = SCALARS.get(found.kind, "TEXT")
        default = re.search(r"@default\(((?:[^()]|\([^()]*\))*)\)", rest)
        value = default[1] if default else ""
        if value == "autoincrement()":
            kind, value = {"BIGINT": "BIGSERIAL", "SMALLINT": "SMALLSERIAL"}.get(kind.upper(), "SERIAL"), ""
        null = "" if found.optional or found.many else " NOT NULL"
        array = "[]" if found.many else ""
        labels = self.enums[found.kind][1] if found.kind in self.enums else {}
        given = "'" + labels[value].replace("'", "''") + "'" if value in labels else _default(value)
        return f"{quote(found.column)} {kind}{array}{null}" + (f" DEFAULT {given}" if given else "")

    def _name(self, model: PrismaModel, name: str) -> str:
        return next((f.column for f in model.fields if f.name == name), name)

    def _indexes(self, model: PrismaModel) -> Iterator[str]:
        for found in model.fields:
            if re.search(r"@unique\b", found.rest):
                yield self._index(model, (found.name,), found.rest, unique=True)
        for attribute in model.attributes:
            if attribute.startswith(("@@unique", "@@index")):
                columns = names(attribute, "@@index" if attribute.startswith("@@index") else "@@unique")
                yield self._index(model, columns, attribute, attribute.startswith("@@unique"))

    def _index(self, model: PrismaModel, columns: tuple[str, ...], text: str, unique: bool) -> str:
        named = re.search(r'map:\s*"([^"]+)"', text)
        keys = [self._name(model, column.split("(")[0]) for column in columns]
        suffix = "key" if unique else "idx"
        name = named[1] if named else f"{model.table}_{'_'.join(keys)}_{suffix}"
        method = re.search(r"type:\s*(\w+)", text)
        using = f" USING {method[1].lower()}" if method else ""
        order = [" DESC" if re.search(rf"\b{re.escape(c)}\(sort:\s*Desc", text) else "" for c in columns]
        listed = ", ".join(quote(n) + o for n, o in zip(keys, order, strict=True))
        return f"CREATE {'UNIQUE ' if unique else ''}INDEX {quote(name)} ON {quote(model.table)}{using} ({listed})"

    def _foreign_keys(self, model: PrismaModel) -> Iterator[str]:
        for found in model.fields:
            relation = re.search(r"@relation\((.*)\)", found.rest)
            if found.kind not in self.models or relation is None or "fields:" not in relation[1]:
                continue
            target = self.models[found.kind]
            columns = [self._name(model, c) for c in bracket(relation[1], "fields")]
            keys = ", ".join(quote(self._name(target, c)) for c in bracket(relation[1], "references"))
            chosen = {key: re.search(rf"{key}:\s*(\w+)", relation[1]) for key in ("onDelete", "onUpdate")}
            unsaid = "SET NULL" if found.optional else "RESTRICT"
            delete = ACTIONS[chosen["onDelete"][1]] if chosen["onDelete"] else unsaid
            update = ACTIONS[chosen["onUpdate"][1]] if chosen["onUpdate"] else "CASCADE"
            named = re.search(r'map:\s*"([^"]+)"', relation[1])
            name = named[1] if named else f"{model.table}_{'_'.join(columns)}_fkey"
            yield (
                f"ALTER TABLE {quote(model.table)} ADD CONSTRAINT {quote(name)} FOREIGN KEY "
                f"({', '.join(map(quote, columns))}) REFERENCES {quote(target.table)} ({keys}) "
                f"ON DELETE {delete} ON UPDATE {update}"
            )

    def _joins(self) -> Iterator[Statement]:
        """Tables of implicit relations between many and many."""
        for model in self.models.values():
            for found in model.fields:
                other = self.models.get(found.kind)
                if not found.many or other is None or model.name > other.name:
                    continue
                back = [f for f in other.fields if f.kind == model.name and f.many and f is not found]
                if back and "fields:" not in found.rest:
                    yield from self._join(model, other, found)

    def _join(self, one: PrismaModel, other: PrismaModel, found: PrismaField) -> Iterator[Statement]:
        named = re.search(r'@relation\(\s*(?:name:\s*)?"(\w+)"', found.rest)
        name = "_" + (named[1] if named else f"{one.name}To{other.name}")
        columns = []
        for letter, model in (("A", one), ("B", other)):
            key = next((f for f in model.fields if re.search(r"@id\b", f.rest)), None)
            kind = self._column(key).split(" ", 1)[1].split(" NOT NULL")[0] if key else "TEXT"
            kind = {"SERIAL": "INTEGER", "BIGSERIAL": "BIGINT"}.get(kind, kind)
            target = quote(key.column) if key else '"id"'
            refers = f"REFERENCES {quote(model.table)} ({target}) ON DELETE CASCADE ON UPDATE CASCADE"
            columns.append(f'"{letter}" {kind} NOT NULL {refers}')
        yield Statement(
            f'CREATE TABLE {quote(name)} ({", ".join(columns)}, PRIMARY KEY ("A", "B"))', self.path, one.line
        )
        yield Statement(f'CREATE INDEX {quote(name + "_B_index")} ON {quote(name)} ("B")', self.path, one.line)


def _native(name: str, size: str) -> str:
    if name == "Timestamptz":
        return f"TIMESTAMP{size or '(6)'} WITH TIME ZONE"
    if name == "Timestamp":
        return f"TIMESTAMP{size or '(6)'}"
    return NATIVE.get(name, {"Uuid": "UUID", "Inet": "INET"}.get(name, name.upper())) + size


def _default(value: str) -> str:
    """Functions that Prisma's client computes leave nothing in the database."""
    if not value or value.startswith(("cuid(", "uuid(", "nanoid(", "ulid(", "auto(")):
        return ""
    if value == "now()":
        return "CURRENT_TIMESTAMP"
    generated = re.match(r'dbgenerated\("(.*)"\)', value)
    if generated:
        return generated[1].replace('\\"', '"')
    if value == "[]":
        return "'{}'"
    if value.startswith('"'):
        return "'" + value[1:-1].replace('\\"', '"').replace("'", "''") + "'"
    return value if value in ("true", "false") or re.match(r"-?[\d.]+\Z", value) else f"'{value}'"
