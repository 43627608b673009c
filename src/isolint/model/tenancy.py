"""Who the tenants are and what belongs to them: inferred from schema and code, overridden by `isolint.yaml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from isolint.model.schemas import SchemaFacts
from isolint.model.source import Place


class Strategy(StrEnum):
    """How tenants are kept apart. NONE: no tenancy was found, everything is UNKNOWN."""

    ROW = "row"
    SCHEMA = "schema"
    MIXED = "mixed"
    DATABASE = "database"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ownership:
    """How a table belongs to a tenant.

    `columns`: its own key columns or relation attributes (`tenant_id`, `workspace`). `path`: else the foreign keys
    to follow,
    as (column, table) pairs ending at a table with own columns or at a root. `schema`: it lives in the tenant's schema.
    `nullable`: its own key column may be null.
    """

    columns: tuple[str, ...] = ()
    path: tuple[tuple[str, str], ...] = ()
    schema: bool = False
    nullable: bool = False


class Search(StrEnum):
    """Where an executor's search path goes: to the tenant's schema alone, on to the shared one, or it is not known."""

    UNKNOWN = "unknown"
    OWN = "own"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Executor:
    """A sanctioned wrapper: `name` is its dotted or bare name; `tenant` and `sql` are argument positions or names
    ('' none). `prefix` is what it puts in front of the tenant to name its schema. `ambient`: what runs in its block is
    confined whichever client runs it; else only what runs on the client that it hands out. `search`: where it finds
    the tables that the tenant's schema lacks.
    """

    name: str
    tenant: str = ""
    sql: str = ""
    callback: str = ""
    prefix: str = ""
    ambient: bool = False
    search: Search = Search.UNKNOWN


@dataclass(frozen=True, slots=True)
class Assumption:
    """One sentence about what was inferred, with the place that it was read from."""

    message: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Tenancy:
    """The whole picture. Table names are those of `Program.tables` (the model's name, or the SQL name without
    schema). `operator_flags` are columns that make a person an operator of the platform: `is_admin` of people who
    belong to no one tenant; `operator_roles` are those that do when they hold an administrator's role. `containers`
    are tables of the tenant's through which a third of its tables belong to it: projects, environments. `nested`: the
    roots are rows of each tenant's schema, a second level below it.
    `schemas` are the real ones that were read.
    """

    strategy: Strategy = Strategy.NONE
    roots: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    owned: dict[str, Ownership] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    schema_pattern: str = ""
    executors: tuple[Executor, ...] = ()
    trusted: tuple[str, ...] = ()
    privileged: tuple[str, ...] = ()
    scoped_bases: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    operator_flags: frozenset[str] = frozenset()
    operator_roles: frozenset[str] = frozenset()
    nested: bool = False
    schemas: SchemaFacts = field(default_factory=SchemaFacts)
    assumptions: tuple[Assumption, ...] = ()
