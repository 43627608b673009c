"""What schemas look like in one short text each, computed by the server in one statement for any number of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from isolint.schema.model import Origin, Schema
from isolint.schema.sources.live import LOCK_TIMEOUT
from isolint.schema.sources.snapshot import dump
from isolint.tenants.ledger import query

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

LIMIT = 2**60
"""A fingerprint is two numbers below this one."""


@dataclass(frozen=True, slots=True)
class Print:
    """A schema's fingerprint and how many tables and views it counts."""

    schema: str
    fingerprint: str
    relations: int


def fingerprints(connection: Connection, schemas: Sequence[str], wait: int = LOCK_TIMEOUT) -> tuple[Print, ...]:
    """The fingerprints of the schemas that exist. What is locked is waited for `wait` milliseconds."""
    with connection.transaction():
        connection.execute(f"SET LOCAL search_path = ''; SET LOCAL jit = off; SET LOCAL lock_timeout = {wait}".encode())
        rows = connection.execute(_query(named=False), {"schemas": list(schemas)}).fetchall()
    return tuple(Print(row["schema"], _text(row["high"], row["low"]), row["relations"]) for row in rows)


def fingerprint_of(connection: Connection, schema: str, names: Sequence[str]) -> str:
    """The fingerprint of the things of these names alone, in the open transaction."""
    found = connection.execute(_query(named=True), {"schemas": [schema], "names": list(names)}).fetchall()
    return _text(found[0]["high"], found[0]["low"])


def shifted(whole: str, before: str, after: str) -> str:
    """What a fingerprint becomes when a part of the schema changes from one to another."""
    parts = zip(*(map(_parsed, (whole, before, after))), strict=True)
    return _text(*((was - old + new) % LIMIT for was, old, new in parts))


@cache
def _query(named: bool) -> bytes:
    lines = query("fingerprint").splitlines()
    return "\n".join(line for line in lines if named or not line.endswith("-- named")).encode()


def _text(high: int, low: int) -> str:
    return f"{high:015x}{low:015x}"


def _parsed(text: str) -> tuple[int, int]:
    return int(text[:15], 16), int(text[15:], 16)


def version_of(reference: Schema) -> str:
    """What names a reference: equal for equal schemas, wherever they were read."""
    text = dump(replace(reference, name="", origin=Origin(""), notes=(), unread=(), elsewhere=()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
