"""The configuration: what it means, and what is said about a wrong one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

import isolint
from isolint.engine.settings import load_settings, parse_settings
from isolint.errors import ConfigError
from isolint.model.rule import Severity
from isolint.model.settings import RuleSettings, Settings, TableSettings, TenancySettings
from isolint.model.tenancy import Executor, Strategy

SCHEMA = json.loads((Path(isolint.__file__).parent / "data" / "isolint.schema.json").read_text(encoding="utf-8"))

FULL = """\
tenancy:
  strategy: schema
  roots: [Organization]
  keys:
    organization_id: [org_id, orgId]
    workspace_id: ws
  tables:
    owned: {Campaign: [organization_id], Episode: }
    extra: legacy_stats
  shared: [Country]
  schema_pattern: org_{slug}
  executors:
    - safe_query
    - {name: db.with_tenant, tenant: 0, callback: work}
  trusted: [request.state.org]
  privileged: [require_operator]
  scoped_bases: [TenantRepository]
exclude: ["legacy/**"]
rules:
  files: lint/*.yaml
  severity: {ISO102: low, ISO404: off}
routes: {}
"""


def test_every_key_reaches_the_settings() -> None:
    assert parse_settings(FULL) == Settings(
        path="isolint.yaml",
        tenancy=TenancySettings(
            strategy=Strategy.SCHEMA,
            roots=("Organization",),
            keys={"organization_id": ("org_id", "orgId"), "workspace_id": ("ws",)},
            tables=TableSettings({"Campaign": ("organization_id",), "Episode": ()}, ("legacy_stats",)),
            shared=("Country",),
            schema_pattern="org_{slug}",
            executors=(Executor("safe_query"), Executor("db.with_tenant", tenant="0", callback="work")),
            trusted=("request.state.org",),
            privileged=("require_operator",),
            scoped_bases=("TenantRepository",),
        ),
        exclude=("legacy/**",),
        rules=RuleSettings(("lint/*.yaml",), {"ISO102": Severity.LOW, "ISO404": None}),
    )


def test_toml_says_the_same() -> None:
    text = """\
[tool.isolint]
exclude = ["legacy/**"]
[tool.isolint.tenancy]
keys = ["org_id"]
executors = [{ name = "run", tenant = 0 }]
[tool.isolint.rules.severity]
ISO102 = "off"
"""
    settings = parse_settings(text, "pyproject.toml")
    assert settings.exclude == ("legacy/**",)
    assert settings.tenancy.keys == {"org_id": ()}
    assert settings.tenancy.executors == (Executor("run", tenant="0"),)
    assert settings.rules.severity == {"ISO102": None}


@pytest.mark.parametrize("text", ["", "# nothing\n", "tenancy:\n", "rules: {severity: }\n"])
def test_empty_configuration_is_the_default(text: str) -> None:
    assert parse_settings(text) == Settings(path="isolint.yaml")
    assert load_settings(None) == Settings()


WRONG = [
    ("tenency: {}", "isolint.yaml:1: unknown key 'tenency'; did you mean 'tenancy'?"),
    ("tenancy:\n  roots: [A]\n  kees: [b]", "isolint.yaml:3: unknown key 'kees'; did you mean 'keys'?"),
    ("tenancy: [row]", "isolint.yaml:1: expected a mapping with strategy"),
    ("tenancy:\n  strategy: rows", "isolint.yaml:2: unknown strategy 'rows'; did you mean 'row'?"),
    ("tenancy: {roots: {a: b}}", "isolint.yaml:1: 'roots' must be a list of texts"),
    ("tenancy: {executors: [{tenant: 0}]}", "isolint.yaml:1: 'name' is missing"),
    ("tenancy: {executors: [{name: a, arg: 0}]}", "isolint.yaml:1: unknown key 'arg'"),
    ("tenancy: {schema_pattern: org_acme}", "isolint.yaml:1: 'schema_pattern' must hold its variable part in braces"),
    ("exclude: {a: b}", "isolint.yaml:1: 'exclude' must be a list of texts"),
    (
        "rules:\n  severity:\n    ISO102: critical",
        "isolint.yaml:3: the severity of ISO102 must be one of low, medium, high, off",
    ),
    ("rules: {severity: [ISO102]}", "isolint.yaml:1: expected a mapping"),
    ("routes: [a]", "isolint.yaml:1: 'routes' must be a mapping"),
    ("routes: {public: [a]}", "isolint.yaml:1: 'routes' has no settings yet: leave it out"),
    ("exclude: [a]\nexclude: [b]", "isolint.yaml:2: 'exclude' is given twice"),
    ("a: [", "isolint.yaml:2: not valid YAML"),
    ("just words", "isolint.yaml:1: expected a mapping with tenancy"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_wrong_configuration_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_settings(text + "\n")
    assert re.sub(r"^(isolint\.yaml:\d+):\d+(?=: )", r"\1", str(caught.value)).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.isolint]\n\n[tool.isolint.tenancy]\nkees = []\n", "pyproject.toml:4: unknown key 'kees'"),
        ("[tool.isolint]\ntenancy = {roots = ['a'], kees = []}\n", "pyproject.toml:2: unknown key 'kees'"),
        ("[tool.isolint.tenency]\n", "pyproject.toml:1: unknown key 'tenency'"),
        ("[tool.isolint\n", "pyproject.toml:1: not valid TOML"),
        ("[tool.ruff]\n", "pyproject.toml: there is no [tool.isolint] in it"),
        ("tool = 1\n", "pyproject.toml: there is no [tool.isolint] in it"),
    ],
)
def test_wrong_toml_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        parse_settings(text, "pyproject.toml")


def test_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "isolint.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"isolint.yaml: cannot be read: it is not UTF-8 text"):
        load_settings(tmp_path / "isolint.yaml")


def test_published_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", [FULL, "", "tenancy:\n", "exclude: a\n", "tenancy: {keys: a, executors: run}\n"])
def test_published_schema_accepts_what_is_accepted(text: str) -> None:
    parse_settings(text)
    jsonschema.validate(yaml.safe_load(text), SCHEMA)


@pytest.mark.parametrize("text", [text for text, message in WRONG if "YAML" not in message and "twice" not in message])
def test_published_schema_refuses_what_is_refused(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), SCHEMA)
