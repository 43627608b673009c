"""Which tables belong to a tenant, and how: by a column of their own or by the foreign keys to a table that does."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection

from isolint.link import Program
from isolint.model.identifiers import split
from isolint.model.table import Table
from isolint.model.tenancy import Ownership

MAX_PATH = 4
LEAST_CONTAINED = 4
CONTAINED_SHARE = 1 / 3
USER_WORDS = {"user", "users"}
ADMIN_WORDS = frozenset({"admin", "superuser", "superadmin", "staff"})
ROLE_WORDS = frozenset({"role", "roles", "global", "system", "platform", "user"})
FLAG_WORDS = frozenset({"is", "has", "site", "platform", "system", "super"})


def is_user_table(table: Table) -> bool:
    """Whether the table holds people who log in."""
    words = split(table.declaration.name)
    return bool(words) and words[-1] in USER_WORDS


def operator_flags(program: Program, owned: Collection[str]) -> frozenset[str]:
    """Columns such as `is_admin` of people who belong to no one tenant: who has it, has it everywhere.

    On a membership, or on people of one tenant, the same column names the tenant's own administrators.
    """
    return _of_people_alone(program, owned, _is_admin_flag)


def operator_roles(program: Program, owned: Collection[str]) -> frozenset[str]:
    """Columns such as `roles` of people who belong to no one tenant, where no table of a tenant has one called so: an
    administrator by them is one everywhere.
    """
    return _of_people_alone(program, owned, _is_role)


def is_administrator(role: str) -> bool:
    """Whether the name of a role is that of an administrator, and says nothing of what is administered."""
    return _is_admin_flag(role)


def _of_people_alone(program: Program, owned: Collection[str], meant: Callable[[str], bool]) -> frozenset[str]:
    people: set[str] = set()
    others: set[str] = set()
    for table in program.tables:
        named = {name for name in table.columns if meant(name)}
        if is_user_table(table) and table.name not in owned:
            people |= named
        else:
            others |= named
    return frozenset(people - others)


def _is_admin_flag(name: str) -> bool:
    words = set(split(name))
    return bool(words & ADMIN_WORDS) and words <= ADMIN_WORDS | FLAG_WORDS


def _is_role(name: str) -> bool:
    words = split(name)
    return bool(words) and words[-1] in {"role", "roles"} and set(words) <= ROLE_WORDS


def find_owned(program: Program, roots: tuple[str, ...], keys: dict[str, tuple[str, ...]]) -> dict[str, Ownership]:
    """Ownership of every table that has key columns (`keys`: table name → columns), or a foreign-key path to one.

    Roots are not owned. A path neither leads through a table of people nor to one: a row's author is not its tenant,
    and nobody belongs to the tenant of their picture.
    """
    owned: dict[str, Ownership] = {}
    for name, columns in keys.items():
        if name in roots:
            continue
        table = program.tables.by_name[name]
        relations = tuple(r.name for r in table.relations.values() if r.column in columns)
        nullable = all(table.columns[column].nullable for column in columns)
        owned[name] = Ownership(columns=(*columns, *relations), nullable=nullable)
    queue = deque(owned)
    children = _children(program)
    while queue:
        parent = queue.popleft()
        if is_user_table(program.tables.by_name[parent]):
            continue
        for child, column in children.get(parent, ()):
            if is_user_table(program.tables.by_name[child]):
                continue
            path = ((column, parent), *owned[parent].path)
            if child not in owned and child not in roots and len(path) <= MAX_PATH:
                owned[child] = Ownership(path=path)
                queue.append(child)
    return owned


def containers(owned: dict[str, Ownership]) -> tuple[str, ...]:
    """Tables with the tenant's key through which many others belong to the tenant: choosing one is choosing whose."""
    through = Counter(parent for how in owned.values() for parent in {target for _, target in how.path})
    least = max(LEAST_CONTAINED, len(owned) * CONTAINED_SHARE)
    return tuple(name for name, how in owned.items() if how.columns and through[name] >= least)


def _children(program: Program) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for table in program.tables:
        for column, target in sorted(table.foreign_keys.items(), key=lambda item: table.columns[item[0]].nullable):
            if target != table.name:
                found.setdefault(target, []).append((table.name, column))
    return found
