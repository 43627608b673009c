"""What a column means for tenancy: the tenant's key, a parent's key, the caller, a secret, the row's own key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from isolint.model.identifiers import split
from isolint.model.table import Table
from isolint.prove.case import Case
from isolint.prove.terms import Column, Item, Literal, Member, Result, Rows, Term
from isolint.tenancy.owned import is_user_table
from isolint.tenancy.words import canonical, tenant_word

SECRET_WORDS = frozenset(
    "token tokens secret hash hashed key_hash digest signature otp nonce jti password apikey hmac credential "
    "fingerprint_hash".split()
)
SECRET_PAIRS = (
    ("api", "key"),
    ("access", "key"),
    ("private", "key"),
    ("key", "hash"),
    ("share", "key"),
    ("invite", "code"),
)
USER_WORDS = frozenset("user member owner creator author assignee actor requester recipient subscriber".split())
JSON_CASTS = frozenset({"as_string", "as_integer", "astext"})
USER_COLUMNS = frozenset({"created_by", "updated_by", "owned_by", "invited_by", "uploaded_by", "createdBy"})


class Meaning(Enum):
    """What a restriction of the column does."""

    TENANT = "tenant"
    PARENT = "parent"
    KEY = "key"
    USER = "user"
    SECRET = "secret"  # noqa: S105 - a meaning, not a password
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reading:
    """A column's meaning and the table that it belongs to in the end (for PARENT the parent)."""

    meaning: Meaning
    table: Table | None
    name: str


def read_column(case: Case, column: Column, primary: Table | None) -> Reading:
    """What a column means; `primary` is the query's own table, for columns that name none."""
    table = case.table(column.table) if column.table is not None else primary
    for index, part in enumerate(column.path[:-1]):
        target = case.related(table, part)
        if target is None:
            return _by_name(case, column.path[index:])
        table = target
    return _read(case, table, column.path[-1])


def _by_name(case: Case, path: tuple[str, ...]) -> Reading:
    """A path that leaves what is declared is read by its names alone."""
    words = {word for part in path for word in (canonical(split(part)[-1]) if split(part) else "", tenant_word(part))}
    roots = {canonical(split(root)[-1]) for root in case.tenancy.roots} | {
        tenant_word(key) for key in case.tenancy.keys
    }
    if words & roots - {""}:
        return Reading(Meaning.TENANT, None, path[-1])
    return Reading(_plain(path[-1]), None, path[-1])


def _read(case: Case, table: Table | None, name: str) -> Reading:
    name = table.column_of(name) if table is not None else name
    if table is not None and table.name in case.tenancy.roots:
        return Reading(Meaning.TENANT if _identifies(table, name) else _plain(name), table, name)
    ownership = case.ownership(table)
    if (ownership and name in ownership.columns) or (table is None and name in case.tenancy.keys):
        return Reading(Meaning.TENANT, table, name)
    if table is None:
        return Reading(_plain(name), None, name)
    if name in {"pk", "id"} or table.primary_key == {name}:
        return Reading(Meaning.KEY, table, name)
    target = case.related(table, name)
    if target is not None and name in target.foreign_keys and name in table.foreign_keys:
        target = case.related(target, name)  # a key of several columns: this one is the parent's own key to another
    if target is not None and target.name in case.tenancy.roots:
        return Reading(Meaning.TENANT, target, name)
    if target is not None and not is_user_table(target) and case.ownership(target) is not None:
        return Reading(Meaning.PARENT, target, name)
    if target is not None and is_user_table(target):
        return Reading(Meaning.USER, target, name)
    if name in case.tenancy.keys:
        return Reading(Meaning.TENANT, table, name)
    column = table.columns.get(name)
    if column is not None and column.unique and (column.generated or _is_code(name)):
        return Reading(Meaning.SECRET, table, name)
    return Reading(_plain(name), table, name)


def _is_code(name: str) -> bool:
    return len(split(name)) > 1 and split(name)[-1] in {"key", "code"}


def _identifies(root: Table, name: str) -> bool:
    column = root.columns.get(name)
    return name in root.primary_key or name in {"pk", "id", "slug", "uuid"} or bool(column and column.unique)


def _plain(name: str) -> Meaning:
    words = split(name)
    if set(words) & SECRET_WORDS or any(pair == words[-2:] for pair in SECRET_PAIRS):
        return Meaning.SECRET
    if set(words) & USER_WORDS or name in USER_COLUMNS:
        return Meaning.USER
    return Meaning.KEY if name in {"id", "pk", "uuid"} else Meaning.OTHER


def as_column(term: Term) -> Term:
    """What a JSON column holds under a key as a column of its own: `details["ticket_id"].as_string()`, `.astext`."""
    match term:
        case Result(Member(base, name), ()) | Member(base, name) if name in JSON_CASTS:
            return as_column(base)
        case Item(Column(table, path), Literal(str() as key)):
            return Column(table, (*path, key))
        case _:
            return term


def is_secret(column: Term) -> bool:
    """Whether the column holds a secret that only its owner can name."""
    return isinstance(column, Column) and _plain(column.path[-1]) is Meaning.SECRET


def row_column(term: Term) -> Column | None:
    """The column that `row.name` or `row.relation.name` reads."""
    path: list[str] = []
    while isinstance(term, Member):
        path.insert(0, term.name)
        term = term.base
    if isinstance(term, Rows) and path and term.query.tables:
        return Column(term.query.tables[0], tuple(path))
    return None
