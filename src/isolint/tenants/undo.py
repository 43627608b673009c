"""What takes a part of a migration back, from what the catalog says of the things that it names, before and after.

Nothing is concluded from the text of a statement: whatever was made is dropped, whatever was changed or dropped is
brought back to what it was. What the text must say is whether there is more to a statement than that; see `reversible`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isolint.schema.lexer import quote, tokens
from isolint.tenants.ledger import query

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

GOES = (
    "trigger", "policy", "view", "index", "constraint", "default", "not null", "column", "table", "sequence",
    "function", "data type",
)  # fmt: skip
"""The order in which new things are dropped: what may rely on another stands before it."""

COMES = ("type", "default", "not null", "row security", "function", "index", "constraint", "view", "trigger")
"""The order in which things are brought back to what they were."""

REPLACED = ("constraint", "index", "trigger", "policy")
"""What is changed by dropping it first."""

NAMED = ("table", "column")
"""What keeps what it has when it gets another name."""

CASTS = "SELECT FROM {table} WHERE ({column}::{old})::{new}::text IS DISTINCT FROM {column}::text"


@dataclass(frozen=True, slots=True)
class Thing:
    """One row of `queries/picture.sql`."""

    kind: str
    id: str
    parent: str
    name: str
    definition: str
    make: str
    gone: str
    values: str
    label: str


@dataclass(frozen=True, slots=True)
class Undo:
    """One statement that takes something back, and in the reader's words `what`.

    `loses` finds rows of `tables` when running it would lose something; '' never does.
    """

    what: str
    sql: str
    loses: str = ""
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """The way back over one part: statements in their order, and why there is none where `lacks` is not empty.

    `made` are the tables (`invoice`) and columns (`invoice.type`) that the part has made.
    """

    steps: tuple[Undo, ...] = ()
    lacks: tuple[str, ...] = ()
    made: tuple[str, ...] = ()


def picture(connection: Connection, schema: str, names: Sequence[str]) -> dict[str, Thing]:
    """The things of these names in the schema, by id. The search path must be empty, so that
    definitions name schemas."""
    values = {"schema": quote(schema), "names": list(names)}
    rows = connection.execute(query("picture").encode(), values).fetchall()
    return {row["id"]: Thing(**row) for row in rows}


def way_back(before: dict[str, Thing], after: dict[str, Thing]) -> Way:
    """From the second picture to the first."""
    made, gone = after.keys() - before.keys(), before.keys() - after.keys()
    new = [thing for thing in after.values() if thing.id in made and thing.parent not in made]
    kept = [(was, after[was.id]) for was in before.values() if was.id in after]
    named = {now.definition: was.definition for was, now in kept if was.kind in NAMED}
    rest = [(was, now) for was, now in kept if was.kind not in NAMED]
    changed = [(was, now) for was, now in rest if was.definition != _as_named(now.definition, named)]
    again = [thing for thing in before.values() if thing.id in gone and thing.parent not in gone]
    again += [was for was, _ in changed]
    steps = [step for kind in GOES for step in _dropped(kind, [thing for thing in new if thing.kind == kind])]
    steps += [Undo(f"drop {now.kind} {now.label}", now.gone) for _, now in changed if now.kind in REPLACED]
    steps += [step for was, now in kept for step in _renamed(was, now)]
    steps += [_made(thing, after) for kind in COMES for thing in again if thing.kind == kind]
    lacks = [f"{thing.kind} {thing.label} cannot be brought back" for thing in again if not thing.make]
    lacks += [f"{thing.kind} {thing.label} cannot be dropped by itself" for thing in new if not thing.gone]
    return Way(tuple(steps), tuple(lacks), tuple(thing.label for thing in new if thing.kind in NAMED))


def _as_named(definition: str, named: dict[str, str]) -> str:
    """A definition with the names that things had before: a new name of a column shows in all that is made of it."""
    if all(old == new for new, old in named.items()):
        return definition
    return "".join(quote(named[t.name]) if t.name in named else t.text for t in tokens(definition))


def _dropped(kind: str, things: list[Thing]) -> Iterator[Undo]:
    """Tables go together, for they may refer to each other."""
    if kind == "table" and things:
        names = ", ".join(quote(thing.name) for thing in things)
        yield Undo(
            f"drop table {names}",
            f"DROP TABLE {names}",
            " UNION ALL ".join(thing.values for thing in things),
            tuple(thing.name for thing in things),
        )
    else:
        for thing in things:
            yield Undo(
                f"drop {kind} {thing.label}", thing.gone, thing.values, (thing.name,) if kind == "column" else ()
            )


def _renamed(was: Thing, now: Thing) -> Iterator[Undo]:
    if was.definition == now.definition:
        return
    if now.kind == "table":
        yield Undo(f"name {now.name} {was.name} again", f"ALTER TABLE {quote(now.name)} RENAME TO {quote(was.name)}")
    elif now.kind == "column":
        action = f"RENAME COLUMN {quote(now.definition)} TO {quote(was.definition)}"
        yield Undo(f"name {now.label} {was.definition} again", f"ALTER TABLE {quote(was.name)} {action}")


def _made(thing: Thing, after: dict[str, Thing]) -> Undo:
    loses = ""
    if thing.kind == "type" and thing.id in after:
        table, column = quote(thing.name), quote(after[thing.parent].definition)
        loses = CASTS.format(table=table, column=column, old=thing.definition, new=after[thing.id].definition)
    return Undo(f"bring {thing.kind} {thing.label} back", thing.make, loses, (thing.name,) if loses else ())
