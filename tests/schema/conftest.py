"""A schema with something of everything, and what a comparison says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from isolint.schema.difference import Comparison

RICH = """
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE DOMAIN posint AS int DEFAULT 1 NOT NULL CHECK (value > 0);
CREATE TYPE pair AS (x int, m mood);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = SCHEMA, public
    AS $$ begin insert into SCHEMA.item (sku) values ('SCHEMA'); return new; end $$;
CREATE TABLE acct (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code varchar(8) NOT NULL,
    CONSTRAINT acct_code_check CHECK (code IN ('a', 'b')), mood mood DEFAULT 'a', p pair
);
CREATE TABLE item (
    id serial PRIMARY KEY, acct_id int REFERENCES acct ON DELETE CASCADE DEFERRABLE, sku text, n posint,
    upper_sku text GENERATED ALWAYS AS (upper(sku)) STORED, during tsrange, EXCLUDE USING gist (during WITH &&)
);
CREATE INDEX idx_SCHEMA_sku ON item (lower(sku)) WHERE sku IS NOT NULL;
CREATE TRIGGER SCHEMA_touch AFTER UPDATE ON item FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW one AS SELECT id, sku FROM item WHERE sku <> '';
CREATE MATERIALIZED VIEW many AS SELECT i.id, a.code FROM item i JOIN acct a ON a.id = i.acct_id;
CREATE UNIQUE INDEX ON many (id);
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON item USING (acct_id = (SELECT max(id) FROM acct));
CREATE TABLE part (d date NOT NULL, k int) PARTITION BY RANGE (d);
CREATE TABLE part1 PARTITION OF part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE STATISTICS st ON acct_id, sku FROM item;
GRANT SELECT ON acct TO PUBLIC;
COMMENT ON COLUMN item.sku IS 'stock';
"""


def _rich(schema: str) -> str:
    return f"CREATE SCHEMA {schema}; SET search_path = {schema};" + RICH.replace("SCHEMA", schema)


@pytest.fixture
def rich() -> Callable[[str], str]:
    """DDL of a schema with something of everything."""
    return _rich


@pytest.fixture(scope="session")
def said() -> Callable[[Comparison], list[tuple[str, str, str, str]]]:
    """(change, kind, table, name) of all differences."""
    return _said


def _said(comparison: Comparison) -> list[tuple[str, str, str, str]]:
    return [(str(d.change), str(d.kind), d.table, d.name) for d in comparison.differences]
