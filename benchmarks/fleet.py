"""Builds a fleet of equal tenants of 84 tables, some of which lack something, for measuring `isolint tenants status`.

    python benchmarks/fleet.py postgresql://user@host/empty_database 1000

The tables are those of fixtures/schemas/podcast. Each tenant is one transaction; schemas that exist are passed over.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import psycopg

from isolint.schema.diff.compare import compare
from isolint.schema.factor import render
from isolint.schema.lexer import quote
from isolint.schema.load import closing, load
from isolint.schema.model import Origin, Schema
from isolint.schema.plan.plan import plan
from isolint.schema.references import parse
from isolint.schema.sources.live import connect
from isolint.schema.statements import split

PODCAST = Path(__file__).resolve().parent.parent / "fixtures" / "schemas" / "podcast"
EVERY = 50
"""One in so many lacks a column, the next an index."""

TOGETHER = 20
"""Tenants that one connection builds: what it remembers of their tables makes each further one slower."""


def main() -> None:
    """Build as many tenants as the second argument says in the database of the first."""
    url, number = sys.argv[1], int(sys.argv[2])
    with closing():
        reference = load(f"{PODCAST / 'reference.sql'}?schema=org_podcastflow_pro")
    steps = plan(compare(reference, Schema("tenant", origin=Origin("")))).executed
    made = "\n".join(step.sql for step in steps)
    with connect(parse(url)) as connection:
        if not connection.execute("SELECT FROM pg_tables WHERE schemaname = 'public'").rowcount:
            for statement in split((PODCAST / "public.sql").read_text(encoding="utf-8"), "public.sql"):
                connection.execute(statement.text.encode())
    start = time.monotonic()
    for first in range(0, number, TOGETHER):
        with connect(parse(url)) as connection:
            for at in range(first, min(first + TOGETHER, number)):
                build(connection, at, made)
        done = min(first + TOGETHER, number)
        sys.stderr.write(f"\r{done} tenants, {done / (time.monotonic() - start):.1f} a second")
    with connect(parse(url)) as connection:
        connection.execute("ANALYZE")


def build(connection: psycopg.Connection[dict[str, Any]], at: int, made: str) -> None:
    """One tenant in one transaction, unless it is there."""
    schema = f"org_{at:05}"
    if connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", (schema,)).rowcount:
        return
    with connection.transaction():
        connection.execute(f"CREATE SCHEMA {quote(schema)}; SET LOCAL client_min_messages = warning".encode())
        connection.execute(render(made, schema).encode())
        if at % EVERY == EVERY - 2:
            connection.execute(f'ALTER TABLE {quote(schema)}."Invoice" DROP COLUMN "type"'.encode())
        elif at % EVERY == EVERY - 1:
            connection.execute(f'DROP INDEX {quote(schema)}."InvoiceSchedule_status_idx"'.encode())


if __name__ == "__main__":
    main()
