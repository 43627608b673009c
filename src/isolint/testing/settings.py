"""What a suite says in pytest's settings, and where it says nothing, what isolint's configuration says."""

from __future__ import annotations

from contextlib import chdir
from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.errors import SchemaError, UsageError
from isolint.model.tenancy import Strategy
from isolint.testing.world import Plan

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from isolint.model.settings import Settings
    from isolint.schema.model import Schema


def plan_of(config: pytest.Config) -> Plan:
    """How tenants are told apart and what is there before them."""
    settings, folder = _settings(config)
    keys = tuple(str(config.getini("isolint_tenant_keys")).replace(",", " ").split())
    if not keys and settings.tenancy.strategy is Strategy.ROW:
        keys = tuple(name for key, others in settings.tenancy.keys.items() for name in (key, *others))
    plan = Plan(
        pattern=settings.tenants.schema or settings.tenancy.schema_pattern or "org_{slug}",
        keys=keys,
        setup=tuple(config.getini("isolint_setup")),
        role=str(config.getini("isolint_role")),
        session=str(config.getini("isolint_session")),
    )
    if not settings.tenants.seeds:
        return plan
    from isolint.tenants.seeds import read_seeds

    return replace(plan, seeds=read_seeds(folder / settings.tenants.seeds))


def reference_of(config: pytest.Config) -> Schema:
    """The reference. Raises UsageError when none is named, SchemaError when it is not whole."""
    from isolint.schema.load import load

    settings, folder = _settings(config)
    given = str(config.getini("isolint_reference"))
    reference, folder = (given, config.rootpath) if given else (settings.tenants.reference, folder)
    if not reference:
        raise UsageError(
            "say what a tenant is to look like: isolint_reference in pytest's settings, `tenants: {reference: …}` in "
            "isolint.yaml, or a fixture `reference_schema` of your own"
        )
    with chdir(folder):
        schema = load(reference)
    if schema.empty or schema.busy or schema.unread:
        why = "is empty" if schema.empty else f"was not read whole: {', '.join((*schema.busy, *schema.unread))}"
        raise SchemaError(f"{schema.origin.label}: {why}")
    return schema


def _settings(config: pytest.Config) -> tuple[Settings, Path]:
    """isolint's configuration and the folder that it stands in."""
    from isolint.engine.project import find_project
    from isolint.engine.settings import load_settings

    project = find_project((str(config.rootpath),), "")
    return load_settings(project.config), project.root
