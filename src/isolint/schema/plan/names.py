"""Names for new constraints and indexes that the candidate does not use yet."""

from __future__ import annotations

from isolint.schema.factor import LONGEST, NAME, render_name
from isolint.schema.model import Schema, Table, View


class Names:
    """Names in the candidate. Indexes share one space with tables; checks and foreign keys have one for each table."""

    def __init__(self, candidate: Schema) -> None:
        self.schema = candidate.name
        self.relations: set[str] = set()
        self.constraints: dict[str, set[str]] = {}
        relations: list[Table | View] = [*candidate.tables, *candidate.views]
        for relation in relations:
            self.relations |= {self.full(relation.name), *(self.full(i.name) for i in relation.indexes)}
        self.relations |= {self.full(s.name) for s in candidate.sequences}
        for table in candidate.tables:
            self.constraints[table.name] = {self.full(c.name) for c in table.constraints}
            backed = ("primary key", "unique", "exclusion")
            self.relations |= {self.full(c.name) for c in table.constraints if c.type in backed}

    def full(self, name: str) -> str:
        """The name as it is in the candidate."""
        return render_name(name, self.schema)

    def relation(self, name: str) -> str:
        """A free name for an index like `name`, marked where it holds the schema's name."""
        return self._free(name, self.relations, set())

    def constraint(self, table: Table | str, name: str, indexed: bool) -> str:
        """A free name for a constraint of the table."""
        key = table if isinstance(table, str) else table.name
        taken = self.constraints.setdefault(key, set())
        return self._free(name, taken, self.relations if indexed else set())

    def _free(self, name: str, taken: set[str], also: set[str]) -> str:
        made, number = self._fitting(name), 0
        while self.full(made) in taken or self.full(made) in also:
            number += 1
            made = self._fitting(f"{name[: LONGEST - 4]}_{number}")
        taken.add(self.full(made))
        if also is self.relations:
            also.add(self.full(made))
        return made

    def _fitting(self, name: str) -> str:
        """The marked name, or the full one where the full one had to be shortened."""
        full = self.full(name)
        return name if NAME in name and name.replace(NAME, self.schema) == full else full
