"""What a schema lets through: `z.object({ name: z.string() }).parse(x)` has the field `name` of `x` and no other.

The values stay what they were; only which of them are there is known better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from isolint.prove.chains import chain, is_schema
from isolint.prove.terms import Each, Items, Literal, Mapped, Member, Record, Result, Term

PARSES = {"parse": False, "parseAsync": False, "safeParse": True, "safeParseAsync": True}
"""Methods of a schema that check a value; True for those that wrap it into `{ success, data }`."""
OBJECTS = frozenset({"object", "strictObject"})
UNIONS = frozenset({"union", "discriminatedUnion", "intersection"})
LISTS = frozenset({"array", "tuple", "set"})
OPEN = frozenset({"passthrough", "catchall", "looseObject", "record", "any", "unknown", "and", "lazy", "custom"})
JOINS = frozenset({"extend", "merge", "safeExtend", "augment"})
PICKS = frozenset({"pick", "omit"})
MAX_NESTED = 5

Fields = dict[str, Term | None]
"""The names of an object's fields, each with the schema of its value."""


def fields_of(schema: Term | None, nested: int = MAX_NESTED) -> Fields | None:
    """The fields that an object may have, None for a schema of anything else or of objects with free fields."""
    if schema is None or not nested or not is_schema(schema):
        return None
    found: Fields | None = None
    for name, call in reversed(list(chain(schema))):
        if name in OPEN:
            return None
        if name in OBJECTS:
            found = _written(call)
        elif name in UNIONS:
            found = _joined(_alternatives(call), nested)
        elif name in JOINS and found is not None:
            more = _written(call)
            if more is None:
                more = fields_of(call.arguments[0] if call.arguments else None, nested - 1)
            found = {**found, **more} if more is not None else None
        elif name in PICKS and found is not None:
            found = _picked(name, call, found)
    return found


def _written(call: Result) -> Fields | None:
    first = call.arguments[0] if call.arguments else None
    if not isinstance(first, Record):
        return None
    found: Fields = {}
    for key, value, _ in first.entries:
        if not (isinstance(key, Literal) and isinstance(key.value, str)):
            return None
        found[key.value] = value
    return found


def _alternatives(call: Result) -> Iterator[Term]:
    for argument in call.arguments:
        if isinstance(argument, Items):
            yield from argument.items
        elif not isinstance(argument, Literal | Record):
            yield argument


def _joined(schemas: Iterable[Term], nested: int) -> Fields | None:
    found: Fields = {}
    for schema in schemas:
        fields = fields_of(schema, nested - 1)
        if fields is None:
            return None
        found.update(fields)
    return found or None


def _picked(name: str, call: Result, fields: Fields) -> Fields:
    named = _written(call) or {}
    return {key: value for key, value in fields.items() if (key in named) == (name == "pick")}


def shaped(schema: Term, value: Term, nested: int = MAX_NESTED) -> Term:
    """The value as the schema lets it through."""
    fields = fields_of(schema)
    if fields is not None and nested:
        entries = [(key, _field(inner, Member(value, key), nested - 1)) for key, inner in fields.items()]
        return Record(tuple((Literal(key), item, ()) for key, item in entries))
    element = _element(schema)
    if element is not None and nested:
        one = shaped(element, Each(value), nested - 1)
        return Mapped(one, value) if one != Each(value) else value
    return value


def _field(schema: Term | None, value: Term, nested: int) -> Term:
    return shaped(schema, value, nested) if schema is not None and nested else value


def _element(schema: Term) -> Term | None:
    """The schema of a list's elements."""
    for name, call in chain(schema):
        if name in LISTS:
            base = call.callee.base if isinstance(call.callee, Member) else None
            return call.arguments[0] if call.arguments else base
    return None


def shaped_by(schemas: list[Term], value: Term) -> Term:
    """A value that several schemas have let through one after the other, each adding fields."""
    found: Fields = {}
    for schema in schemas:
        fields = fields_of(schema)
        if fields is None:
            return value
        found.update(fields)
    if not found:
        return value
    entries = [(key, _field(inner, Member(value, key), MAX_NESTED - 1)) for key, inner in found.items()]
    return Record(tuple((Literal(key), item, ()) for key, item in entries))


def parsed(schema: Term, method: str, value: Term) -> Term | None:
    """What a schema's method makes of a value; None when it is no schema or no such method."""
    wraps = PARSES.get(method)
    if wraps is None or not is_schema(schema):
        return None
    inside = shaped(schema, value)
    if not wraps:
        return inside
    unknown = Result(Member(schema, method), (value,))
    return Record(
        (
            (Literal("success"), Member(unknown, "success"), ()),
            (Literal("error"), Member(unknown, "error"), ()),
            (Literal("data"), inside, ()),
        )
    )
