"""The configuration: `isolint.yaml`, or `[tool.isolint]` of a pyproject.toml, checked and turned into `Settings`.

`data/isolint.schema.json` publishes the same shape for editors; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from isolint.engine.toml import parse_toml
from isolint.errors import ConfigError
from isolint.model.rule import Severity
from isolint.model.settings import FleetSettings, RuleSettings, SchemaSettings, Settings, TableSettings, TenancySettings
from isolint.model.tenancy import Executor, Strategy
from isolint.rules.section import Section, words
from isolint.rules.yamlfile import Plain, parse

KEYS = ("tenancy", "routes", "exclude", "schema", "rules", "tenants")
TENANCY_KEYS = (
    *("strategy", "roots", "keys", "tables", "shared", "schema_pattern"),
    *("executors", "trusted", "privileged", "scoped_bases"),
)
SCHEMA_KEYS = ("reference", "provisioning", "shared", "tenants")
FLEET_KEYS = ("database", "reference", "schema", "slugs", "seeds")
OFF = "off"


def load_settings(file: Path | None) -> Settings:
    """The settings in a file, the defaults for None. Raises ConfigError that names file, line and what to write."""
    if file is None:
        return Settings()
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"{file.name}: cannot be read: {reason}") from error
    return parse_settings(text, file.name)


def parse_settings(text: str, name: str = "isolint.yaml") -> Settings:
    """The settings in a text; `name` is the file's, which also tells YAML from TOML."""
    file = parse_toml(name, text) if name.endswith(".toml") else parse(name, text)
    if file.value is None:
        return Settings(path=name)
    top = Section(file, (), file.value, KEYS)
    if _mapping(top, "routes"):
        top.fail("'routes' has no settings yet: leave it out", "routes")
    return Settings(
        path=name,
        tenancy=_tenancy(_sub(top, "tenancy", TENANCY_KEYS)),
        exclude=top.texts("exclude"),
        rules=_rules(_sub(top, "rules", ("files", "severity"))),
        schema=_schema(_sub(top, "schema", SCHEMA_KEYS)),
        tenants=_fleet(_sub(top, "tenants", FLEET_KEYS)),
    )


def _tenancy(section: Section) -> TenancySettings:
    strategies = {strategy.value: strategy for strategy in Strategy if strategy is not Strategy.NONE}
    pattern = section.text("schema_pattern", default="")
    if pattern and not ("{" in pattern and "}" in pattern.partition("{")[2]):
        section.fail(f"'schema_pattern' must hold its variable part in braces, as org_{{slug}} does, not {pattern!r}")
    return TenancySettings(
        strategy=section.choice("strategy", strategies) if section.values.get("strategy") is not None else None,
        roots=section.texts("roots"),
        keys=_names(section, "keys"),
        tables=_tables(_sub(section, "tables", ("owned", "extra"))),
        shared=section.texts("shared"),
        schema_pattern=pattern,
        executors=_executors(section),
        trusted=section.texts("trusted"),
        privileged=section.texts("privileged"),
        scoped_bases=section.texts("scoped_bases"),
    )


def _schema(section: Section) -> SchemaSettings:
    single = {key: section.text(key, default="") for key in SCHEMA_KEYS if key != "tenants"}
    return SchemaSettings(**single, tenants=section.texts("tenants"))


def _fleet(section: Section) -> FleetSettings:
    return FleetSettings(**{key: section.text(key, default="") for key in FLEET_KEYS})


def _tables(section: Section) -> TableSettings:
    return TableSettings(owned=_names(section, "owned"), extra=section.texts("extra"))


def _names(section: Section, key: str) -> Mapping[str, tuple[str, ...]]:
    """Names with further names for each: a mapping, or a list of names alone."""
    value = section.values.get(key)
    if not isinstance(value, dict):
        return dict.fromkeys(section.texts(key), ())
    inner = Section(section.file, (*section.path, key), value, tuple(value))
    return {name: inner.texts(name) for name in value}


def _executors(section: Section) -> tuple[Executor, ...]:
    value = section.values.get("executors")
    if not isinstance(value, list) or all(isinstance(item, str) for item in value):
        return tuple(Executor(name) for name in section.texts("executors"))
    return tuple(_executor(section, at, item) for at, item in enumerate(value))


def _executor(section: Section, at: int, item: Plain) -> Executor:
    if isinstance(item, str):
        return Executor(item)
    inner = Section(section.file, (*section.path, "executors", at), item, ("name", "tenant", "sql", "callback"))
    tenant, sql, callback = (inner.text(key, default="") for key in ("tenant", "sql", "callback"))
    return Executor(inner.text("name"), tenant, sql, callback)


def _rules(section: Section) -> RuleSettings:
    given = section.values.get("severity")
    severities: dict[str, Severity | None] = {**words(Severity), OFF: None}
    if given is None:
        return RuleSettings(files=section.texts("files"))
    path = (*section.path, "severity")
    rules = Section(section.file, path, given, tuple(given) if isinstance(given, dict) else ())
    chosen: dict[str, Severity | None] = {}
    for rule in rules.values:
        word = rules.text(rule)
        if word not in severities:
            rules.fail(f"the severity of {rule} must be one of {', '.join(severities)}, not {word!r}", rule)
        chosen[rule] = severities[word]
    return RuleSettings(files=section.texts("files"), severity=chosen)


def _sub(section: Section, key: str, known: tuple[str, ...]) -> Section:
    value = section.values.get(key)
    return Section(section.file, (*section.path, key), {} if value is None else value, known)


def _mapping(section: Section, key: str) -> Mapping[str, object]:
    value = section.values.get(key)
    if value is not None and not isinstance(value, dict):
        section.fail(f"{key!r} must be a mapping", key)
    return value or {}
