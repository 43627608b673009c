"""What code needs of a database: tables and columns, and where."""

from __future__ import annotations

from dataclasses import dataclass

from isolint.model.access import Operation
from isolint.model.source import Place


@dataclass(frozen=True, slots=True)
class Use:
    """A table, or one of its columns, that an access needs.

    `tables` and `columns` are the names that it may have in the database (an ORM's own name for it, what the layer
    makes of that), compared without regard to case; no columns: the table itself. `own`: the code says that it is in
    each tenant's schema; else that is for the schemas to say. `named`: the column is written there, and not only part
    of a model whose rows are read.
    """

    tables: tuple[str, ...]
    columns: tuple[str, ...]
    operation: Operation
    place: Place
    own: bool = False
    named: bool = True

    @property
    def name(self) -> str:
        """`Invoice`, `Invoice.type`."""
        return ".".join((self.tables[0], *self.columns[:1]))

    @property
    def verb(self) -> str:
        """What is done with it."""
        return "read" if self.operation is Operation.READ else "written"


@dataclass(frozen=True, slots=True)
class Uses:
    """All uses of a project, the first place of each: `accesses` and `files` that were looked at, `unknown` accesses
    whose table is not known, and `problems` that kept files or statements from being read.
    """

    uses: tuple[Use, ...]
    accesses: int
    files: int
    unknown: int
    problems: int
