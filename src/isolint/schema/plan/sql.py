"""Pieces of SQL that several builders need; all names of the schema's objects are qualified by its mark."""

from __future__ import annotations

import re

from isolint.schema.factor import NAME, OWNED, SCHEMA, shown
from isolint.schema.lexer import literal, quote
from isolint.schema.model import Column, Constraint, Policy, Sequence, Trigger, View

TAG = "$isolint$"


def own(name: str) -> str:
    """A qualified name in the schema; one that holds the schema's name is quoted, whatever that will be."""
    return f"{SCHEMA}.{ident(name)}"


def ident(name: str) -> str:
    """An identifier that may hold the mark of the schema's name."""
    return f'"{name}"' if NAME in name and '"' not in name else quote(name)


def guarded(condition: str, statement: str) -> str:
    """A statement that runs only while the condition holds."""
    inner = statement.rstrip().removesuffix(";")
    return f"DO {TAG} BEGIN IF {condition} THEN\n  {inner};\nEND IF; END {TAG};"


def unless_duplicate(statement: str) -> str:
    """A CREATE without IF NOT EXISTS, which passes over what exists."""
    inner = statement.rstrip().removesuffix(";")
    return f"DO {TAG} BEGIN\n  {inner};\nEXCEPTION WHEN duplicate_object THEN NULL;\nEND {TAG};"


def absent_constraint(relation: str, name: str) -> str:
    """The condition that a table has no constraint of this name."""
    return (
        f"NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = {regclass(relation)} "
        f"AND conname = {literal(name)})"
    )


def absent_part(catalog: str, prefix: str, relation: str, name: str) -> str:
    """The condition that a table has no trigger or policy of this name."""
    return (
        f"NOT EXISTS (SELECT FROM pg_catalog.{catalog} WHERE {prefix}relid = {regclass(relation)} "
        f"AND {prefix}name = {literal(name)})"
    )


def regclass(relation: str) -> str:
    """The relation as a value."""
    return "'" + own(relation).replace("'", "''") + "'::pg_catalog.regclass"


def column_definition(column: Column, sequences: dict[tuple[str, ...], Sequence], table: str, bare: bool) -> str:
    """A column as in CREATE TABLE; `bare` leaves out NOT NULL that existing rows could violate."""
    words = [ident(column.name), column.type]
    words += [f"COMPRESSION {column.compression}"] if column.compression else []
    words += [f"COLLATE {column.collation}"] if column.collation else []
    if column.generated:
        words.append(f"GENERATED ALWAYS AS ({column.generated}) {'VIRTUAL' if column.virtual else 'STORED'}")
    if column.identity:
        words.append(f"GENERATED {column.identity.upper()} AS IDENTITY ({column.identity_options})")
    if column.default:
        words.append(f"DEFAULT {default_of(column, sequences, table)}")
    if not column.nullable and not column.identity and not bare:
        words.append("NOT NULL")
    return " ".join(words)


def default_of(column: Column, sequences: dict[tuple[str, ...], Sequence], table: str) -> str:
    """The default with the owned sequence named."""
    sequence = sequences.get((table, column.name))
    if OWNED not in column.default or sequence is None:
        return column.default
    return column.default.replace(OWNED, "'" + own(sequence.name).replace("'", "''") + "'::pg_catalog.regclass")


def create_sequence(sequence: Sequence) -> str:
    """CREATE SEQUENCE, without its owner."""
    unlogged = "UNLOGGED " if sequence.persistence == "unlogged" else ""
    return f"CREATE {unlogged}SEQUENCE IF NOT EXISTS {own(sequence.name)} {sequence.definition};"


def own_sequence(sequence: Sequence) -> str:
    """ALTER SEQUENCE … OWNED BY."""
    target = f"{own(sequence.owned_by[0])}.{ident(sequence.owned_by[1])}" if sequence.owned_by else "NONE"
    return f"ALTER SEQUENCE {own(sequence.name)} OWNED BY {target};"


def constraint_definition(constraint: Constraint) -> str:
    """The definition with its index's options where they belong."""
    options = [o for o in constraint.options if "=" in o]
    if not options:
        return constraint.definition
    match = re.match(
        r"((?:PRIMARY KEY|UNIQUE)[^(]*\([^)]*\)(?: INCLUDE \([^)]*\))?)(.*)", constraint.definition, re.DOTALL
    )
    with_options = f" WITH ({', '.join(options)})"
    return f"{match[1]}{with_options}{match[2]}" if match else constraint.definition


def comment_on(target: str, comment: str) -> str:
    """COMMENT ON; no text removes it."""
    return f"COMMENT ON {target} IS {literal(comment) if comment else 'NULL'};"


def visible(text: str) -> str:
    """A name for people."""
    return shown(text)


def qualified(signature: str) -> str:
    """A function's signature behind the schema's mark."""
    return f"{SCHEMA}.{signature}"


def replace_view(wanted: View) -> str:
    """CREATE OR REPLACE VIEW."""
    check = {f"check_option={w}": f"\nWITH {w.upper()} CHECK OPTION" for w in ("local", "cascaded")}
    options = [o for o in wanted.options if o not in check]
    tail = "".join(check[o] for o in wanted.options if o in check)
    given = f" WITH ({', '.join(options)})" if options else ""
    return f"CREATE OR REPLACE VIEW {own(wanted.name)}{given} AS\n{wanted.definition.strip().removesuffix(';')}{tail};"


def create_trigger(wanted: Trigger, replace: bool = False) -> str:
    """CREATE TRIGGER."""
    constraint = "CONSTRAINT " if wanted.definition.startswith("CONSTRAINT ") else ""
    how = "OR REPLACE " if replace and not constraint else ""
    return f"CREATE {how}{constraint}TRIGGER {ident(wanted.name)} {wanted.definition.removeprefix('CONSTRAINT ')};"


def enable_trigger(table: str, wanted: Trigger) -> str:
    """ALTER TABLE … ENABLE or DISABLE TRIGGER."""
    state = {"origin": "ENABLE", "disabled": "DISABLE", "replica": "ENABLE REPLICA", "always": "ENABLE ALWAYS"}
    return f"ALTER TABLE {own(table)} {state[wanted.enabled]} TRIGGER {ident(wanted.name)};"


def create_policy(table: str, wanted: Policy) -> str:
    """CREATE POLICY."""
    how = "PERMISSIVE" if wanted.permissive else "RESTRICTIVE"
    roles = ", ".join("PUBLIC" if r == "public" else r for r in wanted.roles)
    sql = f"CREATE POLICY {ident(wanted.name)} ON {own(table)} AS {how} FOR {wanted.command} TO {roles}"
    sql += f" USING ({wanted.using})" if wanted.using else ""
    return sql + (f" WITH CHECK ({wanted.check})" if wanted.check else "") + ";"
