"""The migrations that tenants have, with the way back over each, as the ledger tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from isolint.tenants.migration import How
from isolint.tenants.undo import Thing, Undo, Way

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

BASE = "base"
"""The version before all migrations."""

APPLIED = """
SELECT m.schema, m.name, m.done, m.batches, m.names, m.back, m.version_before, m.started, m.oid, n.oid AS present,
    (SELECT jsonb_agg(jsonb_build_object('part', s.part, 'what', s.what, 'before', s.fingerprint_before,
            'after', s.fingerprint_after, 'inverse', s.inverse, 'picture', s.picture) ORDER BY s.part)
     FROM isolint.tenant_step s
     WHERE s.schema = m.schema AND s.migration = m.name AND s.undone IS NULL AND s.error IS NULL) AS steps
FROM isolint.tenant_migration m
LEFT JOIN pg_namespace n ON n.nspname = m.schema
WHERE m.schema = ANY(%s)
ORDER BY m.schema, m.started DESC
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One part that was done or begun. `picture` is what was there before one that no transaction held and whose end
    was not written; its way back is found when it is taken.
    """

    part: int
    what: str
    before: str
    after: str
    how: How
    way: Way
    picture: dict[str, Thing] | None


@dataclass(frozen=True, slots=True)
class Applied:
    """One migration in one schema; `whole` when all parts are done. `same` when the schema is still the one it was."""

    schema: str
    name: str
    whole: bool
    names: tuple[str, ...]
    back: tuple[str, ...]
    version_before: str
    started: datetime
    same: bool
    steps: tuple[Step, ...]

    @property
    def lacks(self) -> tuple[str, ...]:
        """What there is no way back from, each with the reason."""
        return tuple(reason for step in self.steps for reason in step.way.lacks)

    @property
    def given(self) -> bool:
        """Whether the way back is the one that the file gave: what the catalog shows is not all that it did."""
        return bool(self.lacks and self.back and self.whole)

    @property
    def refusal(self) -> str:
        """Why it cannot be taken back; '' when it can."""
        if not self.same:
            return f"{self.name}: the schema is another one than the ledger's of that name"
        if self.lacks and not self.given:
            unfinished = "; the file's own way back is for all of it: finish it first" if self.back else ""
            return f"{self.name} has no way back over {'; '.join(self.lacks)}{unfinished}"
        return ""


def applied(connection: Connection, schemas: Sequence[str]) -> dict[str, tuple[Applied, ...]]:
    """The migrations of each schema that has any, the latest first."""
    found = defaultdict[str, list[Applied]](list)
    for row in connection.execute(APPLIED, (list(schemas),)).fetchall():
        found[row["schema"]].append(_applied(row))
    return {schema: tuple(migrations) for schema, migrations in found.items()}


def chosen(migrations: Sequence[Applied], to: str, last: str) -> tuple[tuple[Applied, ...], str]:
    """Which of one tenant's migrations are to be taken back, the latest first, and why none can be ('' otherwise).

    All after the version `to`; without one, the migration `last` alone.
    """
    names = [migration.name for migration in migrations]
    if to == BASE:
        return tuple(migrations), ""
    if to:
        if to not in names:
            return (), f"has never had {to}"
        if not migrations[names.index(to)].whole:
            return (), f"has only a part of {to}"
        return tuple(migrations[: names.index(to)]), ""
    if last not in names:
        return (), ""
    if names[0] != last:
        return (), f"has had {names[0]} after {last}: say --to VERSION"
    return (migrations[0],), ""


def latest(fleet: Iterable[Sequence[Applied]]) -> str:
    """The migration that was begun last in any tenant; '' when there is none."""
    begun = ((migration.started, migration.name) for migrations in fleet for migration in migrations)
    return max(begun, default=(None, ""))[1]


def _applied(row: dict[str, Any]) -> Applied:
    return Applied(
        schema=row["schema"],
        name=row["name"],
        whole=row["done"] == row["batches"],
        names=tuple(row["names"] or ()),
        back=tuple(row["back"] or ()),
        version_before=row["version_before"] or "",
        started=row["started"],
        same=row["oid"] in (None, row["present"]),
        steps=tuple(_step(step) for step in row["steps"] or ()),
    )


def _step(found: dict[str, Any]) -> Step:
    inverse = found["inverse"] or {"steps": [], "lacks": [], "made": [], "how": How.ALONE}
    steps = (Undo(**{**step, "tables": tuple(step["tables"])}) for step in inverse["steps"])
    way = Way(tuple(steps), tuple(inverse["lacks"]), tuple(inverse["made"]))
    picture = found["picture"]
    things = None if picture is None else {id: Thing(**thing) for id, thing in picture.items()}
    how = How(inverse["how"])
    return Step(found["part"], found["what"], found["before"], found["after"] or "", how, way, things)
