"""What a provisioning function makes: executed once in an empty throwaway database, or read offline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isolint.errors import SchemaError
from isolint.schema.lexer import literal, quote
from isolint.schema.model import Origin, Schema
from isolint.schema.references import Reference
from isolint.schema.statements import Statement, read

if TYPE_CHECKING:
    import psycopg

PROBE = "isolint_probe"
"""What the function's first text argument is by default: most often the tenant's slug."""

DEFAULTS = {
    "uuid": "'00000000-0000-0000-0000-000000000000'",
    "boolean": "false",
    "smallint": "1",
    "integer": "1",
    "bigint": "1",
    "numeric": "1",
    "jsonb": "'{}'",
    "json": "'{}'",
}
TEXTS = ("text", "character varying", "character", "name", "citext")

FIND = """
SELECT format('%%I.%%I(%%s)', n.nspname, p.proname, (
        SELECT string_agg(format_type(u.t, NULL), ', ' ORDER BY u.n)
        FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n)
    )) AS signature,
    format('%%I.%%I', n.nspname, p.proname) AS name, p.prokind::text AS kind,
    ARRAY(
        SELECT format_type(t, NULL) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n) ORDER BY n
    ) AS types,
    p.pronargdefaults AS defaults, pg_get_function_result(p.oid) AS returns,
    pg_get_function_arguments(p.oid) AS arguments
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.proname = %s AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY p.oid
"""
SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'"


@dataclass(frozen=True, slots=True)
class Called:
    """A function that was called: its signature parts, and the schema that it made."""

    name: str
    signature: str
    arguments: str
    returns: str
    kind: str
    schema: str


def load_function(reference: Reference) -> Schema:
    """The schema that the function makes. Raises SchemaError with the place, also when it raises."""
    from isolint.schema.throwaway.server import SHARED

    if reference.offline or not SHARED.available():
        from isolint.schema.offline.function import read_function

        schema = read_function(reference)
        if not reference.offline:
            schema = replace(
                schema, notes=(*schema.notes, f"{reference.shown}: no PostgreSQL here, so it was read offline")
            )
        return schema
    return execute(reference)[0]


def execute(reference: Reference) -> tuple[Schema, Called]:
    """The schema that the function makes when it is called, and how it was called."""
    from isolint.schema.sources.ddl import read_back, run
    from isolint.schema.throwaway.server import LOADER, SHARED

    statements = sources(reference)
    server = SHARED.get()
    with server.database() as database:
        run(server, database, statements)
        with server.connect(database, LOADER) as connection:
            connection.execute('SET search_path = "$user", public')
            connection.execute("SET statement_timeout = '60s'")
            called = _call(connection, reference)
        with server.connect(database) as connection:
            given = replace(reference, options={**reference.options, "schema": called.schema})
            origin = origin_of(reference, statements)
            return read_back(connection, given, statements, origin), called


def sources(reference: Reference) -> list[Statement]:
    """The statements of `setup` and of the function's file."""
    from isolint.schema.sources.ddl import setup

    if not Path(reference.target).is_file():
        raise SchemaError(f"{reference.shown}: there is no file {reference.target}")
    return [*setup(reference), *read(Path(reference.target), reference.target)]


def origin_of(reference: Reference, statements: list[Statement]) -> Origin:
    """The function's file, with the line of the function and those on which it names tables."""
    lines: dict[str, int] = {}
    for statement in statements:
        if statement.path == reference.target and is_function(statement, reference.name):
            lines = {**table_lines(statement), "": statement.line}
    places = tuple((table, reference.target, line) for table, line in lines.items())
    return Origin(reference.shown, reference.target, places)


def is_function(statement: Statement, name: str) -> bool:
    """Whether a statement makes the function of this name."""
    words = statement.words
    if words[:1] != ("CREATE",) or not {"FUNCTION", "PROCEDURE"} & set(words[1:4]):
        return False
    from isolint.schema.lexer import tokens

    found = [t for t in tokens(statement.text[:600]) if t.significant]
    at = next(i for i, t in enumerate(found) if t.text.upper() in ("FUNCTION", "PROCEDURE")) + 1
    while at + 2 < len(found) and found[at + 1].text == ".":
        at += 2
    return found[at].name == name


def table_lines(statement: Statement) -> dict[str, int]:
    """The lines of the function on which `CREATE TABLE` is followed by a table's name."""
    import re

    found: dict[str, int] = {}
    pattern = re.compile(
        r'create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?(?:[\w%"$]+\.)?("[^"]+"|\w+)', re.IGNORECASE
    )
    for match in pattern.finditer(statement.text):
        name = match[1].strip('"') if match[1].startswith('"') else match[1].lower()
        found.setdefault(name, statement.line + statement.text.count("\n", 0, match.start()))
    return found


def _call(connection: psycopg.Connection[dict[str, Any]], reference: Reference) -> Called:
    import psycopg

    rows = connection.execute(FIND, (reference.name,)).fetchall()
    if len(rows) != 1:
        many = ", ".join(row["signature"] for row in rows)
        found = (
            f"several functions are called {reference.name}: {many}"
            if rows
            else f"there is no function {reference.name}"
        )
        raise SchemaError(f"{reference.shown}: {found}")
    row = rows[0]
    arguments = ", ".join(_arguments(row, reference))
    verb = "CALL" if row["kind"] == "p" else "SELECT"
    before = {r["nspname"] for r in connection.execute(SCHEMAS).fetchall()}
    try:
        connection.execute(f"{verb} {row['name']}({arguments})".encode())
    except psycopg.Error as error:
        raise SchemaError(_raised(reference, arguments, error)) from None
    made = sorted({r["nspname"] for r in connection.execute(SCHEMAS).fetchall()} - before)
    return Called(
        name=row["name"],
        signature=row["signature"],
        arguments=row["arguments"],
        returns=row["returns"] or "",
        kind=row["kind"],
        schema=_made(reference, made),
    )


def _made(reference: Reference, made: list[str]) -> str:
    if reference.schema:
        return reference.schema
    if len(made) == 1:
        return made[0]
    found = f"made several schemas ({', '.join(made)})" if made else "made no schema"
    raise SchemaError(f"{reference.shown}: the function {found}: say which one to read with schema=")


def _arguments(row: dict[str, Any], reference: Reference) -> list[str]:
    """The arguments as SQL: those given, else a probe for the first text and plain values for the others."""
    given = reference.options.get("args", "")
    if given:
        return [f"{literal(value)}::{kind}" for value, kind in zip(given.split(","), row["types"], strict=False)]
    values, texts = [], 0
    for kind in row["types"][: len(row["types"]) - row["defaults"]]:
        if kind in TEXTS:
            values.append(f"{literal('probe' if texts else PROBE)}::{kind}")
            texts += 1
        elif kind in DEFAULTS:
            values.append(f"{DEFAULTS[kind]}::{kind}")
        else:
            raise SchemaError(
                f"{reference.shown}: no value is known for an argument of type {kind}: give all with args=a,b"
            )
    return values


def _raised(reference: Reference, arguments: str, error: psycopg.Error) -> str:
    message = " ".join((error.diag.message_primary or str(error)).split())
    context = (error.diag.context or "").splitlines()
    where = next((line for line in reversed(context) if "line" in line), "")
    text = f"{reference.target}: {quote(reference.name)}({arguments}) raised: {message}"
    text += f" (in {where})" if where else ""
    missing = "does not exist" in message
    return text + ("; load what it needs with setup=FILE" if missing and "setup" not in reference.options else "")
