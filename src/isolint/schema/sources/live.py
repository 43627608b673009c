"""A schema in a running PostgreSQL, read from its catalogs: one statement a kind, however many tables there are."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from isolint.errors import SchemaError
from isolint.schema.model import Origin, Rights, Schema
from isolint.schema.references import Reference
from isolint.schema.sources.rows import Rows, schema_of

if TYPE_CHECKING:
    import psycopg

KINDS = (
    "relations",
    "columns",
    "constraints",
    "indexes",
    "statistics",
    "sequences",
    "types",
    "functions",
    "triggers",
    "policies",
    "grants",
    "others",
    "dependencies",
)
OLDEST = 130000
LOCK_TIMEOUT = 2000
"""Milliseconds to wait for a table that somebody is altering."""

PAUSE = 0.05

SETTINGS = "SELECT set_config('search_path', '', true), set_config('lock_timeout', %s, true)"
"""For the transaction only, so that a pooled connection keeps nothing of it."""

BOUNDED = "SET LOCAL lock_timeout = '{wait}ms'; {query}"
"""Sent as one message, which the server takes for one transaction: even a catalog may be locked."""


def load_live(reference: Reference, names: Sequence[str] = (), *, rights: bool = False) -> tuple[Schema, ...]:
    """The schemas `names` (default: the reference's, else `public`) of the database, read in one transaction.

    With `rights` they tell those of the reference's `role`, else of the role that reads them. Raises SchemaError when
    the database cannot be reached or a schema or role does not exist.
    """
    names = names or (reference.schema or "public",)
    with connect(reference) as connection:
        schemas = read(connection, names, reference.shown, patience(reference))
        held = rights_of(connection, names, reference) if rights else {}
    return tuple(replace(schema, rights=held.get(schema.name)) for schema in schemas)


def rights_of(
    connection: psycopg.Connection[dict[str, Any]], names: Sequence[str], reference: Reference
) -> dict[str, Rights]:
    """What the reference's role may do, by the name of the schema. Raises SchemaError when there is no such role."""
    role = reference.options.get("role")
    rows = connection.execute(query("rights"), {"schemas": list(names), "role": role}).fetchall()
    if not rows:
        raise SchemaError(f"{reference.shown}: there is no role {role}; name the one that the program connects as")
    return {row["schema"]: Rights(row["name"], row["bypasses"], row["usable"], tuple(row["owned"])) for row in rows}


def connect(reference: Reference) -> psycopg.Connection[dict[str, Any]]:
    """An open connection that commits each statement. Raises SchemaError without the password."""
    import psycopg
    from psycopg.rows import dict_row

    try:
        return psycopg.connect(
            reference.target,
            autocommit=True,
            row_factory=dict_row,
            prepare_threshold=None,
            connect_timeout=10,
            application_name="isolint",
        )
    except (psycopg.Error, UnicodeError) as error:
        message = reference.clean(" ".join(str(error).split()))
        raise SchemaError(f"{reference.clean(reference.shown)}: cannot connect: {message}") from None


def read(
    connection: psycopg.Connection[dict[str, Any]], names: Sequence[str], label: str, wait: int = LOCK_TIMEOUT
) -> tuple[Schema, ...]:
    """The schemas of an open connection in one consistent view; tables that somebody is altering are `busy`."""
    import psycopg

    try:
        locked = locked_relations(connection, wait)
        try:
            rows = _rows(connection, names, [row["oid"] for row in locked], label, wait)
        except psycopg.errors.LockNotAvailable:
            locked = locked_relations(connection, wait)
            rows = _rows(connection, names, [row["oid"] for row in locked], label, wait)
    except psycopg.errors.LockNotAvailable:
        raise SchemaError(
            f"{label}: a catalog or a table is locked by somebody; try again, or raise lock_timeout="
        ) from None
    except psycopg.Error as error:
        raise SchemaError(f"{label}: the catalogs cannot be read: {' '.join(str(error).split())}") from None
    return tuple(assembled(name, {**rows, "locked": locked}, label) for name in names)


def read_within(connection: psycopg.Connection[dict[str, Any]], name: str, label: str) -> Schema:
    """The schema as the connection's open transaction sees it, which may be what the transaction itself has made."""
    connection.execute(SETTINGS, (f"{LOCK_TIMEOUT}ms",))
    return assembled(name, {**_queried(connection, (name,), [], label), "locked": []}, label)


def assembled(name: str, rows: Rows, label: str) -> Schema:
    """The schema `name` out of the rows of KINDS, `schemas` and `locked`, whoever asked for them."""
    about = next(row for row in rows["schemas"] if row["schema"] == name)
    busy = tuple(sorted({row["name"] for row in rows["locked"] if row["schema"] == name}))
    schema = schema_of(name, rows, Origin(label, server=about["version"]))
    return replace(schema, busy=busy, elsewhere=tuple(about["elsewhere"]))


def _rows(
    connection: psycopg.Connection[dict[str, Any]], names: Sequence[str], skip: list[int], label: str, wait: int
) -> Rows:
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute(SETTINGS, (f"{wait}ms",))
        return _queried(connection, names, skip, label)


def _queried(connection: psycopg.Connection[dict[str, Any]], names: Sequence[str], skip: list[int], label: str) -> Rows:
    parameters = {"schemas": list(names), "skip": skip}
    found = connection.execute(query("schemas"), parameters).fetchall()
    check_found(found, names, label)
    return {**{kind: connection.execute(query(kind), parameters).fetchall() for kind in KINDS}, "schemas": found}


def check_found(found: list[dict[str, Any]], names: Iterable[str], label: str) -> None:
    """Raises SchemaError when one of the schemas is not among the rows of `schemas`, or the server is too old."""
    absent = sorted(set(names) - {row["schema"] for row in found})
    if absent:
        raise SchemaError(f"{label}: there is no schema {', '.join(absent)}; name one that exists with ?schema=")
    version: int = found[0]["version"]
    if version < OLDEST:
        raise SchemaError(f"{label}: PostgreSQL {version // 10000} is too old: 13 or later is needed")


def locked_relations(connection: psycopg.Connection[dict[str, Any]], wait: int) -> list[dict[str, Any]]:
    """What others still hold locked after `wait` milliseconds."""
    deadline = time.monotonic() + wait / 1000
    while True:
        cursor = connection.execute(BOUNDED.format(wait=wait, query=query("locked")).encode())
        cursor.nextset()
        rows = cursor.fetchall()
        if not rows or time.monotonic() >= deadline:
            return rows
        time.sleep(PAUSE)


@cache
def query(kind: str) -> str:
    """The text of one catalog query."""
    return (files("isolint.schema") / "queries" / f"{kind}.sql").read_text(encoding="utf-8")


def patience(reference: Reference) -> int:
    """The milliseconds to wait for a lock. Raises SchemaError when the reference's `lock_timeout` is no time."""
    text = reference.options.get("lock_timeout", "") or f"{LOCK_TIMEOUT}"
    match = re.fullmatch(r"(\d+)(ms|s|)", text)
    if match is None:
        raise SchemaError(f"lock_timeout={text} is not a time: write 500ms or 2s")
    return int(match[1]) * (1000 if match[2] == "s" else 1)
