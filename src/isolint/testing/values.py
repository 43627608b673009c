"""Values that tell one tenant's rows from another's."""

from __future__ import annotations

import itertools
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from isolint.schema.model import Column, Schema, Table

FIRST, APART = 1_100_000_000, 1_000_000
"""Numbers start here, so that no count or small id is taken for one; each tenant has a million of its own."""

TENANTS = 1000
"""So many have numbers of their own, up to the largest integer."""

TEXTS = ("text", "character varying", "character", "citext", "varchar", "bpchar", "name")
NUMBERS = ("integer", "bigint")
PLAIN = {
    "smallint": 1,
    "boolean": False,
    "date": "2001-02-03",
    "interval": "1 day",
    "inet": "192.0.2.1",
    "cidr": "192.0.2.0/24",
    "macaddr": "00:00:5e:00:53:01",
    "point": "(1,1)",
    "real": 1,
    "double precision": 1,
    "numeric": 1,
    "money": 1,
    "tsvector": "",
    "xml": "<a/>",
    "int4range": "[1,2)",
    "daterange": "[2001-02-03,2001-02-04)",
    "tstzrange": "[2001-02-03,2001-02-04)",
}
"""Values of types that hold too little to tell tenants apart."""

_NUMBERS = itertools.count(1)
_LEAST = re.compile(r"(>=?) \(?(-?\d+)")
_MOST = re.compile(r"<=? \(?-?\d+")
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_BASE = re.compile(r"([a-z ]+?)\s*(?:\((\d+)(?:,\d+)?\))?(?: with(?:out)? time zone)?\Z")


class NoValue(Exception):
    """No value is known for a column."""


@dataclass
class Values:
    """Makes the values of one tenant; no two are equal, and none is another tenant's."""

    token: str
    _numbers: itertools.count[int] = field(
        default_factory=lambda: itertools.count(FIRST + APART * (next(_NUMBERS) % TENANTS))
    )

    def of(self, column: Column, table: Table, schema: Schema) -> Any:
        """A value for the column. Raises NoValue when its type is not known."""
        if (allowed := _allowed(column, table)) is not None:
            return allowed
        return self.of_type(column.type, f"{table.name}-{column.name}", schema)

    def of_type(self, kind: str, name: str, schema: Schema) -> Any:
        """A value of an SQL type; `name` is a part of texts."""
        kind = kind.rpartition(".")[2].strip('"') if "." in kind else kind
        if kind.endswith("[]"):
            return []
        own = next((t for t in schema.types if t.name == kind), None)
        if own is not None and own.labels:
            return own.labels[0]
        if own is not None and own.type == "domain":
            return self.of_type(own.definition.split(" NOT NULL")[0].removeprefix("AS ").strip(), name, schema)
        match = _BASE.match(kind)
        base, size = (match[1].strip(), int(match[2] or 0)) if match else (kind, 0)
        if base in TEXTS:
            return self._text(name, size)
        if base in NUMBERS:
            return next(self._numbers)
        if base == "uuid":
            return uuid.uuid4()
        if base in ("json", "jsonb"):
            return f'{{"{name}": "{self._text(name, 0)}"}}'
        if base == "bytea":
            return self._text(name, 0).encode()
        if base.startswith("time"):
            return "12:34:56" if base.startswith("time") and "stamp" not in base else "2001-02-03 12:34:56+00"
        if base in PLAIN:
            return PLAIN[base]
        raise NoValue(f"no value is known for the type {kind}")

    def _text(self, name: str, size: int) -> str:
        """The name and the tenant; where there is no room, the tenant and a number."""
        number = next(self._numbers) % APART
        whole = f"{self.token}-{name}-{number}"
        return whole if not size or len(whole) <= size else f"{number:x}{self.token}"[:size]


def tells(value: Any, token: str) -> bool:
    """Whether a planted value tells its tenant, whose token this is, from all others."""
    if isinstance(value, str):
        return token in value
    return isinstance(value, uuid.UUID) or (isinstance(value, int) and value >= FIRST)


def _allowed(column: Column, table: Table) -> str | int | None:
    """What the checks of this column allow: the first value that one lists, the least number of a range; None when they
    say neither.
    """
    for constraint in table.constraints:
        if constraint.type != "check" or column.name not in constraint.columns:
            continue
        text = constraint.definition
        if "ANY" in text and (found := _LITERAL.search(text)):
            return found[1].replace("''", "'")
        if _MOST.search(text) and column.type in (*NUMBERS, "smallint"):
            least = _LEAST.search(text)
            return int(least[2]) + (least[1] == ">") if least else 0
    return None
