"""Products in which a person is a tenant: the code puts the signed-in user's id where a tenant's belongs."""

from __future__ import annotations

from isolint.link import Program
from isolint.model.code import Argument, Assign, Attribute, Compare, Constant, Entry, Expression, Index, Name
from isolint.model.identifiers import split
from isolint.model.source import Place
from isolint.model.table import Table
from isolint.model.walk import body_of
from isolint.tenancy.owned import is_user_table

LEAST_SIGHTINGS = 3
USER_KEYS = frozenset({("user", "id"), ("owner", "id")})
GIVING = (Argument, Entry, Assign, Compare)
SIGNED_IN = frozenset({"user", "current_user", "currentUser", "me"})


def personal_tables(program: Program, owned: frozenset[str], keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The columns by which tables without a tenant's key belong to a person, where persons are tenants; else none."""
    found = {
        table.name: columns
        for table in program.tables
        if table.name not in owned and not is_user_table(table) and (columns := _user_columns(table))
    }
    return found if found and _persons_are_tenants(program, frozenset(keys)) else {}


def _user_columns(table: Table) -> tuple[str, ...]:
    return tuple(column for column in table.columns if split(column) in USER_KEYS)


def _persons_are_tenants(program: Program, keys: frozenset[str]) -> bool:
    sightings: set[Place] = set()
    for ref, function in program.functions():
        body = body_of(function)
        named = any(map(_is_own_id, body.of(Attribute)))
        if named and any(_gives_user(part, keys) for kind in GIVING for part in body.of(kind)):
            sightings.add(Place(ref.path, function.header))
        if len(sightings) >= LEAST_SIGHTINGS:
            return True
    return False


def _gives_user(part: object, keys: frozenset[str]) -> bool:
    """Whether a tenant's key gets, or is compared with, the id of the user who is signed in."""
    match part:
        case Argument(name=name, value=value):
            return name in keys and _is_own_id(value)
        case Entry(key=Constant(value=str() as name), value=value):
            return name in keys and _is_own_id(value)
        case Assign(target=target, value=value):
            return _name(target) in keys and _is_own_id(value)
        case Compare(operator="eq" | "ne", left=left, right=right):
            return (_name(left) in keys and _is_own_id(right)) or (_name(right) in keys and _is_own_id(left))
        case _:
            return False


def _is_own_id(value: Expression) -> bool:
    return isinstance(value, Attribute) and value.name == "id" and _name(value.base) in SIGNED_IN


def _name(value: Expression) -> str:
    match value:
        case Name(id=name) | Attribute(name=name) | Index(key=Constant(value=str() as name)):
            return name
        case _:
            return ""
