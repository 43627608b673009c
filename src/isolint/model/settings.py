"""What a project says about itself in `isolint.yaml` or `[tool.isolint]`; every default means "infer it"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from isolint.model.rule import Severity
from isolint.model.tenancy import Executor, Strategy


@dataclass(frozen=True, slots=True)
class TableSettings:
    """Tables that belong to a tenant whatever the inference says.

    `owned` maps a table or model to the columns that name its tenant; an empty tuple leaves the columns to be inferred.
    `extra` names tables that no model and no DDL in the project declares.
    """

    owned: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TenancySettings:
    """The `tenancy:` part.

    `keys` maps the tenant's key column to its synonyms (`{"organization_id": ("org_id", "orgId")}`).
    `schema_pattern` is the name of a tenant's schema with its variable part in braces (`org_{slug}`).
    `trusted` names expressions and functions whose value is the caller's own tenant (`request.state.org_id`,
    `current_org`), `privileged` the guards that let platform operators alone through, `scoped_bases` the classes, of
    models or around queries, whose queries are confined by construction.
    """

    strategy: Strategy | None = None
    roots: tuple[str, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    tables: TableSettings = TableSettings()
    shared: tuple[str, ...] = ()
    schema_pattern: str = ""
    executors: tuple[Executor, ...] = ()
    trusted: tuple[str, ...] = ()
    privileged: tuple[str, ...] = ()
    scoped_bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """The `rules:` part: `files` are globs of the project's own rule files, `severity` maps a rule's id to its severity
    here, None for a rule that is off.
    """

    files: tuple[str, ...] = ()
    severity: Mapping[str, Severity | None] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class FleetSettings:
    """The `tenants:` part.

    `database` is a URL without its password, '' for the environment's `DATABASE_URL`; `reference` is what every tenant
    is to look like, a schema reference whose files are relative to the configuration; `schema` the name of a tenant's
    schema with its variable part in braces; `slugs` SQL that lists all slugs, '' for the schemas that are called so;
    `seeds` a file with the rows that every tenant starts with.
    """

    database: str = ""
    reference: str = ""
    schema: str = ""
    slugs: str = ""
    seeds: str = ""


@dataclass(frozen=True, slots=True)
class SchemaSettings:
    """The `schema:` part: references to schemas, whose files are relative to the configuration.

    `reference` is what every tenant is to have, `provisioning` what is made for a new one, `tenants` are schemas of
    single tenants, and `shared` is the schema that all of them see.
    """

    reference: str = ""
    provisioning: str = ""
    shared: str = ""
    tenants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """A whole configuration. `path` is the file it was read from, '' when there is none; `exclude` are globs relative
    to the project root.
    """

    path: str = ""
    tenancy: TenancySettings = TenancySettings()
    exclude: tuple[str, ...] = ()
    rules: RuleSettings = RuleSettings()
    schema: SchemaSettings = SchemaSettings()
    tenants: FleetSettings = FleetSettings()
