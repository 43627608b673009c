"""Which tables live in each tenant's own schema, and which tables only the configuration knows."""

from __future__ import annotations

from dataclasses import replace

from isolint.link import Program
from isolint.link.tables import DDL_LAYER, START
from isolint.model.settings import TenancySettings
from isolint.model.source import Place
from isolint.model.table import Declaration
from isolint.model.tenancy import Executor, Ownership
from isolint.tenancy.used import reached

HOLE = "⟦"
OWN = Ownership(schema=True)


def declare_configured(program: Program, settings: TenancySettings) -> None:
    """Add the tables that `isolint.yaml` names and no model or DDL declares, with the columns that it gives them."""
    for name in (*settings.tables.extra, *settings.tables.owned):
        if program.tables.of_target(name) is None:
            program.tables.add(Declaration(name, Place("", START), DDL_LAYER, (), sql_name=name), None)


def configured_owned(
    program: Program, settings: TenancySettings, found: dict[str, Ownership], keys: tuple[str, ...], *, schema: bool
) -> dict[str, Ownership]:
    """The tables that the configuration gives to the tenant: in its schema, or by the columns that are named."""
    owned: dict[str, Ownership] = {}
    for name in (*settings.tables.extra, *settings.tables.owned):
        table = program.tables.of_target(name)
        if table is None:
            continue
        known = found.get(table.name, Ownership())
        columns = settings.tables.owned.get(name) or known.columns
        if schema:
            owned[table.name] = replace(known, columns=columns, schema=True)
        else:
            owned[table.name] = replace(known, columns=columns or (() if known.path else keys))
    return owned


def is_provisioned(program: Program) -> bool:
    """Whether DDL of the project creates tables in a schema that is chosen when it runs."""
    return any(_is_template(schemas) for schemas in program.tables.schemas.values())


def schema_owned(
    program: Program,
    settings: TenancySettings,
    found: dict[str, Ownership],
    roots: tuple[str, ...],
    executors: tuple[Executor, ...],
    *,
    nested: bool,
) -> dict[str, Ownership]:
    """Tables of the tenants' schemas.

    DDL that creates a table in a schema chosen at run time makes it the tenant's, and so does an executor that runs SQL
    on it. Where neither says anything of any table, DDL in a named schema makes a table shared, and a model without a
    schema is found through the search path, so it is the tenant's. With tenants below those of the schemas (`nested`)
    the models say themselves which of them are shared: those that name a schema.
    """
    used = reached(program, executors)
    telling = not nested and (is_provisioned(program) or bool(used))
    owned = {}
    for table in program.tables:
        created = program.tables.schemas.get(table.name) or set()
        if table.name in roots or table.name in settings.shared:
            continue
        if _is_template(created):
            owned[table.name] = OWN
        elif table.name in used or (not telling and not table.declaration.schema and created <= {""}):
            owned[table.name] = replace(found.get(table.name, Ownership()), schema=True)
    return owned


def _is_template(schemas: set[str]) -> bool:
    return any(HOLE in schema or schema.startswith("$") for schema in schemas)
