"""What would confine an access: decided with the evidence, carried out by `fixes`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isolint.model.source import Place


class Change(StrEnum):
    """NARROW adds a restriction to a query; REPLACE puts another value in the place of one; AWAIT waits for a call."""

    NARROW = "narrow"
    REPLACE = "replace"
    AWAIT = "await"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change of the code that was judged to confine the access.

    `place` is the query (NARROW), the value (REPLACE) or the call (AWAIT) that is changed. `column` is the tenant's
    column and `value` the expression of the tenant, which is in scope there; `table` the expression of the query's own
    table, '' when none is written. `safe`: it only narrows what is reached, and nothing about the value is assumed.
    """

    change: Change
    place: Place
    layer: str = ""
    column: str = ""
    value: str = ""
    table: str = ""
    safe: bool = False
