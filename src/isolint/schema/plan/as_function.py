"""A provisioning function that makes all of a reference, in place of one that made less."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from isolint.errors import SchemaError, UsageError
from isolint.schema.diff.compare import compare
from isolint.schema.factor import LONGEST, NAME, SCHEMA
from isolint.schema.lexer import literal, quote, tokens
from isolint.schema.load import closing, load_reference
from isolint.schema.model import Kind, Origin, Schema
from isolint.schema.plan.plan import plan
from isolint.schema.plan.steps import Step
from isolint.schema.references import Reference, parse
from isolint.schema.statements import Statement, split

NEW = "create_tenant_schema"
IDENTIFIER, TEXT = "@schema@", "@name@"
"""The marks inside the function, in characters that every encoding has."""

SKIPPED = frozenset((Kind.OWNER, Kind.EXTENSION))


@dataclass(frozen=True, slots=True)
class Target:
    """The function to write: its name, parameters and result, and how the schema's name comes of `parameter`."""

    name: str
    parameters: str
    types: str
    parameter: str
    returns: str
    before: str
    after: str
    replaces: bool
    lost: tuple[str, ...] = ()


def as_function(reference: str, candidate: str) -> str:
    """The script that makes the function. `candidate` is the `function:` that it replaces, or ''."""
    with closing():
        base = parse(candidate or reference)
        wanted = load_reference(parse(reference))
        target = _replaced(base) if base.form == "function" else _new(candidate)
    steps = plan(compare(_plain_names(wanted), Schema("", origin=Origin(reference)))).steps
    return _script(wanted, target, [step for step in steps if not step.refusal])


def _new(candidate: str) -> Target:
    if candidate:
        raise UsageError(f"--as-function replaces a function: {candidate} is none (write function:FILE.sql#name)")
    return Target(f"public.{NEW}", "schema_name text", "text", "schema_name", "void", "", "", replaces=False)


def _replaced(base: Reference) -> Target:
    """The function as it is called today; it is called once to learn how it names the schema."""
    from isolint.schema.sources.function import PROBE, execute, sources

    if base.offline or base.options.get("args"):
        raise UsageError("--as-function calls the function with its own probe: leave out args= and offline")
    _, called = execute(base)
    if PROBE not in called.schema or called.kind == "p":
        raise SchemaError(
            f"{base.shown}: how it names the schema cannot be told from {called.schema}, "
            "which does not hold the first text argument"
        )
    before, after = called.schema.split(PROBE, 1)
    first = next(part for part in called.arguments.split(",") if re.search(r"\b(text|character varying|name)\b", part))
    return Target(
        name=called.name,
        parameters=called.arguments,
        types=called.signature[called.signature.index("(") + 1 : -1],
        parameter=first.split()[0],
        returns=called.returns,
        before=before,
        after=after,
        replaces=True,
        lost=tuple(_rows(sources(base), base)),
    )


def _rows(statements: list[Statement], base: Reference) -> Iterator[str]:
    """Places where the function writes rows, which a schema does not tell."""
    from isolint.schema.lexer import dollar_parts
    from isolint.schema.sources.function import is_function

    for statement in statements:
        if is_function(statement, base.name):
            for token in tokens(statement.text):
                if token.kind == "dollar":
                    line = statement.line + statement.text.count("\n", 0, token.start)
                    for inner in split(dollar_parts(token.text)[1], statement.path, line):
                        if re.search(r"\binsert\s+into\b", inner.text, re.IGNORECASE):
                            yield inner.place


def _plain_names(schema: Schema) -> Schema:
    """Names of constraints and indexes without the schema's name, which could make them too long."""
    tables = tuple(
        replace(
            table,
            constraints=tuple(replace(c, name=_plain(c.name)) for c in table.constraints),
            indexes=tuple(replace(i, name=_plain(i.name)) for i in table.indexes),
        )
        for table in schema.tables
    )
    views = tuple(replace(v, indexes=tuple(replace(i, name=_plain(i.name)) for i in v.indexes)) for v in schema.views)
    return replace(schema, tables=tables, views=views, kinds=schema.kinds - SKIPPED, extensions=())


