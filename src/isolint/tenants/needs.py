"""What the code needs and tenants do not have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isolint.model.use import Use, Uses
from isolint.schema.model import Schema
from isolint.tenants.ledger import query

if TYPE_CHECKING:
    import psycopg

PUBLIC = "public"

Names = Mapping[str, frozenset[str]]
"""The columns of each table, all in small letters."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A table or column that the code uses and these tenants lack. `shared`: `public` has a table of that name, which
    is used instead where it is in the search path.
    """

    use: Use
    schemas: tuple[str, ...]
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Needs:
    """What came of comparing the code with the tenants."""

    uses: Uses
    lacks: tuple[Lack, ...]

    @property
    def lacking(self) -> int:
        """How many tenants lack something."""
        return len({schema for lack in self.lacks for schema in lack.schemas})


def needs(
    connection: psycopg.Connection[dict[str, Any]],
    uses: Uses,
    groups: Sequence[tuple[str, ...]],
    reference: Schema | None,
) -> Needs:
    """What tenants lack of the uses. Each group is of tenants that are alike: the first stands for all.

    A table is a tenant's when the code says so, or when any tenant or the reference has it; others are shared.
    """
    firsts = [group[0] for group in groups]
    rows = connection.execute(query("names").encode(), {"schemas": [*firsts, PUBLIC]}).fetchall()
    has: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for row in rows:
        has[row["schema"]][row["table"].lower()] = frozenset(column.lower() for column in row["columns"])
    tenants = {table for first in firsts for table in has[first]}
    if reference is not None:
        tenants |= {name.lower() for name in (*(t.name for t in reference.tables), *(v.name for v in reference.views))}
    lacks = []
    for use in uses.uses:
        names = {name.lower() for name in use.tables}
        if use.own or names & tenants:
            without = [group for group in groups if _lacks(use, names, has[group[0]])]
            schemas = tuple(sorted(schema for group in without for schema in group))
            if schemas:
                lacks.append(Lack(use, schemas, bool(names & set(has[PUBLIC])) and not use.columns))
    return Needs(uses, tuple(_telling(lacks)))


def _lacks(use: Use, names: set[str], tables: Names) -> bool:
    """Whether a schema lacks what is used; a column of a table that is not there is not told besides."""
    found = [tables[name] for name in names if name in tables]
    if not use.columns:
        return not found
    return bool(found) and not any(column.lower() in columns for columns in found for column in use.columns)


def _telling(lacks: list[Lack]) -> Iterator[Lack]:
    """The lacks in order: of fewest tenants first, since those stand out."""
    yield from sorted(lacks, key=lambda lack: (len(lack.schemas), lack.schemas, lack.use.name))
