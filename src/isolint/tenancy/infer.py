"""Puts the tenancy together: what the configuration says, and what schema and code show for the rest."""

from __future__ import annotations

from isolint.link import Program
from isolint.model.settings import TenancySettings
from isolint.model.table import Table
from isolint.model.tenancy import Assumption, Ownership, Strategy, Tenancy
from isolint.tenancy.owned import find_owned, is_user_table
from isolint.tenancy.roots import Root, find_roots
from isolint.tenancy.schemas import find_schema_switches
from isolint.tenancy.words import canonical, split

SECOND_SHARE = 0.5
"""A further root must own at least this share of the tables that the first one owns directly."""


def infer(program: Program, settings: TenancySettings | None = None) -> Tenancy:
    """The tenancy of a program. Each part that the settings leave open is inferred, with an assumption that says from where."""
    settings = settings or TenancySettings()
    roots = _chosen_roots(program, settings)
    return _assemble(program, settings, roots)


def _chosen_roots(program: Program, settings: TenancySettings) -> list[Root]:
    candidates = find_roots(program)
    if settings.roots:
        wanted = {canonical(split(name)[-1]) or name for name in settings.roots}
        return [root for root in candidates if root.word in wanted or (root.table and root.table.name in settings.roots)]
    return candidates[:1]


def _assemble(program: Program, settings: TenancySettings, roots: list[Root]) -> Tenancy:
    keys_by_table = _key_columns(program, settings, roots)
    root_tables = tuple(root.table.name for root in roots if root.table)
    owned = find_owned(program, root_tables, keys_by_table)
    keys = tuple(settings.keys) or tuple(dict.fromkeys(key for root in roots for key in root.keys))
    assumptions = [_describe(root) for root in roots]
    switches = find_schema_switches(program)
    strategy = _strategy(settings, bool(owned), bool(switches))
    if switches:
        assumptions.append(Assumption("each tenant has its own database schema", switches[0]))
    if strategy in {Strategy.SCHEMA, Strategy.MIXED}:
        owned = {**owned, **_schema_owned(program, settings, owned, root_tables)}
    return Tenancy(
        strategy=strategy,
        roots=root_tables,
        keys=keys,
        owned={name: how for name, how in owned.items() if name not in settings.shared},
        shared=frozenset(t.name for t in program.tables if t.name not in owned) | frozenset(settings.shared),
        schema_pattern=settings.schema_pattern or "",
        trusted=tuple(settings.trusted),
        privileged=tuple(settings.privileged),
        scoped_bases=tuple(settings.scoped_bases),
        users=tuple(t.name for t in program.tables if is_user_table(t)),
        members=tuple(t.name for t in program.tables if _is_membership(t, root_tables)),
        assumptions=tuple(assumptions),
    )


def _key_columns(program: Program, settings: TenancySettings, roots: list[Root]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for root in roots:
        for name, columns in root.pointing.items():
            found.setdefault(name, columns)
    for table in program.tables:
        own = tuple(column for column in table.columns if column in settings.keys)
        if own:
            found[table.name] = tuple(dict.fromkeys((*own, *found.get(table.name, ()))))
    return found


def _strategy(settings: TenancySettings, rows: bool, schemas: bool) -> Strategy:
    if settings.strategy:
        return Strategy(settings.strategy)
    if rows and schemas:
        return Strategy.MIXED
    if schemas:
        return Strategy.SCHEMA
    return Strategy.ROW if rows else Strategy.NONE


def _schema_owned(
    program: Program, settings: TenancySettings, owned: dict[str, Ownership], roots: tuple[str, ...]
) -> dict[str, Ownership]:
    """Tables without a declared schema live in the tenant's; those with one are shared."""
    found = {}
    for table in program.tables:
        if not table.declaration.schema and table.name not in roots and table.name not in settings.shared:
            known = owned.get(table.name, Ownership())
            found[table.name] = Ownership(known.columns, known.path, schema=True, nullable=known.nullable)
    return found


def _is_membership(table: Table, roots: tuple[str, ...]) -> bool:
    targets = set(table.foreign_keys.values())
    return bool(targets & set(roots)) and any(canonical(split(t)[-1]) == "" and split(t)[-1] == "user" for t in targets)


def _describe(root: Root) -> Assumption:
    keys = ", ".join(root.keys[:4])
    name = root.table.name if root.table else root.word
    count = len(root.pointing)
    place = root.table.declaration.place if root.table else None
    return Assumption(f"{name} is the tenant: {count} tables point to it by {keys}", place)
