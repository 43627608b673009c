"""Functions of `Object`, and methods of schemas: what objects hold, and which of it a schema lets through."""

from __future__ import annotations

from isolint.prove.given import Given
from isolint.prove.shapes import parsed
from isolint.prove.terms import Items, Outcome, Record, Term, either


def of_object(name: str, given: Given) -> Term | None:
    """`Object.keys`, `Object.entries`, …: collections of what an object holds."""
    owner, _, method = name.rpartition(".")
    if owner != "Object" or not given.positional:
        return None
    first = given.positional[0]
    if method in {"keys", "values", "entries"}:
        return _parts(first, method)
    if method == "fromEntries":
        return _from_entries(first)
    return first if method == "freeze" else None


def _parts(value: Term, method: str) -> Term:
    if isinstance(value, Outcome):
        value = either(tuple(returned for returned, _ in value.returns))
    if not isinstance(value, Record):
        return value
    pairs = [(key if key is not None else item, item) for key, item, _ in value.entries]
    if method == "entries":
        return Items(tuple(Items(pair) for pair in pairs))
    return Items(tuple(key if method == "keys" else item for key, item in pairs))


def _from_entries(value: Term) -> Term | None:
    if isinstance(value, Items) and all(isinstance(item, Items) and len(item.items) == 2 for item in value.items):
        return Record(tuple((i.items[0], i.items[1], ()) for i in value.items if isinstance(i, Items)))
    return None


def on_schema(base: Term, name: str, given: Given) -> Term | None:
    """`schema.parse(value)`."""
    return parsed(base, name, given.positional[0]) if given.positional else None
