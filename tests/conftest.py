"""What all tests share: where the repository is, a cache that is not the user's, and throwaway servers.

Live tests run on the embedded server by default, and on the machine's own when it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from isolint.schema.diff.compare import compare
from isolint.schema.difference import Comparison
from isolint.schema.model import Schema
from isolint.schema.sources.live import read
from isolint.schema.throwaway.binaries import Binaries, find
from isolint.schema.throwaway.server import Server, start


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder of the repository."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOLINT_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "isolint-cache"))


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
def open_database() -> Callable[[Server, str], Database]:
    """A handle on a database of another server."""
    return Database
