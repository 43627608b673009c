"""The ledger's entries of a migration in one tenant. Each is written in the transaction that it speaks of."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from isolint.errors import TenantError
from isolint.tenants.fingerprint import fingerprint_of, shifted
from isolint.tenants.ledger import checksum
from isolint.tenants.migration import Migration, Part
from isolint.tenants.undo import Thing, Way, picture
from isolint.tenants.work import catalog

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

STATE = (
    "SELECT m.checksum, m.done, m.finished IS NOT NULL AS finished, m.position, m.back_begun, m.oid, n.oid AS present, "
    "v.version, v.fingerprint "
    "FROM (SELECT %s::text AS schema, %s::text AS name) asked "
    "LEFT JOIN pg_namespace n ON n.nspname = asked.schema "
    "LEFT JOIN isolint.tenant_migration m ON m.schema = asked.schema AND m.name = asked.name "
    "LEFT JOIN isolint.tenant_version v ON v.schema = asked.schema"
)
BEGUN = (
    "INSERT INTO isolint.tenant_migration (schema, name, checksum, batches, back, version_before, oid, names) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (schema, name) DO UPDATE SET checksum = EXCLUDED.checksum, batches = EXCLUDED.batches, "
    "back = EXCLUDED.back, version_before = EXCLUDED.version_before, oid = EXCLUDED.oid, "
    "names = EXCLUDED.names WHERE tenant_migration.done = 0 AND tenant_migration.position IS NULL"
)
STEP = (
    "INSERT INTO isolint.tenant_step (schema, run, step, what, checksum, fingerprint_before, fingerprint_after, "
    "started, finished, migration, part, inverse, picture) "
    "VALUES (%(schema)s, %(run)s, %(part)s, %(what)s, %(checksum)s, %(before)s, %(after)s, "
    "transaction_timestamp(), CASE WHEN %(finished)s THEN clock_timestamp() END, "
    "%(migration)s, %(part)s, "
    "%(inverse)s::jsonb, %(picture)s::jsonb) "
    "ON CONFLICT (schema, migration, part) WHERE undone IS NULL AND error IS NULL DO UPDATE SET "
    "fingerprint_after = EXCLUDED.fingerprint_after, finished = EXCLUDED.finished, inverse = EXCLUDED.inverse, "
    "picture = EXCLUDED.picture"
)
FINISHED = (
    "UPDATE isolint.tenant_migration SET done = %s, position = NULL, error = NULL, "
    "finished = CASE WHEN batches = %s THEN clock_timestamp() END WHERE schema = %s AND name = %s"
)
VERSION = (
    "INSERT INTO isolint.tenant_version (schema, slug, version, fingerprint) VALUES (%s, '', %s, %s) "
    "ON CONFLICT (schema) DO UPDATE SET version = EXCLUDED.version, fingerprint = EXCLUDED.fingerprint, "
    "changed = now()"
)
FAILED = (
    "INSERT INTO isolint.tenant_migration (schema, name, checksum, batches, error, oid) "
    "VALUES (%s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (schema, name) DO UPDATE SET error = EXCLUDED.error"
)
BEFORE = (
    "SELECT fingerprint_before, picture FROM isolint.tenant_step "
    "WHERE schema = %s AND migration = %s AND part = %s AND undone IS NULL AND error IS NULL AND finished IS NULL"
)
LAST = (
    "SELECT fingerprint_after FROM isolint.tenant_step WHERE schema = %s AND migration = %s AND undone IS NULL "
    "AND finished IS NOT NULL ORDER BY part DESC LIMIT 1"
)
FORGOTTEN = (
    "UPDATE isolint.tenant_step SET undone = now() WHERE schema = %s AND undone IS NULL",
    "DELETE FROM isolint.tenant_migration WHERE schema = %s",
    "DELETE FROM isolint.tenant_version WHERE schema = %s",
)
NO_VERSION = "unknown"


def forget(connection: Connection, schema: str) -> None:
    """What the ledger knows of an earlier schema of this name; its steps stay, as taken back."""
    for sql in FORGOTTEN:
        connection.execute(sql, (schema,))


@dataclass
class Entry:
    """What the ledger says of one migration in one schema. `run` names the run in the steps that it writes."""

    connection: Connection
    schema: str
    migration: Migration
    run: uuid.UUID
    done: int = 0
    finished: bool = False
    position: tuple[str, ...] | None = None
    oid: int = 0
    version: str = NO_VERSION
    fingerprint: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Schema and name of the migration."""
        return self.schema, self.migration.name

    def read(self) -> None:
        """Ask the ledger. Raises TenantError when the schema is gone, another file of this name was begun, or
        this one is being taken back: rows that go with a table are still there, and must not come twice."""
        (row,) = self.connection.execute(STATE, self.key).fetchall()
        if row["present"] is None:
            raise TenantError(f"{self.schema}: the schema is gone")
        self.oid, self.version, self.fingerprint = row["present"], row["version"] or "", row["fingerprint"] or ""
        if row["checksum"] is None:
            return
        if row["oid"] not in (None, row["present"]) and not self._adopted():
            return
        if row["back_begun"]:
            raise TenantError(
                f"{self.schema}: {self.migration.name} is being taken back: run rollback to its end first"
            )
        self.done, self.finished, self.position = row["done"], row["finished"], row["position"]
        begun = self.done or self.position
        if begun and row["checksum"] != self.migration.checksum:
            raise TenantError(
                f"{self.schema}: {self.migration.name} is not what was begun here: undo the edit, or make it a new file"
            )

    def _adopted(self) -> bool:
        """Whether another schema of the same name has what the ledger says: the database was restored, or a new tenant
        was made from one that had it. Otherwise what the ledger knows is of a tenant that is gone.
        """
        rows = self.connection.execute(LAST, self.key).fetchall()
        with self.connection.transaction():
            if rows and rows[0]["fingerprint_after"] == self.looks():
                set_oid = "UPDATE isolint.tenant_migration SET oid = %s WHERE schema = %s AND name = %s"
                self.connection.execute(set_oid, (self.oid, *self.key))
                return True
            forget(self.connection, self.schema)
        self.version = self.fingerprint = ""
        return False

    def looks(self) -> str:
        """The fingerprint of what the migration names."""
        with catalog(self.connection, self.schema):
            return fingerprint_of(self.connection, self.schema, self.migration.names)

    def look(self) -> tuple[str, dict[str, Thing]]:
        """The same, and what it consists of."""
        with catalog(self.connection, self.schema):
            seen = fingerprint_of(self.connection, self.schema, self.migration.names)
            return seen, picture(self.connection, self.schema, self.migration.names)

    def begin(self) -> None:
        """Write that the migration is begun. The search path does not matter."""
        migration = self.migration
        values = (migration.checksum, len(migration.parts), list(migration.back) or None, self.version, self.oid)
        self.connection.execute(BEGUN, (*self.key, *values, list(migration.names)))

    def intend(self, at: int, before: str, things: dict[str, Thing]) -> tuple[str, dict[str, Thing]]:
        """Write what was there before a part that no transaction holds. What an earlier run wrote holds."""
        rows = self.connection.execute(BEFORE, (*self.key, at)).fetchall()
        if rows:
            return rows[0]["fingerprint_before"], {id: Thing(**thing) for id, thing in rows[0]["picture"].items()}
        self._step(at, before, None, None, picture={id: asdict(thing) for id, thing in things.items()})
        return before, things

    def finish(self, at: int, before: str, after: str, way: Way) -> None:
        """Write that a part is done, and the way back over it."""
        self._step(at, before, after, way)
        self.done = at + 1
        self.connection.execute(FINISHED, (self.done, self.done, *self.key))
        self.fingerprint = shifted(self.fingerprint, before, after) if self.fingerprint and self.migration.shown else ""
        last = self.done == len(self.migration.parts)
        version = self.migration.name if last else self.version or NO_VERSION
        self.connection.execute(VERSION, (self.schema, version, self.fingerprint))

    def _step(
        self,
        at: int,
        before: str,
        after: str | None,
        way: Way | None,
        picture: dict[str, Any] | None = None,
        finished: bool = True,
    ) -> None:
        part: Part = self.migration.parts[at]
        values = {
            "schema": self.schema, "run": self.run, "part": at, "migration": self.migration.name, "what": part.place,
            "checksum": checksum("\n".join(s.text for s in part.statements)), "before": before, "after": after,
            "inverse": None if way is None else json.dumps({**asdict(way), "how": part.how}),
            "finished": finished and way is not None,
            "picture": None if picture is None else json.dumps(picture),
        }  # fmt: skip
        self.connection.execute(STEP, values)

    def moved(self, at: int, position: tuple[str, ...], looks: str, way: Way) -> None:
        """Write up to which key the batches have come; with the first of them, the way back."""
        if self.position is None:
            self._step(at, looks, looks, way, finished=False)
        sql = "UPDATE isolint.tenant_migration SET position = %s WHERE schema = %s AND name = %s"
        self.connection.execute(sql, (list(position), *self.key))
        self.position = position

    def failed(self, error: str) -> None:
        """Write the error, outside of what was undone."""
        if not self.connection.closed:
            values = (self.migration.checksum, len(self.migration.parts), error, self.oid)
            self.connection.execute(FAILED, (*self.key, *values))

    def made(self) -> frozenset[str]:
        """The tables and columns that the parts done so far have made."""
        sql = (
            "SELECT inverse -> 'made' AS made FROM isolint.tenant_step "
            "WHERE schema = %s AND migration = %s AND undone IS NULL AND finished IS NOT NULL AND error IS NULL"
        )
        return frozenset(name for row in self.connection.execute(sql, self.key).fetchall() for name in row["made"])
