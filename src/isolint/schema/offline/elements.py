"""Columns and constraints as CREATE TABLE and ALTER TABLE write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from isolint.schema.factor import OWNED
from isolint.schema.lexer import quote
from isolint.schema.model import Column, Constraint
from isolint.schema.offline.cursor import Cursor, Unreadable
from isolint.schema.offline.typenames import SERIAL, canonical_type

WORDS = ("NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "REFERENCES", "CHECK", "CONSTRAINT", "GENERATED", "COLLATE")
MORE = ("DEFERRABLE", "INITIALLY", "STORAGE", "COMPRESSION")
STARTS = ("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE")
IDENTITY = "START 1 INCREMENT 1 MINVALUE 1 MAXVALUE {most} CACHE 1"
MOST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}

Resolve = Callable[[str, str], str]
"""From (schema, name) of a table as written to its name as PostgreSQL prints it."""


@dataclass(slots=True)
class Draft:
    """A table while it is read. Constraints may lack what only the end of the file tells."""

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    constraints: list[Constraint] = field(default_factory=list)
    serial: list[str] = field(default_factory=list)


def element(text: str, draft: Draft, resolve: Resolve) -> None:
    """One part of CREATE TABLE's brackets. Raises Unreadable."""
    cursor = Cursor(text)
    if cursor.token.kind == "word" and cursor.token.text.upper() in STARTS:
        constraint(cursor, draft, resolve)
    else:
        column(cursor, draft, resolve)


def column(cursor: Cursor, draft: Draft, resolve: Resolve) -> None:
    """A column with its own constraints."""
    name = cursor.name()
    written = cursor.until(*WORDS, *MORE)
    serial = SERIAL.get(written.lower())
    kind = serial or canonical_type(written)
    made = Column(name, kind, position=1 + max((c.position for c in draft.columns.values()), default=0))
    if serial:
        made = replace(made, nullable=False, default=f"nextval({OWNED})")
        draft.serial.append(name)
    draft.columns[name] = made
    label = ""
    while not cursor.done:
        if cursor.take("CONSTRAINT"):
            label = cursor.name()
            continue
        draft.columns[name] = _part(cursor, draft, draft.columns[name], resolve, label)
        label = ""


def _part(cursor: Cursor, draft: Draft, made: Column, resolve: Resolve, label: str) -> Column:
    name = made.name
    if cursor.take("NOT", "NULL"):
        return replace(made, nullable=False)
    if cursor.take("NULL"):
        return made
    if cursor.take("DEFAULT"):
        return replace(made, default=default(cursor.until(*WORDS)))
    if cursor.take("COLLATE"):
        return replace(made, collation=cursor.until(*WORDS))
    if cursor.take("PRIMARY", "KEY"):
        draft.constraints.append(Constraint("primary key", f"PRIMARY KEY ({quote(name)})", (name,), name=label))
        return replace(made, nullable=False)
    if cursor.take("UNIQUE"):
        distinct = "NULLS NOT DISTINCT " if cursor.take("NULLS", "NOT", "DISTINCT") else ""
        draft.constraints.append(Constraint("unique", f"UNIQUE {distinct}({quote(name)})", (name,), name=label))
        return made
    if cursor.take("CHECK"):
        tail = " NO INHERIT" if (body := cursor.group()) and cursor.take("NO", "INHERIT") else ""
        draft.constraints.append(Constraint("check", f"CHECK (({body})){tail}", (name,), name=label))
        return made
    if cursor.peek("REFERENCES"):
        draft.constraints.append(references(cursor, (name,), resolve, label))
        return made
    if cursor.take("GENERATED"):
        return _generated(cursor, made)
    raise Unreadable(f"column {name}: {cursor.token.text} is not read")


