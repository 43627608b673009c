"""Tables, columns, constraints, indexes and enums out of DDL, without a server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from isolint.errors import SchemaError
from isolint.schema.factor import SCHEMA, Factor
from isolint.schema.lexer import literal, quote, string_value
from isolint.schema.model import Column, Constraint, Index, Kind, Origin, Schema, Table, Type
from isolint.schema.model import Sequence as SequenceObject
from isolint.schema.offline.alter import alter_table
from isolint.schema.offline.cursor import Cursor, Unreadable
from isolint.schema.offline.elements import MOST, Draft, element
from isolint.schema.offline.loosen import split_commas
from isolint.schema.offline.plpgsql import Body, body_of
from isolint.schema.sources.ddl import skipped
from isolint.schema.statements import Statement

KINDS = frozenset((Kind.TABLE, Kind.COLUMN, Kind.CONSTRAINT, Kind.INDEX, Kind.TYPE, Kind.SEQUENCE))
SILENT = frozenset(
    """
    INSERT UPDATE DELETE MERGE SELECT VALUES WITH COPY TRUNCATE LOCK SET RESET SHOW BEGIN START COMMIT END ROLLBACK
    SAVEPOINT RELEASE GRANT REVOKE ANALYZE VACUUM REINDEX CLUSTER REFRESH NOTIFY SECURITY COMMENT
    """.split()
)
"""What begins statements that say nothing of tables."""
UNSEEN = frozenset(
    """
    ACCESS AGGREGATE CAST COLLATION CONVERSION DATABASE DEFAULT EVENT EXTENSION FOREIGN FUNCTION GROUP LANGUAGE
    MATERIALIZED OPERATOR POLICY PROCEDURE PUBLICATION ROLE ROUTINE RULE SCHEMA SERVER STATISTICS SUBSCRIPTION
    SYSTEM TABLESPACE TEMP TEMPORARY TEXT TRIGGER USER VIEW
    """.split()
)
"""Objects of other kinds, which are not compared offline."""


@dataclass(slots=True)
class Contents:
    """What one schema holds, while statements are read."""

    tables: dict[str, Draft] = field(default_factory=dict)
    indexes: dict[str, list[Index]] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    sequences: dict[str, SequenceObject] = field(default_factory=dict)
    security: dict[str, set[str]] = field(default_factory=dict)


def read_offline(statements: Iterable[Statement], schema: str, origin: Origin) -> Schema:
    """The schema that the statements make. What is not compared or not read is said in it."""
    reader = Reader()
    for statement in statements:
        reader.see(statement)
    return reader.schema(schema, origin)


class Reader:
    """Reads statements one after the other; `path` is where names without a schema are made."""

    def __init__(self, path: str = "public") -> None:
        self.path = path
        self.contents: dict[str, Contents] = {}
        self.notes: list[str] = []
        self.unread: list[str] = []

    def see(self, statement: Statement) -> None:
        """Read one statement, or note that it was not read."""
        words = statement.words
        if skipped(statement):
            return
        try:
            if words[0] == "DO":
                self._block(statement)
            elif not self._read(statement.text):
                self._unread(statement, words)
        except Unreadable as error:
            self.unread.append(f"{statement.place}: {' '.join(words[:3])}…: not read offline ({error})")

    def _block(self, statement: Statement) -> None:
        """DO: the statements of its body, and what cannot be told of them."""
        text, line = body_of(statement)
        body = Body(text, statement.path, line, {})
        body.run()
        self.unread += body.unknown
        for made in body.made:
            self.see(made)

    def _unread(self, statement: Statement, words: tuple[str, ...]) -> None:
        if words[0] in SILENT:
            return
        if words[0] in ("CREATE", "ALTER", "DROP") and (UNSEEN & set(words[1:5]) or words[1:2] == ("TABLE",)):
            self.notes.append(f"{statement.place}: {' '.join(words[:4])}…: not compared")
        else:
            self.unread.append(f"{statement.place}: {' '.join(words[:4])}…: not read offline")

    def _read(self, text: str) -> bool:
        cursor = Cursor(text)
        if cursor.take("SET"):
            cursor.take("LOCAL") or cursor.take("SESSION")
            if cursor.take("SEARCH_PATH"):
                cursor.at += 1
                self.path = string_value(cursor.token.text) if cursor.token.kind == "string" else cursor.token.name
            return True
        if cursor.take("CREATE"):
            return self._create(cursor)
        if cursor.take("ALTER", "TABLE"):
            return self._alter(cursor)
        if cursor.take("ALTER", "TYPE"):
            return self._alter_type(cursor)
        if cursor.take("DROP"):
            return self._drop(cursor)
        return False

    def home(self, schema: str = "") -> Contents:
        """The contents of a schema, by default of the current one."""
        return self.contents.setdefault(schema or self.path, Contents())

    def resolve(self, schema: str, name: str) -> str:
        """A table as PostgreSQL prints it: one of another schema keeps that in front."""
        if not schema:
            own = self.contents.get(self.path, Contents())
            schema = self.path if name in own.tables or name not in self.home("public").tables else "public"
        return f"{quote(schema)}.{quote(name)}"

    def _create(self, cursor: Cursor) -> bool:
        if cursor.take("SCHEMA"):
            return True
        unique = cursor.take("UNIQUE")
        if cursor.take("INDEX"):
            return self._index(cursor, unique)
        if cursor.take("TYPE"):
            return self._type(cursor)
        if cursor.take("SEQUENCE"):
            return self._sequence(cursor)
        cursor.take("UNLOGGED")
        return self._table(cursor) if cursor.take("TABLE") else False

    def _table(self, cursor: Cursor) -> bool:
        optional = cursor.take("IF", "NOT", "EXISTS")
        schema, name = cursor.qualified()
        home = self.home(schema)
        if name in home.tables:
            if optional:
                return True
            raise Unreadable(f"{name} exists already")
        if cursor.token.text != "(":
            raise Unreadable("only tables with a list of columns are read")
        draft = Draft(name)
        for part in split_commas(cursor.group()):
            if not self._like(part, draft, home):
                element(part.strip(), draft, lambda s, n: self._target(schema, s, n))
        if cursor.peek("PARTITION") or cursor.peek("INHERITS"):
            raise Unreadable("partitions and inheritance need a server")
        home.tables[name] = draft
        return True

    def _target(self, schema: str, written: str, name: str) -> str:
        """Names in a statement about `schema` are resolved there first when that is the current one."""
        return self.resolve(written, name) if written or not schema else self._other(schema, name)

    def _other(self, schema: str, name: str) -> str:
        return self.resolve("", name) if schema == self.path else f"{quote(self.path)}.{quote(name)}"

    def _like(self, part: str, draft: Draft, home: Contents) -> bool:
        """LIKE copies columns; INCLUDING ALL also what is on them, except foreign keys."""
        cursor = Cursor(part)
        if not cursor.take("LIKE"):
            return False
        schema, name = cursor.qualified()
        source = self.home(schema).tables.get(name)
        if source is None:
            raise Unreadable(f"LIKE {name}: that table is not known here")
        everything = cursor.take("INCLUDING", "ALL")
        for column in source.columns.values():
            kept = column if everything else replace(column, default="", identity="", identity_options="", generated="")
            draft.columns[column.name] = replace(kept, position=len(draft.columns) + 1)
        if everything:
            draft.constraints += [c for c in source.constraints if c.type != "foreign key"]
            home.indexes.setdefault(draft.name, []).extend(self.home(schema).indexes.get(name, []))
        return True

    def _index(self, cursor: Cursor, unique: bool) -> bool:
        cursor.take("CONCURRENTLY")
        optional = cursor.take("IF", "NOT", "EXISTS")
        name = "" if cursor.peek("ON") else cursor.qualified()[1]
        cursor.expect("ON")
        cursor.take("ONLY")
        schema, table = cursor.qualified()
        method = cursor.name() if cursor.take("USING") else "btree"
        home = self.home(schema)
        if table not in home.tables:
            raise Unreadable(f"table {table} is not known here")
        existing = home.indexes.setdefault(table, [])
        if optional and any(index.name == name for found in home.indexes.values() for index in found):
            return True
        rest = " ".join(cursor.rest().split())
        existing.append(Index(f"USING {method} {rest}", unique=unique, name=name))
        return True

    def _type(self, cursor: Cursor) -> bool:
        schema, name = cursor.qualified()
        if not cursor.take("AS", "ENUM"):
            raise Unreadable("only enums are read")
        labels = tuple(string_value(t.text) for t in Cursor(cursor.group()).found if t.kind == "string")
        self.home(schema).types[name] = _enum(name, labels)
        return True

    def _alter_type(self, cursor: Cursor) -> bool:
        schema, name = cursor.qualified()
        found = self.home(schema).types.get(name)
        if found is None or not cursor.take("ADD", "VALUE"):
            return False
        cursor.take("IF", "NOT", "EXISTS")
        label = string_value(cursor.token.text)
        cursor.at += 1
        labels = list(found.labels)
        if label in labels:
            return True
        before = cursor.take("BEFORE")
        if before or cursor.take("AFTER"):
            place = labels.index(string_value(cursor.token.text)) + (not before)
            labels.insert(place, label)
        else:
            labels.append(label)
        self.home(schema).types[name] = _enum(name, tuple(labels))
        return True

    def _sequence(self, cursor: Cursor) -> bool:
        cursor.take("IF", "NOT", "EXISTS")
        schema, name = cursor.qualified()
        if not cursor.done:
            raise Unreadable("options of a sequence are not read")
        self.home(schema).sequences[name] = _sequence(name, "bigint")
        return True

    def _alter(self, cursor: Cursor) -> bool:
        cursor.take("IF", "EXISTS")
        cursor.take("ONLY")
        schema, name = cursor.qualified()
        home = self.home(schema)
        draft = home.tables.get(name)
        if draft is None:
            raise Unreadable(f"table {name} is not known here")
        understood = True
        for action in split_commas(cursor.rest()):
            renamed, known = alter_table(
                draft, action.strip(), lambda s, n: self._target(schema, s, n), home.security.setdefault(name, set())
            )
            understood &= known
            if renamed:
                home.tables[renamed] = home.tables.pop(name)
                home.indexes[renamed] = home.indexes.pop(name, [])
                draft.name = renamed
        return understood

    def _drop(self, cursor: Cursor) -> bool:
        for word in ("TABLE", "INDEX", "TYPE", "SEQUENCE"):
            if cursor.take(word):
                cursor.take("CONCURRENTLY")
                cursor.take("IF", "EXISTS")
                while not cursor.done:
                    schema, name = cursor.qualified()
                    self._forget(word, self.home(schema), name)
                    if not cursor.take(","):
                        break
                return True
        return False

    def _forget(self, word: str, home: Contents, name: str) -> None:
        if word == "INDEX":
            for table, found in home.indexes.items():
                home.indexes[table] = [index for index in found if index.name != name]
            return
        stores: dict[str, dict[str, Any]] = {"TABLE": home.tables, "TYPE": home.types, "SEQUENCE": home.sequences}
        stores[word].pop(name, None)
        if word == "TABLE":
            home.indexes.pop(name, None)

    def schema(self, wanted: str, origin: Origin) -> Schema:
        """What one schema holds. Raises SchemaError when several are filled and none is named."""
        filled = sorted(name for name, home in self.contents.items() if home.tables or home.types)
        if not wanted and len(filled) > 1:
            raise SchemaError(f"{origin.label}: fills several schemas ({', '.join(filled)}): say which with ?schema=")
        name = wanted or (filled[0] if filled else "public")
        home = self.contents.get(name, Contents())
        factor = Factor(name, (*home.tables, *home.types, *home.sequences))
        sequences = dict(home.sequences)
        for draft in home.tables.values():
            for column in draft.serial:
                if column in draft.columns:
                    made = _sequence(f"{draft.name}_{column}_seq", draft.columns[column].type)
                    sequences[made.name] = replace(made, owned_by=(draft.name, column))
        return Schema(
            name=name,
            tables=tuple(self._finished(home, home.tables[t], factor) for t in sorted(home.tables)),
            sequences=tuple(sequences[s] for s in sorted(sequences)),
            types=tuple(home.types[t] for t in sorted(home.types)),
            origin=origin,
            kinds=KINDS,
            canonical=False,
            notes=tuple(self.notes),
            unread=tuple(self.unread),
        )

    def _finished(self, home: Contents, draft: Draft, factor: Factor) -> Table:
        security = home.security.get(draft.name, set())
        constraints = [self._constraint(home, draft, c, factor) for c in draft.constraints]
        indexes = [replace(i, definition=factor.definition(i.definition)) for i in home.indexes.get(draft.name, [])]
        columns = [self._column(home, c, factor) for c in draft.columns.values()]
        return Table(
            name=draft.name,
            columns=tuple(sorted(columns, key=lambda c: c.name)),
            constraints=tuple(sorted(constraints, key=lambda c: (c.type, c.definition))),
            indexes=tuple(sorted(indexes, key=lambda i: i.definition)),
            row_security="ENABLE" in security,
            row_security_forced="FORCE" in security,
        )

    def _column(self, home: Contents, column: Column, factor: Factor) -> Column:
        name = column.type.removesuffix("[]").strip('"')
        kind = f"{SCHEMA}.{column.type}" if name in home.types else factor.definition(column.type)
        return replace(column, type=kind, default=factor.definition(column.default))

    def _constraint(self, home: Contents, draft: Draft, item: Constraint, factor: Factor) -> Constraint:
        definition = factor.definition(item.definition)
        if "(?)" in definition:
            target = definition.split("REFERENCES ", 1)[1].split("(", 1)[0]
            table = home.tables.get(target.rpartition(".")[2].strip('"'))
            keys = (
                next((c.columns for c in table.constraints if c.type == "primary key"), ("id",)) if table else ("id",)
            )
            definition = definition.replace("(?)", f"({', '.join(map(quote, keys))})")
        return replace(item, definition=definition, name=item.name or _generated_name(draft, item))


def _generated_name(draft: Draft, item: Constraint) -> str:
    """As PostgreSQL calls a constraint without a name, where that is short."""
    suffix = {"primary key": "pkey", "foreign key": "fkey", "unique": "key", "check": "check"}[item.type]
    middle = "" if item.type == "primary key" else "_".join(item.columns)
    return "_".join(word for word in (draft.name, middle, suffix) if word)


def _enum(name: str, labels: Sequence[str]) -> Type:
    return Type(name, "enum", f"AS ENUM ({', '.join(map(literal, labels))})", labels=tuple(labels))


def _sequence(name: str, kind: str) -> SequenceObject:
    return SequenceObject(name, f"AS {kind} START 1 INCREMENT 1 MINVALUE 1 MAXVALUE {MOST[kind]} CACHE 1")
