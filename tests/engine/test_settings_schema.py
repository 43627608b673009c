"""The published schema and the loader accept the same, tried on configurations that are put together at random."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import isolint
from isolint.engine.settings import FLEET_KEYS, KEYS, TENANCY_KEYS, parse_settings
from isolint.errors import ConfigError

SCHEMA: dict[str, Any] = json.loads(
    (Path(isolint.__file__).parent / "data" / "isolint.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

names = st.lists(st.sampled_from(["Organization", "org_id", "a.b", "*"]), max_size=2)
text = st.sampled_from(["Organization", "org_id", "row", "low", "org_{slug}"])
anything = st.one_of(st.none(), text, names, st.fixed_dictionaries({}, optional={"name": text, "owned": names}))
namesakes = st.one_of(names, st.dictionaries(text, st.one_of(st.none(), names, text), max_size=2), anything)
executors = st.one_of(
    names,
    st.lists(
        st.one_of(text, st.fixed_dictionaries({}, optional={"name": text, "tenant": text, "sql": text, "what": text})),
        max_size=2,
    ),
    anything,
)
OWN = {
    "strategy": st.one_of(st.sampled_from(["row", "schema", "mixed", "database", "none", "rows"]), anything),
    "keys": namesakes,
    "executors": executors,
    "schema_pattern": st.one_of(st.sampled_from(["org_{slug}", "org", "{", "}{"]), anything),
    "tables": st.one_of(
        st.fixed_dictionaries({}, optional={"owned": namesakes, "extra": anything, "shared": names}), anything
    ),
}
one_of_tenancy = st.one_of(*(st.fixed_dictionaries({key: OWN.get(key, anything)}) for key in (*TENANCY_KEYS, "root")))
tenancy = st.fixed_dictionaries({}, optional={**dict.fromkeys((*TENANCY_KEYS, "root"), anything), **OWN})
rules = st.fixed_dictionaries(
    {},
    optional={
        "files": anything,
        "severity": st.one_of(
            st.dictionaries(text, st.one_of(text, st.sampled_from(["off", "high", "none"])), max_size=2), anything
        ),
    },
)
tenants = st.fixed_dictionaries({}, optional=dict.fromkeys((*FLEET_KEYS, "urls"), anything))
whole = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys((*KEYS, "tenency"), anything),
        "tenancy": st.one_of(tenancy, anything),
        "rules": st.one_of(rules, anything),
        "tenants": st.one_of(tenants, anything),
    },
)


def accepts(document: object) -> bool:
    try:
        parse_settings(yaml.safe_dump(document))
    except ConfigError:
        return False
    return True


parts = st.one_of(
    st.fixed_dictionaries({"tenancy": one_of_tenancy}),
    st.fixed_dictionaries({"rules": rules}),
    st.fixed_dictionaries({"tenants": tenants}),
)


@given(st.one_of(whole, parts, parts, anything))
@settings(max_examples=400, deadline=None)
def test_loader_and_schema_agree(document: object) -> None:
    assert accepts(document) == VALIDATOR.is_valid(document), yaml.safe_dump(document)


@pytest.mark.parametrize(
    ("part", "keys"),
    [((), KEYS), (("tenancy",), TENANCY_KEYS), (("tenants",), FLEET_KEYS), (("rules",), ("files", "severity"))],
)
def test_schema_names_the_keys_of_the_loader(part: tuple[str, ...], keys: tuple[str, ...]) -> None:
    node = SCHEMA
    for name in part:
        node = node["properties"][name]
    assert sorted(node["properties"]) == sorted(keys)
    assert node["additionalProperties"] is False