def _generated(cursor: Cursor, made: Column) -> Column:
    how = "always" if cursor.take("ALWAYS") else "by default"
    cursor.take("BY", "DEFAULT")
    cursor.expect("AS")
    if cursor.take("IDENTITY"):
        if cursor.token.text == "(":
            raise Unreadable(f"column {made.name}: options of an identity are not read")
        options = IDENTITY.format(most=MOST.get(made.type, MOST["bigint"]))
        return replace(made, identity=how, identity_options=options, nullable=False)
    expression = cursor.group()
    virtual = not cursor.take("STORED")
    cursor.take("VIRTUAL")
    return replace(made, generated=f"({expression})", virtual=virtual)


def default(text: str) -> str:
    """A default; NULL is none."""
    return "" if text.upper() == "NULL" else text


def constraint(cursor: Cursor, draft: Draft, resolve: Resolve) -> None:
    """A constraint of the table."""
    label = cursor.name() if cursor.take("CONSTRAINT") else ""
    if cursor.take("PRIMARY", "KEY"):
        columns = names(cursor.group())
        for name in columns:
            if name in draft.columns:
                draft.columns[name] = replace(draft.columns[name], nullable=False)
        made = Constraint("primary key", f"PRIMARY KEY ({listed(columns)}){_tail(cursor)}", columns, name=label)
    elif cursor.take("UNIQUE"):
        distinct = "NULLS NOT DISTINCT " if cursor.take("NULLS", "NOT", "DISTINCT") else ""
        columns = names(cursor.group())
        made = Constraint("unique", f"UNIQUE {distinct}({listed(columns)}){_tail(cursor)}", columns, name=label)
    elif cursor.take("CHECK"):
        made = Constraint("check", f"CHECK (({cursor.group()})){_tail(cursor)}", (), name=label)
    elif cursor.take("FOREIGN", "KEY"):
        made = references(cursor, names(cursor.group()), resolve, label)
    else:
        raise Unreadable(f"{cursor.token.text} is not read")
    draft.constraints.append(made)


def _tail(cursor: Cursor) -> str:
    text = cursor.rest()
    return f" {' '.join(text.split())}" if text else ""


def references(cursor: Cursor, columns: tuple[str, ...], resolve: Resolve, label: str) -> Constraint:
    """REFERENCES with its actions in PostgreSQL's order; columns that are not written stand as `(?)`."""
    cursor.expect("REFERENCES")
    target = resolve(*cursor.qualified())
    keys = listed(names(cursor.group())) if cursor.token.text == "(" else "?"
    actions = {"UPDATE": "", "DELETE": ""}
    match, deferrable, initially, valid = "", "", "", ""
    while not cursor.done:
        if cursor.take("ON"):
            event = cursor.name().upper()
            actions[event] = _action(cursor)
        elif cursor.take("MATCH"):
            kind = cursor.name().upper()
            match = f" MATCH {kind}" if kind != "SIMPLE" else ""
        elif cursor.take("NOT", "DEFERRABLE") or cursor.take("INITIALLY", "IMMEDIATE"):
            continue
        elif cursor.take("DEFERRABLE"):
            deferrable = " DEFERRABLE"
        elif cursor.take("INITIALLY", "DEFERRED"):
            deferrable, initially = " DEFERRABLE", " INITIALLY DEFERRED"
        elif cursor.take("NOT", "VALID"):
            valid = " NOT VALID"
        else:
            break
    given = "".join(f" ON {event} {actions[event]}" for event in ("UPDATE", "DELETE") if actions[event])
    text = f"FOREIGN KEY ({listed(columns)}) REFERENCES {target}({keys}){match}{given}{deferrable}{initially}{valid}"
    return Constraint("foreign key", text, columns, name=label)


def _action(cursor: Cursor) -> str:
    for words in (("SET", "NULL"), ("SET", "DEFAULT"), ("CASCADE",), ("RESTRICT",)):
        if cursor.take(*words):
            return " ".join(words)
    cursor.expect("NO", "ACTION")
    return ""


def names(text: str) -> tuple[str, ...]:
    """The identifiers of a list."""
    return tuple(token.name for token in Cursor(text).found if token.name)


def listed(columns: tuple[str, ...]) -> str:
    """Identifiers between commas, quoted where they must be."""
    return ", ".join(map(quote, columns))
