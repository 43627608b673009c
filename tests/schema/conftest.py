"""Throwaway servers for the live tests: the embedded one by default, and the machine's own when it has one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from isolint.schema.diff.compare import compare
from isolint.schema.difference import Comparison
from isolint.schema.model import Schema
from isolint.schema.sources.live import read
from isolint.schema.throwaway.binaries import Binaries, find
from isolint.schema.throwaway.server import Server, start


def installations() -> list[Binaries]:
    """The newest embedded one and the newest of the machine."""
    found = find()
    embedded, own = [b for b in found if b.embedded], [b for b in found if not b.embedded]
    return [*embedded[:1], *own[:1]]


@pytest.fixture(scope="session", params=installations(), ids=lambda b: f"pg{b.version}")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    running = start(request.param)
    yield running
    running.close()


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


EMPTY = """
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    CREATE SCHEMA public;
END $$
"""


class Database:
    """One empty database; `run` executes SQL as the superuser."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name
        self.url = f"postgresql:///{name}?host={server.folder}&user=isolint_admin"

    def run(self, sql: str) -> None:
        with self.server.connect(self.name) as connection:
            connection.execute(sql.encode())

    def script(self, sql: str) -> None:
        """Run statement by statement, as psql does."""
        from isolint.schema.statements import split

        with self.server.connect(self.name) as connection:
            for statement in split(sql, "script"):
                connection.execute(statement.text.encode())

    def read(self, *names: str) -> tuple[Schema, ...]:
        with self.server.connect(self.name) as connection:
            return read(connection, names, "test", 200)

    def compare(self, reference: str, candidate: str) -> Comparison:
        schemas = self.read(*dict.fromkeys((reference, candidate)))
        return compare(schemas[0], schemas[-1])

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with self.server.connect(self.name) as connection:
            return connection.execute(sql.encode()).fetchall()


@pytest.fixture(scope="session")
def _shared(server: Server) -> Iterator[Database]:
    with server.database() as name:
        yield Database(server, name)


@pytest.fixture
def database(_shared: Database) -> Database:
    """An empty database: making one anew takes longer than most tests."""
    _shared.run(EMPTY)
    return _shared


@pytest.fixture
def rich() -> Callable[[str], str]:
    """DDL of a schema with something of everything."""
    return _rich


@pytest.fixture
def open_database() -> Callable[[Server, str], Database]:
    """A handle on a database of another server."""
    return Database


@pytest.fixture(scope="session")
def said() -> Callable[[Comparison], list[tuple[str, str, str, str]]]:
    """(change, kind, table, name) of all differences."""
    return _said


def _said(comparison: Comparison) -> list[tuple[str, str, str, str]]:
    return [(str(d.change), str(d.kind), d.table, d.name) for d in comparison.differences]
