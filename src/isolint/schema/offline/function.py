"""A provisioning function read without a server."""

from __future__ import annotations

from dataclasses import replace

from isolint.errors import SchemaError
from isolint.schema.lexer import tokens
from isolint.schema.model import Schema
from isolint.schema.offline.cursor import Cursor, Unreadable
from isolint.schema.offline.fold import Value
from isolint.schema.offline.loosen import split_commas
from isolint.schema.offline.plpgsql import Body, body_of
from isolint.schema.offline.reader import Reader
from isolint.schema.references import Reference
from isolint.schema.sources.function import PROBE, TEXTS, is_function, origin_of, sources
from isolint.schema.statements import Statement

ZERO = "00000000-0000-0000-0000-000000000000"


def read_function(reference: Reference) -> Schema:
    """The schema that the function makes, as far as it can be told; the rest is `unread`. Raises SchemaError."""
    statements = sources(reference)
    made = [s for s in statements if is_function(s, reference.name)]
    if not made:
        raise SchemaError(f"{reference.shown}: there is no function {reference.name}")
    statement = made[-1]
    try:
        text, line = body_of(statement)
        body = Body(text, statement.path, line, parameters(statement, reference))
        body.run()
    except Unreadable as error:
        raise SchemaError(f"{statement.place}: {error}") from None
    reader = Reader()
    for other in statements:
        if "FUNCTION" not in other.words and "PROCEDURE" not in other.words:
            reader.see(other)
    told = len(reader.notes), len(reader.unread)
    before = {name for name, home in reader.contents.items() if home.tables}
    for found in body.made:
        reader.see(found)
    schema = reader.schema(reference.schema or _made(reference, reader, before), origin_of(reference, statements))
    return replace(schema, notes=schema.notes[told[0] :], unread=(*body.unknown, *schema.unread[told[1] :]))


def _made(reference: Reference, reader: Reader, before: set[str]) -> str:
    made = sorted({name for name, home in reader.contents.items() if home.tables} - before)
    if len(made) != 1:
        found = f"fills several schemas ({', '.join(made)})" if made else "makes no table that can be read offline"
        raise SchemaError(f"{reference.shown}: the function {found}: say which one with schema=")
    return made[0]


def parameters(statement: Statement, reference: Reference) -> dict[str, Value]:
    """The values with which an executed function would be called, by parameter, also as $1, $2, …"""
    found = [t for t in tokens(statement.text) if t.significant]
    start = next(t.start for t in found if t.text == "(")
    given = [value for value in reference.options.get("args", "").split(",") if value]
    values: dict[str, Value] = {}
    texts = 0
    for number, part in enumerate(split_commas(Cursor(statement.text[start:]).group())):
        cursor = Cursor(part)
        for mode in ("IN", "INOUT"):
            cursor.take(mode)
        name = cursor.name()
        kind = cursor.until("DEFAULT", "=").lower()
        value = given[number] if number < len(given) else _probe(kind, texts)
        texts += kind in (*TEXTS, "varchar")
        if value is not None:
            values[name] = value
    return values


def _probe(kind: str, texts: int) -> str | None:
    if kind in (*TEXTS, "varchar"):
        return "probe" if texts else PROBE
    return ZERO if kind == "uuid" else None
