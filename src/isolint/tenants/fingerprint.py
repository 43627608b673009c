"""What schemas look like in one short text each, computed by the server in one statement for any number of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from isolint.schema.model import Origin, Schema
from isolint.schema.sources.live import LOCK_TIMEOUT
from isolint.schema.sources.snapshot import dump
from isolint.tenants.ledger import query

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True, slots=True)
class Print:
    """A schema's fingerprint and how many tables and views it counts."""

    schema: str
    fingerprint: str
    relations: int


def fingerprints(
    connection: psycopg.Connection[dict[str, Any]], schemas: Sequence[str], wait: int = LOCK_TIMEOUT
) -> tuple[Print, ...]:
    """The fingerprints of the schemas that exist. What is locked is waited for `wait` milliseconds."""
    with connection.transaction():
        connection.execute(f"SET LOCAL search_path = ''; SET LOCAL jit = off; SET LOCAL lock_timeout = {wait}".encode())
        rows = connection.execute(query("fingerprint").encode(), {"schemas": list(schemas)}).fetchall()
    return tuple(Print(row["schema"], row["fingerprint"], row["relations"]) for row in rows)


def version_of(reference: Schema) -> str:
    """What names a reference: equal for equal schemas, wherever they were read."""
    text = dump(replace(reference, name="", origin=Origin(""), notes=(), unread=(), elsewhere=()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
