"""What schemas look like in one short text each, computed by the server in one statement for any number of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from isolint.schema.model import Origin, Schema
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
    connection: psycopg.Connection[dict[str, Any]], schemas: Sequence[str], skip: Sequence[int] = ()
) -> tuple[Print, ...]:
    """The fingerprints of the schemas that exist; tables with an oid in `skip` do not count."""
    with connection.transaction():
        connection.execute("SET LOCAL search_path = ''")
        rows = connection.execute(
            query("fingerprint").encode(), {"schemas": list(schemas), "skip": list(skip)}
        ).fetchall()
    return tuple(Print(row["schema"], row["fingerprint"], row["relations"]) for row in rows)


def version_of(reference: Schema) -> str:
    """What names a reference: equal for equal schemas, wherever they were read."""
    text = dump(replace(reference, name="", origin=Origin(""), notes=(), unread=(), elsewhere=()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
