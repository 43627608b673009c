"""Which parts of what was inferred can be written down without changing anything."""

from __future__ import annotations

from dataclasses import replace

from isolint.link import Program
from isolint.model.settings import TenancySettings
from isolint.model.tenancy import Executor, Strategy, Tenancy
from isolint.tenancy import infer


def pin(program: Program, inferred: Tenancy) -> TenancySettings:
    """The settings that say what was inferred, short of those that would lead to anything else than nothing does.

    Each is tried on top of those before it: what is judged depends on the tenancy alone, so equal tenancies have equal
    findings.
    """
    settings = TenancySettings()
    if inferred.strategy is Strategy.NONE:
        return settings
    due = _comparable(inferred)
    for wanted in (
        {"roots": inferred.roots},
        {"keys": dict.fromkeys(inferred.keys, ())},
        {"strategy": inferred.strategy},
        {"schema_pattern": inferred.schema_pattern},
        {"executors": tuple(map(_written, inferred.executors))},
    ):
        more = replace(settings, **wanted)
        if _comparable(infer(program, more)) == due:
            settings = more
    return settings


def _written(executor: Executor) -> Executor:
    """An executor as a configuration can say it; the rest is read from its body again."""
    return Executor(executor.name, executor.tenant, executor.sql, executor.callback)


def _comparable(tenancy: Tenancy) -> Tenancy:
    return replace(tenancy, assumptions=(), executors=tuple(sorted(tenancy.executors, key=repr)))
