"""Rows that every tenant starts with, from a declared file.

```yaml
Category:
  key: [name]
  rows:
    - {name: News, organizationId: $org_id}
```
`$org_id` and `$slug` stand for the tenant's own. Rows whose key is there already are left as they are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isolint.errors import TenantError
from isolint.schema.lexer import quote
from isolint.tenants.naming import Tenant

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True, slots=True)
class Seed:
    """The rows of one table; `key` are the columns of a unique index."""

    table: str
    key: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]


def read_seeds(path: Path) -> tuple[Seed, ...]:
    """The seeds of a file, in its order. Raises TenantError that says what is wrong."""
    import yaml

    try:
        document = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TenantError(f"{path}: cannot be read: {' '.join(str(error).split())}") from None
    if not isinstance(document, dict):
        raise TenantError(f"{path}: expected tables, each with `key` and `rows`")
    return tuple(_seed(path, str(table), value) for table, value in document.items())


def _seed(path: Path, table: str, value: Any) -> Seed:
    known = isinstance(value, dict) and set(value) == {"key", "rows"}
    if not known or not isinstance(value["key"], list) or not isinstance(value["rows"], list) or not value["key"]:
        raise TenantError(f"{path}: {table} needs `key`, a list of columns, and `rows`, a list")
    key = tuple(map(str, value["key"]))
    for row in value["rows"]:
        if not isinstance(row, dict) or not set(key) <= set(row) or set(row) != set(value["rows"][0]):
            raise TenantError(f"{path}: each row of {table} needs the same columns, among them {', '.join(key)}")
    return Seed(table, key, tuple(value["rows"]))


def plant(connection: psycopg.Connection[dict[str, Any]], tenant: Tenant, org_id: str, seeds: tuple[Seed, ...]) -> int:
    """Insert the rows that are not there; how many were. The values travel as one JSON parameter a table."""
    planted = 0
    for seed in seeds:
        if seed.rows:
            rows = [own_values(row, tenant, org_id) for row in seed.rows]
            sql, values = _insert(tenant, seed, tuple(rows[0])), json.dumps(rows, default=str)
            planted += connection.execute(sql, (values,)).rowcount
    return planted


def _insert(tenant: Tenant, seed: Seed, columns: tuple[str, ...]) -> bytes:
    """The server turns the JSON into rows of the table's types; percent signs of names are doubled for the driver."""
    listed, key = ", ".join(map(quote, columns)), ", ".join(map(quote, seed.key))
    table = f"{quote(tenant.schema)}.{quote(seed.table)}"
    source = f"jsonb_populate_recordset(NULL::{table}, "
    head = f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {source}"  # noqa: S608 - quoted identifiers
    tail = f"::jsonb) ON CONFLICT ({key}) DO NOTHING"
    return f"{head.replace('%', '%%')}%s{tail.replace('%', '%%')}".encode()


def own_values(row: dict[str, Any], tenant: Tenant, org_id: str) -> dict[str, Any]:
    """The row with the tenant's own values. Raises TenantError when its id is needed and not known."""
    return {column: _own(value, tenant, org_id) for column, value in row.items()}


def _own(value: Any, tenant: Tenant, org_id: str) -> Any:
    if value == "$org_id" and not org_id:
        raise TenantError("the seeds need the tenant's id: give --org-id")
    return {"$org_id": org_id, "$slug": tenant.slug}.get(value, value) if isinstance(value, str) else value
