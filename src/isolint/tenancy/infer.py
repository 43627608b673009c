"""Puts the tenancy together: what the configuration says, and what schema and code show for the rest."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.link import Program
from isolint.model.identifiers import split
from isolint.model.settings import TenancySettings
from isolint.model.source import Place
from isolint.model.tenancy import Assumption, Executor, Ownership, Strategy, Tenancy
from isolint.tenancy.executors import FoundExecutor, find_executors
from isolint.tenancy.owned import containers, find_owned, is_user_table, operator_flags, operator_roles
from isolint.tenancy.personal import personal_tables
from isolint.tenancy.roots import Root, find_roots, is_nested
from isolint.tenancy.schemas import find_schema_switches
from isolint.tenancy.tables import configured_owned, declare_configured, is_provisioned, schema_owned
from isolint.tenancy.words import canonical

IN_SCHEMAS = frozenset({Strategy.SCHEMA, Strategy.MIXED})


def infer(program: Program, settings: TenancySettings | None = None) -> Tenancy:
    """The tenancy of a program. Each part that the settings leave open is inferred; an assumption says from where."""
    settings = settings or TenancySettings()
    declare_configured(program, settings)
    roots = _chosen_roots(program, settings)
    return _assemble(program, settings, roots)


def _chosen_roots(program: Program, settings: TenancySettings) -> list[Root]:
    candidates = find_roots(program)
    if settings.roots:
        wanted = {canonical(split(name)[-1]) or name for name in settings.roots}
        named = set(settings.roots)
        return [root for root in candidates if root.word in wanted or (root.table and root.table.name in named)]
    return candidates[:1]


def _assemble(program: Program, settings: TenancySettings, roots: list[Root]) -> Tenancy:
    root_tables = tuple(root.table.name for root in roots if root.table)
    keys = _named_keys(settings) or tuple(dict.fromkeys(key for root in roots for key in root.keys))
    configured, found = find_executors(program, settings.executors)
    switches = find_schema_switches(program)
    columns = _key_columns(program, settings, roots)
    by_row = find_owned(program, root_tables, columns)
    if by_row and (personal := personal_tables(program, frozenset({*by_row, *root_tables}), keys)):
        by_row = find_owned(program, root_tables, {**columns, **personal})
    schemas = bool(switches or configured or found or is_provisioned(program))
    strategy = settings.strategy or _strategy(bool(by_row), schemas)
    executors = (*configured, *(item.executor for item in found))
    nested = strategy in IN_SCHEMAS and not settings.roots and is_nested(program, roots)
    owned = _owned(program, settings, by_row, root_tables, keys, strategy, executors, nested=nested)
    if settings.strategy is None and strategy in IN_SCHEMAS:
        by_rows = any(not how.schema or how.columns or how.path for how in owned.values())
        strategy = Strategy.MIXED if by_rows else Strategy.SCHEMA
    return Tenancy(
        strategy=strategy,
        roots=root_tables,
        keys=keys,
        owned=owned,
        shared=frozenset(t.name for t in program.tables if t.name not in owned) | frozenset(settings.shared),
        schema_pattern=settings.schema_pattern or _pattern(executors),
        executors=executors,
        trusted=tuple(settings.trusted),
        privileged=tuple(settings.privileged),
        scoped_bases=tuple(settings.scoped_bases),
        users=tuple(t.name for t in program.tables if is_user_table(t)),
        containers=containers(owned),
        operator_flags=operator_flags(program, owned),
        operator_roles=operator_roles(program, owned),
        nested=nested,
        assumptions=(*map(_describe, roots), *_about_schemas(switches, found)),
    )


def _owned(
    program: Program,
    settings: TenancySettings,
    by_row: dict[str, Ownership],
    roots: tuple[str, ...],
    keys: tuple[str, ...],
    strategy: Strategy,
    executors: tuple[Executor, ...],
    *,
    nested: bool,
) -> dict[str, Ownership]:
    """How each table belongs to a tenant: what the configuration says of it, its schema, its rows."""
    schema = strategy in IN_SCHEMAS
    outer = () if nested else roots
    in_schemas = schema_owned(program, settings, by_row, outer, executors, nested=nested) if schema else {}
    owned = {**by_row, **in_schemas}
    named = configured_owned(program, settings, by_row, keys, schema=schema)
    return {name: how for name, how in {**owned, **named}.items() if name not in settings.shared}


def _pattern(executors: tuple[Executor, ...]) -> str:
    """The name of a tenant's schema as the executors put it together."""
    return next((f"{e.prefix}{{{e.tenant}}}" for e in executors if e.prefix and e.tenant), "")


def _about_schemas(switches: list[Place], found: list[FoundExecutor]) -> Iterator[Assumption]:
    if switches:
        yield Assumption("each tenant has its own database schema", switches[0])
    for item in found:
        executor = item.executor
        yield Assumption(f"{executor.name} confines what it runs to the schema of `{executor.tenant}`", item.place)


def _named_keys(settings: TenancySettings) -> tuple[str, ...]:
    """The tenant's key columns as the configuration names them, each followed by its synonyms."""
    return tuple(dict.fromkeys(name for key, others in settings.keys.items() for name in (key, *others)))


def _key_columns(program: Program, settings: TenancySettings, roots: list[Root]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for root in roots:
        for name, columns in root.pointing.items():
            found.setdefault(name, columns)
    named = frozenset(_named_keys(settings))
    for table in program.tables:
        own = tuple(column for column in table.columns if column in named)
        if own:
            found[table.name] = tuple(dict.fromkeys((*own, *found.get(table.name, ()))))
    return found


def _strategy(rows: bool, schemas: bool) -> Strategy:
    if schemas:
        return Strategy.MIXED if rows else Strategy.SCHEMA
    return Strategy.ROW if rows else Strategy.NONE


def _describe(root: Root) -> Assumption:
    keys = ", ".join(root.keys[:4])
    name = root.table.name if root.table else root.word
    count = len(root.pointing)
    place = root.table.declaration.place if root.table else None
    return Assumption(f"{name} is the tenant: {count} tables point to it by {keys}", place)
