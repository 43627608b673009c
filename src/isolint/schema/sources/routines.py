"""From rows of the catalog to functions, procedures and aggregates."""

from __future__ import annotations

from typing import Any

from isolint.schema import canonical
from isolint.schema.factor import SCHEMA, Factor
from isolint.schema.lexer import quote
from isolint.schema.model import Function

KINDS = {"f": "function", "w": "function", "p": "procedure", "a": "aggregate"}
VOLATILITY = {"i": "IMMUTABLE", "s": "STABLE", "v": "VOLATILE"}
PARALLEL = {"s": "PARALLEL SAFE", "r": "PARALLEL RESTRICTED", "u": "PARALLEL UNSAFE"}


def function_of(row: dict[str, Any], factor: Factor) -> Function:
    """The function of one row of `functions.sql`."""
    name = factor.name(row["name"])
    return Function(
        name=name,
        signature=factor.name(factor.definition(row["signature"])),
        type=KINDS[row["kind"]],
        definition=factor.definition(row["definition"]) if row["definition"] else _aggregate(row, factor),
        arguments=canonical.expression(factor.definition(row["arguments"])),
        returns=factor.definition(row["returns"] or ""),
        language=row["language"],
        attributes=_attributes(row),
        settings=tuple(factor.definition(setting) for setting in row["settings"]),
        body=factor.definition(row["body"]),
        owner=row["owner"],
        comment=row["comment"] or "",
    )


def _attributes(row: dict[str, Any]) -> tuple[str, ...]:
    given = [VOLATILITY[row["volatility"]], PARALLEL[row["parallel"]]]
    given += ["STRICT"] if row["strict"] else []
    given += ["SECURITY DEFINER"] if row["security_definer"] else []
    return tuple([*given, "LEAKPROOF"] if row["leakproof"] else given)


def _aggregate(row: dict[str, Any], factor: Factor) -> str:
    """PostgreSQL has no function that prints an aggregate; ordered-set and moving aggregates lose their extras."""
    given = [f"SFUNC = {row['transition']}", f"STYPE = {row['state']}"]
    given += [f"FINALFUNC = {row['final']}"] if row["final"] else []
    if row["initial"] is not None:
        escaped = row["initial"].replace("'", "''")
        given.append(f"INITCOND = '{escaped}'")
    body = factor.definition(f"({row['arguments'] or '*'}) ({', '.join(given)})")
    return f"CREATE OR REPLACE AGGREGATE {SCHEMA}.{quote(factor.name(row['name']))}{body}"
