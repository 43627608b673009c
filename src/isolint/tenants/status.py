"""What the fleet looks like: tenants that are alike, and what the others lack."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from isolint.errors import TenantError
from isolint.model.use import Uses
from isolint.schema.diff.compare import compare
from isolint.schema.difference import Comparison
from isolint.schema.model import Schema
from isolint.schema.sources.live import LOCK_TIMEOUT, locked_relations, read
from isolint.tenants.fingerprint import Print, fingerprints
from isolint.tenants.fleet import Fleet
from isolint.tenants.needs import Needs, needs

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

DRILLED = 20
"""Groups that are compared object by object; more say that something else is wrong."""

UNKNOWN = "unknown"
"""The version of tenants that the ledger does not know."""


@dataclass(frozen=True, slots=True)
class Group:
    """Tenants that are alike, by the names of their schemas. `comparison` is what the first one lacks or has
    differently; None when the group was not compared.
    """

    schemas: tuple[str, ...]
    relations: int
    comparison: Comparison | None = None

    @property
    def differs(self) -> bool:
        """Whether anything is different, or may be."""
        return self.comparison is None or bool(self.comparison.differences)


@dataclass(frozen=True, slots=True)
class Status:
    """The fleet. `yardstick` is what the groups were compared with: the reference, or the first of the largest group.

    `busy` are schemas that somebody was altering, `absent` those that listed tenants should have and do not, `altered`
    those that no longer are what the ledger last saw, `versions` how many tenants the ledger has at which version.
    `denied` are those that the connection's role may not use: nothing is said of them, though the catalogs show them.
    `needs` is what the code needs and tenants lack, None when no code was given.
    """

    yardstick: str
    groups: tuple[Group, ...]
    busy: tuple[str, ...]
    denied: tuple[str, ...]
    absent: tuple[str, ...]
    altered: tuple[str, ...]
    versions: tuple[tuple[str, int], ...]
    needs: Needs | None = None

    @property
    def alike(self) -> int:
        """How many tenants are as they should be."""
        return sum(len(group.schemas) for group in self.groups if not group.differs)

    @property
    def different(self) -> int:
        """How many are not, or could not be told."""
        return sum(len(group.schemas) for group in self.groups if group.differs)


def status(
    connection: Connection,
    fleet: Fleet,
    reference: Schema | None = None,
    wait: int = LOCK_TIMEOUT,
    uses: Uses | None = None,
) -> Status:
    """The fleet's status, from one statement for all tenants and two schemas read for each group that stands out.

    `wait` is in milliseconds; `uses` is what the code needs. Raises TenantError when there is no tenant.
    """
    schemas = fleet.schemas(connection)
    absent = fleet.absent(connection, schemas)
    if not schemas and not absent:
        raise TenantError(f"there is no schema that is called {fleet.naming.pattern}: nothing was looked at")
    denied = fleet.denied(connection, schemas)
    prints, busy = _prints(connection, [schema for schema in schemas if schema not in denied], wait)
    groups = _grouped(prints)
    known = _ledger(connection)
    altered = (p.schema for p in prints if p.schema in known and known[p.schema][1] not in ("", p.fingerprint))
    versions = Counter(known[schema][0] if schema in known else UNKNOWN for schema in schemas)
    merged = _merged(_compared(connection, groups, reference, wait))
    alike = [group.schemas for group in merged if group.comparison is not None]
    return Status(
        yardstick=reference.origin.label if reference else groups[0].schemas[0] if groups else "",
        groups=merged,
        busy=busy,
        denied=denied,
        absent=absent,
        altered=tuple(altered),
        versions=tuple(sorted(versions.items(), key=lambda item: (-item[1], item[0]))),
        needs=needs(connection, uses, alike, reference) if uses is not None else None,
    )


def _prints(connection: Connection, schemas: Sequence[str], wait: int) -> tuple[tuple[Print, ...], tuple[str, ...]]:
    """The fingerprints, and the schemas that have none because somebody is altering them."""
    import psycopg

    for last in (False, True):
        held = {row["schema"] for row in locked_relations(connection, wait)}
        busy = tuple(schema for schema in schemas if schema in held)
        try:
            free = [schema for schema in schemas if schema not in held]
            return fingerprints(connection, free, wait), busy
        except psycopg.errors.LockNotAvailable:
            if last:
                break
        except psycopg.Error as error:
            raise TenantError(f"the catalogs cannot be read: {' '.join(str(error).split())}") from None
    raise TenantError("tables are locked again and again while they are read: try again when nobody migrates")


def _grouped(prints: Iterable[Print]) -> list[Group]:
    """The largest group first."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for item in prints:
        found[item.fingerprint, item.relations].append(item.schema)
    groups = [Group(tuple(schemas), relations) for (_, relations), schemas in found.items()]
    return sorted(groups, key=lambda group: (-len(group.schemas), group.schemas))


def _compared(connection: Connection, groups: list[Group], reference: Schema | None, wait: int) -> list[Group]:
    """Each group with what its first tenant lacks; a fingerprint alone is no proof that two are different."""
    compared: list[Group] = []
    for group in groups[:DRILLED]:
        first = reference.name if reference else groups[0].schemas[0]
        names = (group.schemas[0],) if reference else (first, group.schemas[0])
        schemas = read(connection, tuple(dict.fromkeys(names)), "tenant", wait)
        compared.append(replace(group, comparison=compare(reference or schemas[0], schemas[-1])))
    return compared + groups[DRILLED:]


def _merged(groups: list[Group]) -> tuple[Group, ...]:
    """Groups without a difference are one."""
    alike = [group for group in groups if not group.differs]
    if len(alike) < 2:
        return tuple(groups)
    schemas = tuple(sorted(schema for group in alike for schema in group.schemas))
    return (replace(alike[0], schemas=schemas), *(group for group in groups if group.differs))


def _ledger(connection: Connection) -> dict[str, tuple[str, str]]:
    """(version, fingerprint) of each schema that the ledger knows."""
    if connection.execute("SELECT to_regclass('isolint.tenant_version') AS made").fetchall() == [{"made": None}]:
        return {}
    rows = connection.execute("SELECT schema, version, fingerprint FROM isolint.tenant_version").fetchall()
    return {row["schema"]: (row["version"], row["fingerprint"]) for row in rows}
