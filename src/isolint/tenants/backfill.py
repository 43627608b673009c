"""An UPDATE in batches: windows over the primary key, each in a transaction with the key that it has come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isolint.schema.lexer import literal, quote, tokens
from isolint.schema.statements import Statement
from isolint.tenants.work import StepError

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

KEY = (
    "SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type FROM pg_index i "
    "CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, at) "
    "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum "
    "WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY k.at"
)


@dataclass(frozen=True, slots=True)
class Backfill:
    """The UPDATE cut at its WHERE: `head` and `condition` ('' without one); `alias` is its table's name in it."""

    place: str
    table: str
    alias: str
    head: str
    condition: str
    rows: int


def backfill(statement: Statement, rows: int) -> Backfill:
    """The UPDATE as it can be cut. Raises StepError when it cannot be."""
    found = [token for token in tokens(statement.text) if token.significant]
    words = [token.text.upper() if token.kind == "word" else token.text for token in found]
    at = 2 if words[1] == "ONLY" else 1
    until = words.index("SET")
    named = [token for token in found[at:until] if token.name and token.text.upper() != "AS"]
    where, end = _place(words, "WHERE"), _place(words, "RETURNING")
    if "." in words[at:until] or end is not None or len(named) not in (1, 2):
        raise StepError(statement.place, statement.text, "batches need a table of the tenant, and no RETURNING")
    head = statement.text[: found[where].start] if where is not None else statement.text
    condition = statement.text[found[where].end :] if where is not None else ""
    return Backfill(statement.place, named[0].name, named[-1].name, head, condition, rows)


def _place(words: list[str], wanted: str) -> int | None:
    depth = 0
    for at, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if depth == 0 and word == wanted:
            return at
    return None


def window(connection: Connection, cut: Backfill, after: tuple[str, ...] | None) -> tuple[str, tuple[str, ...] | None]:
    """The UPDATE of the rows behind the key `after`, and the key of the last of them; None when it is the last batch.

    The search path must be the tenant's schema. Raises StepError for a table without a primary key.
    """
    key = [(row["name"], row["type"]) for row in connection.execute(KEY, (quote(cut.table),)).fetchall()]
    if not key:
        raise StepError(cut.place, "", f"batches go by the primary key, which {cut.table} lacks")
    columns = ", ".join(quote(name) for name, _ in key)
    behind = f" WHERE ({columns}) > ({_values(key, after)})" if after else ""
    texts = ", ".join(f"{quote(name)}::text AS k{at}" for at, (name, _) in enumerate(key))
    ask = f"SELECT {texts} FROM {quote(cut.table)}{behind} ORDER BY {columns} OFFSET {cut.rows - 1} LIMIT 1"  # noqa: S608
    found = connection.execute(ask.encode()).fetchall()
    last = tuple(found[0].values()) if found else None
    alias = quote(cut.alias)
    own = ", ".join(f"{alias}.{quote(name)}" for name, _ in key)
    limits = [f"({own}) > ({_values(key, after)})"] if after else []
    limits += [f"({own}) <= ({_values(key, last)})"] if last else []
    limits += [f"({cut.condition}\n)"] if cut.condition else []
    return cut.head + (f" WHERE {' AND '.join(limits)}" if limits else ""), last


def _values(key: list[tuple[str, str]], values: tuple[str, ...] | None) -> str:
    return ", ".join(f"{literal(value)}::{type}" for value, (_, type) in zip(values or (), key, strict=True))