def _plain(name: str) -> str:
    return re.sub(rf"_{NAME}(?=_|$)|^{NAME}_", "", name)


def _script(wanted: Schema, target: Target, steps: list[Step]) -> str:
    statements = [sql for step in steps for sql in _statements(step)]
    digest = hashlib.sha256("\n".join(statements).encode()).hexdigest()[:10]
    kept = _kept(target.name, digest)
    lines = [
        f"-- isolint schema plan --as-function: makes {wanted.origin.label}",
        f"-- version {digest}: {len(wanted.tables)} tables, {len(statements)} statements",
    ]
    lines += [f"-- NOT CARRIED OVER: the previous version writes rows at {place}" for place in target.lost]
    lines += ["", "BEGIN;"]
    if target.replaces:
        lines += _keeping(target, kept)
    lines += [*_function(target, statements, digest), "COMMIT;"]
    if target.replaces:
        lines += ["", "-- Rollback:", f"--   DROP FUNCTION {target.name}({target.types});"]
        lines += [f"--   ALTER FUNCTION {kept}({target.types}) RENAME TO {_last(target.name)};"]
    return "\n".join(lines) + "\n"


def _keeping(target: Target, kept: str) -> list[str]:
    """Rename the function of today, once."""
    current, previous = literal(f"{target.name}({target.types})"), literal(f"{kept}({target.types})")
    return [
        f"-- The previous version stays as {kept}.",
        "DO $isolint$ BEGIN",
        f"  IF to_regprocedure({current}) IS NOT NULL AND to_regprocedure({previous}) IS NULL THEN",
        f"    ALTER FUNCTION {target.name}({target.types}) RENAME TO {_last(kept)};",
        "  END IF;",
        "END $isolint$;",
    ]


def _kept(name: str, digest: str) -> str:
    """The name of the previous version, which must not be cut off."""
    schema, _, last = name.rpartition(".")
    bare = last.strip('"').encode()[: LONGEST - len(digest) - 9].decode(errors="ignore")
    return f"{schema}.{quote(f'{bare}__before_{digest}')}"


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _statements(step: Step) -> Iterator[str]:
    for statement in split(step.sql, ""):
        if not statement.text.startswith("--"):
            yield statement.text


def _function(target: Target, statements: list[str], digest: str) -> list[str]:
    longest = LONGEST - len(target.before.encode()) - len(target.after.encode())
    array = ",\n".join(_quoted(sql) for sql in statements)
    returned = {"void": "", "boolean": "  RETURN true;", "text": "  RETURN target;"}.get(
        target.returns, "  RETURN NULL;"
    )
    given = target.parameter
    return [
        f"CREATE OR REPLACE FUNCTION {target.name}({target.parameters})",
        f"RETURNS {target.returns} LANGUAGE plpgsql",
        "SET search_path = pg_catalog SET check_function_bodies = off SET client_min_messages = warning",
        "AS $isolint_function$",
        "DECLARE",
        "  target text;",
        "  statement text;",
        "BEGIN",
        f"  IF {given} IS NULL OR {given} !~ '^[a-z][a-z0-9_]*$' OR octet_length({given}) > {longest} THEN",
        "    RAISE EXCEPTION '% is no name for a tenant: lower-case letters, digits and _, "
        f"at most {longest}', {given};",
        "  END IF;",
        f"  target := {literal(target.before)} || {given} || {literal(target.after)};",
        "  EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', target);",
        "  FOREACH statement IN ARRAY ARRAY[",
        array,
        "  ] LOOP",
        f"    EXECUTE replace(replace(statement, '{IDENTIFIER}', quote_ident(target)), '{TEXT}', target);",
        "  END LOOP;",
        *([returned] if returned else []),
        "END;",
        "$isolint_function$;",
        f"COMMENT ON FUNCTION {target.name}({target.types}) IS 'isolint schema version {digest}';",
    ]


def _quoted(sql: str) -> str:
    """In dollars whose tag the text does not hold."""
    sql = sql.replace(SCHEMA, IDENTIFIER).replace(NAME, TEXT)
    number = 0
    while f"$s{number}$" in sql:
        number += 1
    return f"$s{number}${sql}$s{number}$"
