"""Names of types as PostgreSQL prints them."""

from __future__ import annotations

import re

_ALIASES = {
    "int": "integer",
    "int4": "integer",
    "int2": "smallint",
    "int8": "bigint",
    "float8": "double precision",
    "float": "double precision",
    "float4": "real",
    "bool": "boolean",
    "varchar": "character varying",
    "char": "character",
    "bpchar": "character",
    "decimal": "numeric",
    "dec": "numeric",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
    "varbit": "bit varying",
    "character varying": "character varying",
    "timestamp without time zone": "timestamp without time zone",
    "timestamp with time zone": "timestamp with time zone",
}
SERIAL = {
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
    "smallserial": "smallint",
    "serial2": "smallint",
}
_SHAPE = re.compile(
    r"(?P<name>[^([]+?)\s*(?P<size>\([^)]*\))?\s*(?P<zone>with(?:out)? time zone)?\s*(?P<array>(?:\[\d*\])*)\Z"
)


def canonical_type(text: str) -> str:
    """The type as PostgreSQL prints it: `varchar(20)` → `character varying(20)`, `int[]` → `integer[]`."""
    match = _SHAPE.match(" ".join(text.split()))
    if match is None:
        return text
    name = match["name"] if '"' in match["name"] or "." in match["name"] else match["name"].lower()
    size = re.sub(r"\s", "", match["size"] or "")
    zone = f" {match['zone']}" if match["zone"] else ""
    array = "[]" if match["array"] else ""
    full = _ALIASES.get(name + zone, _ALIASES.get(name, name) if not zone else name + zone)
    if full == "character" and not size:
        size = "(1)"
    if full == "numeric" and size and "," not in size:
        size = size[:-1] + ",0)"
    if size and full.startswith("time"):
        head, _, tail = full.partition(" ")
        return f"{head}{size} {tail}{array}"
    return f"{full}{size}{array}"
