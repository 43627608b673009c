"""Steps that bring columns which are defined differently up to the reference."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.schema.difference import Difference
from isolint.schema.model import Column
from isolint.schema.plan.create import Create
from isolint.schema.plan.sql import default_of, ident, own, visible
from isolint.schema.plan.steps import EXCLUSIVE, SHARE_UPDATE, Phase, Step, locked
from isolint.schema.plan.types import widens


class AlterColumn:
    """The changes of one column."""

    def __init__(self, create: Create, item: Difference) -> None:
        self.create = create
        self.wanted: Column = item.wanted
        self.present: Column = item.present
        self.table = item.relation
        self.label = f"{item.table}.{visible(self.wanted.name)}"
        self.item = item

    def steps(self) -> Iterator[Step]:
        for attribute in self.item.attributes:
            method = getattr(self, f"_{attribute}", None)
            if method is not None:
                yield from method()

    def _alter(self, action: str, what: str, lock: str = EXCLUSIVE, hazard: str = "", refusal: str = "") -> Step:
        sql = f"ALTER TABLE {own(self.table)} ALTER COLUMN {ident(self.present.name)} {action};"
        return Step(Phase.ALTER, f"{what} of {self.label}", sql, locked(lock, self.item.table), hazard, refusal=refusal)

    def _type(self) -> Iterator[Step]:
        wanted, present = self.wanted.type, self.present.type
        if widens(present, wanted):
            refusal = "a view uses the column" if self._viewed() else ""
            yield self._alter(f"TYPE {wanted}", "widen the type", refusal=refusal)
            return
        using = f"TYPE {wanted} USING {ident(self.present.name)}::{wanted}"
        refusal = f"{present} to {wanted} rewrites every row, and may fail or lose digits"
        yield self._alter(using, "change the type", refusal=refusal)

    def _collation(self) -> Iterator[Step]:
        if "type" in self.item.attributes:
            return
        action = f"TYPE {self.wanted.type}" + (f" COLLATE {self.wanted.collation}" if self.wanted.collation else "")
        yield self._alter(action, "change the collation", refusal="every index on the column is built anew")

    def _nullable(self) -> Iterator[Step]:
        if self.wanted.nullable:
            yield self._alter("DROP NOT NULL", "allow NULL", refusal=self._required())
        elif not self.wanted.identity or self.present.identity:
            yield from self.create.not_null(self.table, self.present.name)

    def _viewed(self) -> bool:
        """Whether something in the candidate is made of the column."""
        column = ("relation", self.table, self.present.name)
        return any(needed == column for _, needed in self.create.candidate.dependencies)

    def _required(self) -> str:
        """Why NULL cannot be allowed; '' when it can."""
        table = next(t for t in self.create.candidate.tables if t.name == self.table)
        key = any(c.type == "primary key" and self.present.name in c.columns for c in table.constraints)
        identity = "it is an identity" if self.present.identity else ""
        return "it is in the candidate's primary key" if key else identity

    def _default(self) -> Iterator[Step]:
        if self.wanted.identity or self.wanted.generated or self.present.generated:
            return
        if self.wanted.default:
            value = default_of(self.wanted, self.create.owned, self.table)
            if "⟨owned" in value:
                return
            yield self._alter(f"SET DEFAULT {value}", "set the default")
        elif not self.present.identity:
            yield self._alter("DROP DEFAULT", "drop the default", hazard="inserts that leave the column out change")

    def _identity(self) -> Iterator[Step]:
        wanted = self.wanted.identity.upper()
        if not wanted:
            yield self._alter(
                "DROP IDENTITY IF EXISTS", "drop the identity", refusal="the sequence and its place are lost"
            )
        elif self.present.identity:
            yield self._alter(f"SET GENERATED {wanted}", "change the identity")
        elif self.present.generated:
            return
        else:
            yield from self._add_identity(wanted)

    def _add_identity(self, wanted: str) -> Iterator[Step]:
        column, table = ident(self.present.name), own(self.table)
        sql = f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;\n" if self.present.nullable else ""
        sql += f"ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT;\n" if self.present.default else ""
        identity = f"GENERATED {wanted} AS IDENTITY ({self.wanted.identity_options})"
        sql += f"ALTER TABLE {table} ALTER COLUMN {column} ADD {identity};"
        refusal = "the identity starts at its first value, which rows may hold already: set it past the highest one"
        yield Step(
            Phase.ALTER, f"add an identity to {self.label}", sql, locked(EXCLUSIVE, self.item.table), refusal=refusal
        )

    def _identity_options(self) -> Iterator[Step]:
        if self.wanted.identity and self.present.identity:
            words = self.wanted.identity_options.replace("START ", "SET START WITH ").replace(
                "INCREMENT ", "SET INCREMENT BY "
            )
            words = words.replace("MINVALUE ", "SET MINVALUE ").replace("MAXVALUE ", "SET MAXVALUE ")
            words = words.replace("CACHE ", "SET CACHE ").replace(" CYCLE", " SET CYCLE")
            words += "" if "CYCLE" in words else " SET NO CYCLE"
            yield self._alter(words, "change the sequence")

    def _generated(self) -> Iterator[Step]:
        if self.present.generated and not self.wanted.generated:
            yield self._alter(
                "DROP EXPRESSION IF EXISTS", "keep the values but no longer compute", refusal="values go stale"
            )
            return
        sql = f"SET EXPRESSION AS ({self.wanted.generated})"
        yield self._alter(
            sql, "change the expression", refusal="every row is computed anew; before 17: drop and add it"
        )

    def _storage(self) -> Iterator[Step]:
        usual = "MAIN" if self.wanted.type.startswith("numeric") else "EXTENDED"
        yield self._alter(f"SET STORAGE {self.wanted.storage.upper() or usual}", "set the storage")

    def _compression(self) -> Iterator[Step]:
        yield self._alter(f"SET COMPRESSION {self.wanted.compression or 'default'}", "set the compression")

    def _statistics(self) -> Iterator[Step]:
        yield self._alter(f"SET STATISTICS {self.wanted.statistics}", "set the statistics target", SHARE_UPDATE)

    def _options(self) -> Iterator[Step]:
        for sql in option_changes(self.wanted.options, self.present.options):
            yield self._alter(sql, "set options", SHARE_UPDATE)


def option_changes(wanted: tuple[str, ...], present: tuple[str, ...]) -> Iterator[str]:
    """`SET (…)` and `RESET (…)` that turn one list of `name=value` into the other."""
    given = [option for option in wanted if option not in present]
    if given:
        yield f"SET ({', '.join(given)})"
    gone = {o.split("=")[0] for o in present} - {o.split("=")[0] for o in wanted}
    if gone:
        yield f"RESET ({', '.join(sorted(gone))})"
