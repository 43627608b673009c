"""Schemas given as SQL: loaded into a throwaway server when there is one, else read offline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isolint.errors import SchemaError
from isolint.schema.lexer import Token, quote, tokens
from isolint.schema.model import ALL_KINDS, Kind, Origin, Schema
from isolint.schema.references import Reference
from isolint.schema.statements import Statement, made_table, read

if TYPE_CHECKING:
    import psycopg

    from isolint.schema.throwaway.server import Server

SKIPPED = (
    ("CREATE", "DATABASE"),
    ("ALTER", "DATABASE"),
    ("CREATE", "ROLE"),
    ("CREATE", "USER"),
    ("ALTER", "ROLE"),
    ("ALTER", "USER"),
    ("DROP", "ROLE"),
    ("DROP", "USER"),
    ("SET", "ROLE"),
    ("RESET", "ROLE"),
    ("SET", "SESSION"),
    ("CREATE", "TABLESPACE"),
    ("COMMENT", "ON", "EXTENSION"),
    ("COMMENT", "ON", "DATABASE"),
)
"""Statements about the server and not about a schema."""

NO_ROLES = ("public", "current_user", "session_user", "current_role", "group", "role")
PATIENCE = "60s"

MEMBERS = """
SELECT n.nspname AS schema, count(*) AS objects
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
GROUP BY 1 ORDER BY 1
"""


def setup(reference: Reference) -> list[Statement]:
    """The statements of the file that the reference names with `setup=`: what must be there first."""
    name = reference.options.get("setup", "")
    if name and not Path(name).is_file():
        raise SchemaError(f"{reference.shown}: there is no file {name}")
    return read(Path(name), name) if name else []


def load_statements(reference: Reference, statements: Sequence[Statement], origin: Origin) -> Schema:
    """The schema that the statements make."""
    if reference.offline:
        return _offline(reference, statements, origin)
    from isolint.schema.throwaway.server import SHARED

    if not SHARED.available():
        schema = _offline(reference, statements, origin)
        return replace(schema, notes=(*schema.notes, f"{origin.label}: no PostgreSQL here, so it was read offline"))
    server = SHARED.get()
    with server.database() as database:
        run(server, database, statements)
        with server.connect(database) as connection:
            return read_back(connection, reference, statements, origin)


def read_back(
    connection: psycopg.Connection[dict[str, Any]],
    reference: Reference,
    statements: Sequence[Statement],
    origin: Origin,
) -> Schema:
    """The schema that was loaded, without what statements cannot express."""
    from isolint.schema.sources.live import read

    name = reference.schema or _only_schema(connection, origin.label)
    schema = read(connection, (name,), origin.label)[0]
    return replace(schema, origin=replace(origin, server=schema.origin.server), kinds=expressed(statements))


def expressed(statements: Sequence[Statement]) -> frozenset[Kind]:
    """Owners are never compared, and privileges only when the statements speak of them."""
    silent = {Kind.OWNER}
    if not any("GRANT" in s.text.upper() or "REVOKE" in s.text.upper() for s in statements):
        silent |= {Kind.GRANT, Kind.DEFAULT_PRIVILEGE}
    return ALL_KINDS - silent


def run(server: Server, database: str, statements: Sequence[Statement]) -> None:
    """Run the statements as a role that may do nothing outside its database. Raises SchemaError with the place."""
    import psycopg

    from isolint.schema.throwaway.server import LOADER

    make_roles(server, roles(statements))
    with server.connect(database, LOADER) as connection:
        connection.execute('SET search_path = "$user", public')
        connection.execute(f"SET statement_timeout = '{PATIENCE}'")
        for statement in statements:
            if skipped(statement):
                continue
            try:
                connection.execute(statement.text.encode())
            except psycopg.Error as error:
                raise SchemaError(f"{statement.place}: {explained(error, server)}") from None


def explained(error: psycopg.Error, server: Server) -> str:
    """What the server says, and what to do where that is known."""
    message = error.diag.message_primary or str(error)
    hint = f" ({error.diag.message_hint})" if error.diag.message_hint else ""
    text = f"{' '.join(message.split())}{hint}"
    if "extension" in message and "not available" in message:
        return f"{text}: {server.binaries.label} lacks it; install it there, or append ?offline"
    if isinstance(error, _absent()):
        return f"{text}; what must be there first is loaded with ?setup=FILE"
    if "permission denied" in message or "must be superuser" in message:
        return f"{text}: it is loaded as a role without superuser rights; append ?offline to read it without a server"
    return text


def _absent() -> tuple[type[psycopg.Error], ...]:
    """What the server says of things that something before the statements should have made."""
    from psycopg import errors

    return errors.InvalidSchemaName, errors.UndefinedTable, errors.UndefinedFunction


def skipped(statement: Statement) -> bool:
    """Whether the statement is about roles, owners, databases: not about what is in a schema."""
    words = statement.words
    if any(words[: len(head)] == head for head in SKIPPED):
        return True
    found = [t.text.upper() for t in tokens(statement.text) if t.significant][-3:]
    return words[:1] == ("ALTER",) and found[:2] == ["OWNER", "TO"]


def make_roles(server: Server, names: set[str]) -> None:
    """Roles that the statements name, without any right of their own."""
    from isolint.schema.throwaway.server import LOADER

    with server.connect("postgres") as admin:
        known = {row["rolname"] for row in admin.execute("SELECT rolname FROM pg_roles").fetchall()}
        for name in sorted(names - known):
            if not name.startswith("pg_"):
                admin.execute(f"CREATE ROLE {quote(name)} NOLOGIN")
                admin.execute(f"GRANT {quote(name)} TO {LOADER}")


def roles(statements: Sequence[Statement]) -> set[str]:
    """Names behind TO, FROM and FOR ROLE of statements that give privileges or make policies."""
    found: set[str] = set()
    for statement in statements:
        words = statement.words
        if words[:2] in (("CREATE", "ROLE"), ("CREATE", "USER")) and len(words) > 2:
            meaning = [t for t in tokens(statement.text) if t.significant]
            found.add(meaning[2].name)
        elif words[:1] in (("GRANT",), ("REVOKE",)) or words[:2] in (("CREATE", "POLICY"), ("ALTER", "DEFAULT")):
            found |= _named([t for t in tokens(statement.text) if t.significant])
        elif "$" in statement.text:
            found |= _in_body(statement)
    return {name for name in found if name and name not in NO_ROLES}


def _in_body(statement: Statement) -> set[str]:
    """Roles that statements inside a function's or DO's body name."""
    from isolint.schema.lexer import dollar_parts
    from isolint.schema.statements import split

    found: set[str] = set()
    for token in tokens(statement.text):
        if token.kind == "dollar":
            inner = list(split(dollar_parts(token.text)[1], statement.path))
            found |= roles([s for s in inner if s.words[:1] in (("GRANT",), ("REVOKE",))])
    return found


def _named(found: list[Token]) -> set[str]:
    names: set[str] = set()
    for at, token in enumerate(found[:-1]):
        word = token.text.upper() if token.kind == "word" else ""
        if word in ("TO", "FROM") or (word == "ROLE" and found[at - 1].text.upper() == "FOR"):
            following = at + 1
            while following < len(found) and found[following].name:
                names.add(found[following].name)
                if following + 1 >= len(found) or found[following + 1].text != ",":
                    break
                following += 2
    return names


def _only_schema(connection: psycopg.Connection[dict[str, Any]], label: str) -> str:
    """The one schema with something in it."""
    found = [row["schema"] for row in connection.execute(MEMBERS).fetchall()]
    if len(found) > 1:
        raise SchemaError(f"{label}: fills several schemas ({', '.join(found)}): say which with ?schema=")
    return found[0] if found else "public"


def places_of(statements: Sequence[Statement]) -> tuple[tuple[str, str, int], ...]:
    """(table, file, line) of each table's CREATE TABLE; of the last one where there are several."""
    found = {made_table(statement): statement for statement in statements}
    return tuple((name, statement.path, statement.line) for name, statement in found.items() if name)


def _offline(reference: Reference, statements: Sequence[Statement], origin: Origin) -> Schema:
    from isolint.schema.offline.reader import read_offline

    return read_offline(statements, reference.schema, origin)
