"""The facts cache: bodies by key in one sqlite file of the user's cache folder.

Keys are digests of everything that a body depends on, so an entry is never stale, only unused. The cache is a help and
no more: whatever sqlite cannot do (locked, read-only, disk full) the scan does without, and a damaged file is replaced.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

LARGEST = 500_000_000
"""Bytes of the file at which the entries that were not used for longest are dropped, down to three quarters of it."""

_BASES = {"win32": ("LOCALAPPDATA", "AppData/Local"), "darwin": ("", "Library/Caches")}
"""The variable that names the folder for caches, and where it is below the home when it does not."""

_FILE = "facts.sqlite"
_DAY = 86_400
_BATCH = 500
_WAIT = 2.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (key BLOB PRIMARY KEY, used INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS facts_used ON facts (used);
"""


def cache_folder() -> Path | None:
    """The folder for isolint's cache: `ISOLINT_CACHE_DIR`, else `isolint` in the platform's folder for caches.

    None where there is no such folder: a user without a home.
    """
    own = os.environ.get("ISOLINT_CACHE_DIR")
    if own:
        return Path(own)
    variable, below = _BASES.get(sys.platform, ("XDG_CACHE_HOME", ".cache"))
    base = os.environ.get(variable)
    if base:
        return Path(base, "isolint")
    try:
        return Path.home() / below / "isolint"
    except RuntimeError:
        return None


class Cache:
    """Bodies by key. `folder` None is a cache that holds nothing; so is one whose file cannot be used."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._connection = None if folder is None else _opened(folder / _FILE)

    def get_many(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """The bodies that are there. An entry's day of use is noted, so that pruning spares it."""
        found: dict[bytes, bytes] = {}
        with self._transaction() as run:
            if run is None:
                return found
            stale: list[bytes] = []
            for batch in _batches(keys):
                marks = ",".join("?" * len(batch))
                query = f"SELECT key, used, body FROM facts WHERE key IN ({marks})"  # noqa: S608 - only marks are put in
                for key, used, body in run.execute(query, batch):
                    with suppress(zlib.error):
                        found[key] = zlib.decompress(body)
                    if used != _today():
                        stale.append(key)
            run.executemany("UPDATE facts SET used = ? WHERE key = ?", [(_today(), key) for key in stale])
        return found

    def put_many(self, bodies: Mapping[bytes, bytes]) -> None:
        """Keep bodies, in one transaction; drops the oldest entries when the file has grown too large."""
        rows = ((key, _today(), zlib.compress(body, 1)) for key, body in bodies.items())
        with self._transaction() as run:
            if run is None or not bodies:
                return
            run.executemany("INSERT OR REPLACE INTO facts (key, used, body) VALUES (?, ?, ?)", rows)
        with self._transaction() as run:
            if run is not None and _size(run) > LARGEST:
                _prune(run)

    def close(self) -> None:
        """Release the file."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection | None]:
        """The connection, if there is one; any error of sqlite ends the use of the cache, and nothing else.

        A damaged file is removed, so that the next run starts a new one.
        """
        if self._connection is None:
            yield None
            return
        try:
            with self._connection:
                yield self._connection
        except sqlite3.Error as error:
            self.close()
            if _damaged(error) and self._folder is not None:
                _remove(self._folder / _FILE)


def clear(folder: Path | None) -> int:
    """Remove the cache; how many bytes that freed."""
    return 0 if folder is None else _remove(folder / _FILE)


def _opened(file: Path) -> sqlite3.Connection | None:
    for _ in range(2):
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _connected(file)
        except sqlite3.Error as error:
            if not _damaged(error):
                return None
            _remove(file)
        except OSError:
            return None
    return None


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_WAIT)
    try:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)
        connection.execute("SELECT key, used, body FROM facts LIMIT 0")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _damaged(error: sqlite3.Error) -> bool:
    """Whether the file itself is at fault, and not the moment: no database, a broken one, or other tables in it."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


def _size(connection: sqlite3.Connection) -> int:
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return int(pages * size)


def _prune(connection: sqlite3.Connection) -> None:
    """Drop the least recently used quarter and give its space back."""
    connection.execute(
        "DELETE FROM facts WHERE key IN (SELECT key FROM facts ORDER BY used LIMIT (SELECT count(*) / 4 FROM facts))"
    )
    connection.executescript("PRAGMA incremental_vacuum")  # execute() would free one page and stop


def _today() -> int:
    return int(time.time()) // _DAY


def _remove(file: Path) -> int:
    freed = 0
    for suffix in ("", "-wal", "-shm"):
        part = file.with_name(file.name + suffix)
        with suppress(OSError):
            size = part.stat().st_size
            part.unlink()
            freed += size
    return freed


def _batches(keys: Iterable[bytes]) -> Iterator[list[bytes]]:
    iterator = iter(keys)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
