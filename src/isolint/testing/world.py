"""The database that the tests of one session run in."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from isolint.errors import SchemaError, UsageError
from isolint.schema.lexer import quote
from isolint.schema.model import Schema

if TYPE_CHECKING:
    import psycopg

    from isolint.schema.references import Reference
    from isolint.tenants.seeds import Seed
    from isolint.testing.tenant import LiveTenant

    Connection = psycopg.Connection[dict[str, Any]]

VARIABLE = "ISOLINT_TEST_DATABASE_URL"
"""Names the server to use; a database of its own is made there and dropped at the end."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the suite says of its tenants: the `pattern` of their schemas, or the `keys` that tell rows apart in the
    schema `shared`; files of SQL to run first; the role and statement that a tenant's connection starts with.
    """

    pattern: str
    keys: tuple[str, ...] = ()
    shared: str = "public"
    setup: tuple[Path, ...] = ()
    role: str = ""
    session: str = ""
    seeds: tuple[Seed, ...] = ()


@dataclass
class World:
    """A database with what all tenants share, in which tenants are made and dropped."""

    reference: Reference
    plan: Plan
    url: str
    _schemas: dict[str, Schema] = field(default_factory=dict)

    def connect(self) -> Connection:
        """A connection of the role that made the database; it commits each statement."""
        from isolint.schema.sources.live import connect

        return connect(self.reference)

    def connect_as(self, tenant: LiveTenant) -> Connection:
        """A connection as a tenant."""
        connection = self.connect()
        try:
            enter(connection, tenant)
        except BaseException:
            connection.close()
            raise
        return connection

    def schemas(self, *names: str) -> dict[str, Schema]:
        """What is in these schemas now."""
        from isolint.schema.sources.live import read

        wanted = tuple(dict.fromkeys(names))
        with self.connect() as connection:
            return dict(zip(wanted, read(connection, wanted, "the tests' database"), strict=True))


def enter(connection: Connection, tenant: LiveTenant) -> None:
    """Become a tenant: its role, its names, and what else the suite says."""
    plan = tenant.world.plan
    if plan.role:
        connection.execute(f"SET ROLE {quote(plan.role)}".encode())
    path = tenant.schema if tenant.schema == "public" else f"{quote(tenant.schema)}, public"
    connection.execute(f"SET search_path = {path}".encode())
    if plan.session:
        connection.execute(plan.session.encode(), tenant.parameters)


@contextmanager
def opened(server: str, plan: Plan) -> Iterator[World]:
    """A world on the server of that URL, '' for the environment's, else for one that is started and thrown away.

    Raises SchemaError and UsageError with what is missing.
    """
    server = server or os.environ.get(VARIABLE, "")
    with _elsewhere(server) if server else _throwaway() as (reference, url):
        world = World(reference, plan, url)
        _prepare(world, plan.setup)
        yield world


@contextmanager
def _throwaway() -> Iterator[tuple[Reference, str]]:
    from isolint.schema.throwaway.server import ADMIN, SHARED

    try:
        server = SHARED.get()
        with server.database() as name:
            yield server.reference(name), f"postgresql:///{name}?host={server.folder}&user={ADMIN}"
    finally:
        SHARED.close()


@contextmanager
def _elsewhere(url: str) -> Iterator[tuple[Reference, str]]:
    from isolint.schema.references import parse
    from isolint.schema.sources.live import connect

    given = parse(url)
    if given.form != "live":
        raise UsageError(f"{VARIABLE} must be a URL: postgresql://user@host/db")
    name = f"isolint_test_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    own = urlunsplit(urlsplit(given.target)._replace(path=f"/{name}"))
    with connect(given) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
    try:
        yield parse(own), own
    finally:
        with connect(given) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def _prepare(world: World, files: Sequence[Path]) -> None:
    """Run the files, statement by statement, as psql does."""
    import psycopg

    from isolint.schema.statements import split

    with world.connect() as connection:
        connection.execute("SET search_path = public")
        for path in files:
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"isolint_setup: {path} cannot be read: {error}") from None
            for statement in split(text, str(path)):
                try:
                    connection.execute(statement.text.encode())
                except psycopg.Error as error:
                    raise SchemaError(f"{statement.place}: {' '.join(str(error).split())}") from error
