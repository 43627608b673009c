"""`schema.prisma`: models as the SQL that Prisma itself would write for PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from isolint.errors import SchemaError
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

_BLOCK = re.compile(r"^\s*(model|enum)\s+(\w+)\s*\{(.*?)^\s*\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"(\w+)\s+(Unsupported\(\"[^\"]*\"\)|\w+)(\[\])?(\?)?(.*)")
_COMMENT = re.compile(r"(?m)//[^\n]*$")


@dataclass(slots=True)
class _Model:
    name: str
    table: str
    line: int
    fields: list[re.Match[str]] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)


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
    lines = tuple((model.table, model.line) for model in writer.models.values())
    schema = load_statements(reference, statements, Origin(reference.shown, str(path), lines))
    kept = tuple(replace(t, constraints=tuple(c for c in t.constraints if c.type != "check")) for t in schema.tables)
    return replace(
        schema, tables=kept, kinds=KINDS & schema.kinds, constraint_types=("primary key", "foreign key", "unique")
    )


class _Writer:
    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.models: dict[str, _Model] = {}
        self.enums: dict[str, tuple[str, dict[str, str], int]] = {}
        text = _COMMENT.sub(lambda m: "" if '"' not in m[0] else m[0], text)
        for match in _BLOCK.finditer(text):
            line = text.count("\n", 0, match.start(1)) + 1
            if match[1] == "model":
                self.models[match[2]] = self._model(match[2], match[3], line)
            else:
                self.enums[match[2]] = (_mapped(match[3], match[2]), _labels(match[3]), line)

    def _model(self, name: str, body: str, line: int) -> _Model:
        model = _Model(name, _mapped(body, name), line)
        for row in (r.strip() for r in body.splitlines()):
            if row.startswith("@@"):
                model.attributes.append(row)
            elif (found := _FIELD.match(row)) and not row.startswith("//"):
                model.fields.append(found)
        return model

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

    def _table(self, model: _Model) -> str:
        parts = [self._column(f) for f in model.fields if f[2] not in self.models]
        key = next((_names(a, "@@id") for a in model.attributes if a.startswith("@@id")), None)
        single = [f[1] for f in model.fields if re.search(r"@id\b", f[5])]
        if key or single:
            columns = ", ".join(quote(self._name(model, c)) for c in key or single)
            parts.append(f"CONSTRAINT {quote(model.table + '_pkey')} PRIMARY KEY ({columns})")
        return f"CREATE TABLE {quote(model.table)} ({', '.join(parts)})"

    def _column(self, found: re.Match[str]) -> str:
        rest = found[5]
        native = re.search(r"@db\.(\w+)(\([^)]*\))?", rest)
        if found[2].startswith("Unsupported"):
            kind = found[2].split('"')[1]
        elif found[2] in self.enums:
            kind = quote(self.enums[found[2]][0])
        elif native:
            kind = _native(native[1], native[2] or "")
        else:
            kind = SCALARS.get(found[2], "TEXT")
        default = re.search(r"@default\(((?:[^()]|\([^()]*\))*)\)", rest)
        value = default[1] if default else ""
        if value == "autoincrement()":
            kind, value = {"BIGINT": "BIGSERIAL", "SMALLINT": "SMALLSERIAL"}.get(kind.upper(), "SERIAL"), ""
        null = "" if found[4] or found[3] else " NOT NULL"
        array = "[]" if found[3] else ""
        labels = self.enums[found[2]][1] if found[2] in self.enums else {}
        given = "'" + labels[value].replace("'", "''") + "'" if value in labels else _default(value)
        return f"{quote(_column_name(found))} {kind}{array}{null}" + (f" DEFAULT {given}" if given else "")

    def _name(self, model: _Model, name: str) -> str:
        return next((_column_name(f) for f in model.fields if f[1] == name), name)

    def _indexes(self, model: _Model) -> Iterator[str]:
        for found in model.fields:
            if re.search(r"@unique\b", found[5]):
                yield self._index(model, (found[1],), found[5], unique=True)
        for attribute in model.attributes:
            if attribute.startswith(("@@unique", "@@index")):
                columns = _names(attribute, "@@index" if attribute.startswith("@@index") else "@@unique")
                yield self._index(model, columns, attribute, attribute.startswith("@@unique"))

    def _index(self, model: _Model, columns: tuple[str, ...], text: str, unique: bool) -> str:
        named = re.search(r'map:\s*"([^"]+)"', text)
        names = [self._name(model, column.split("(")[0]) for column in columns]
        suffix = "key" if unique else "idx"
        name = named[1] if named else f"{model.table}_{'_'.join(names)}_{suffix}"
        method = re.search(r"type:\s*(\w+)", text)
        using = f" USING {method[1].lower()}" if method else ""
        order = [" DESC" if re.search(rf"\b{re.escape(c)}\(sort:\s*Desc", text) else "" for c in columns]
        listed = ", ".join(quote(n) + o for n, o in zip(names, order, strict=True))
        return f"CREATE {'UNIQUE ' if unique else ''}INDEX {quote(name)} ON {quote(model.table)}{using} ({listed})"

    def _foreign_keys(self, model: _Model) -> Iterator[str]:
        for found in model.fields:
            relation = re.search(r"@relation\((.*)\)", found[5])
            if found[2] not in self.models or relation is None or "fields:" not in relation[1]:
                continue
            target = self.models[found[2]]
            columns = [self._name(model, c) for c in _bracket(relation[1], "fields")]
            keys = ", ".join(quote(self._name(target, c)) for c in _bracket(relation[1], "references"))
            chosen = {key: re.search(rf"{key}:\s*(\w+)", relation[1]) for key in ("onDelete", "onUpdate")}
            delete = ACTIONS[chosen["onDelete"][1]] if chosen["onDelete"] else "SET NULL" if found[4] else "RESTRICT"
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
                other = self.models.get(found[2])
                if not found[3] or other is None or model.name > other.name:
                    continue
                back = [f for f in other.fields if f[2] == model.name and f[3] and f is not found]
                if back and "fields:" not in found[5]:
                    yield from self._join(model, other, found)

    def _join(self, one: _Model, other: _Model, found: re.Match[str]) -> Iterator[Statement]:
        named = re.search(r'@relation\(\s*(?:name:\s*)?"(\w+)"', found[5])
        name = "_" + (named[1] if named else f"{one.name}To{other.name}")
        columns = []
        for letter, model in (("A", one), ("B", other)):
            key = next((f for f in model.fields if re.search(r"@id\b", f[5])), None)
            kind = self._column(key).split(" ", 1)[1].split(" NOT NULL")[0] if key else "TEXT"
            kind = {"SERIAL": "INTEGER", "BIGSERIAL": "BIGINT"}.get(kind, kind)
            target = quote(_column_name(key)) if key else '"id"'
            refers = f"REFERENCES {quote(model.table)} ({target}) ON DELETE CASCADE ON UPDATE CASCADE"
            columns.append(f'"{letter}" {kind} NOT NULL {refers}')
        yield Statement(
            f'CREATE TABLE {quote(name)} ({", ".join(columns)}, PRIMARY KEY ("A", "B"))', self.path, one.line
        )
        yield Statement(f'CREATE INDEX {quote(name + "_B_index")} ON {quote(name)} ("B")', self.path, one.line)


def _mapped(body: str, name: str) -> str:
    found = re.search(r'@@map\(\s*(?:name:\s*)?"([^"]+)"', body)
    return found[1] if found else name


def _labels(body: str) -> dict[str, str]:
    """The labels in the database by their names in Prisma."""
    labels = {}
    for row in (r.strip() for r in body.splitlines()):
        if row and not row.startswith(("@@", "//")):
            mapped = re.search(r'@map\("([^"]+)"\)', row)
            name = row.split()[0]
            labels[name] = mapped[1] if mapped else name
    return labels


def _column_name(found: re.Match[str]) -> str:
    mapped = re.search(r'(?<!@)@map\(\s*(?:name:\s*)?"([^"]+)"', found[5])
    return mapped[1] if mapped else found[1]


def _bracket(text: str, key: str) -> list[str]:
    found = re.search(rf"{key}:\s*\[([^\]]*)\]", text)
    return [part.strip() for part in found[1].split(",")] if found else []


def _names(attribute: str, word: str) -> tuple[str, ...]:
    inner = attribute.removeprefix(word)
    found = re.search(r"\[((?:[^\[\]])*)\]", inner)
    parts = re.split(r",\s*(?![^(]*\))", found[1]) if found else []
    return tuple(part.split("(")[0].strip() for part in parts)


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
