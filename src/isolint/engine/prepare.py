"""What precedes every judgement: the project, its configuration and rules, its texts and the facts in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isolint.engine.cache import Cache, cache_folder
from isolint.engine.choose import Rules, choose_rules, known_rules
from isolint.engine.discover import discover
from isolint.engine.facts import ContextFacts, Facts
from isolint.engine.languages import is_manifest
from isolint.engine.lower import lower
from isolint.engine.material import Material, read_tree
from isolint.engine.memory import Memory
from isolint.engine.project import Project, find_project
from isolint.engine.request import ScanRequest
from isolint.engine.settings import load_settings
from isolint.model.code import FileFacts
from isolint.model.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from isolint.link import Program


@dataclass(frozen=True, slots=True)
class Prepared:
    """A project that was read: `facts` hold those of every source of `material`, by path. `jobs` processes may judge
    it, 0 is one per core, or an `executor`. The `memory` of earlier judgements spares what would show the same again.
    """

    project: Project
    settings: Settings
    rules: Rules
    material: Material
    facts: Mapping[str, Facts]
    jobs: int = 1
    executor: Executor | None = None
    memory: Memory | None = None


def prepare(request: ScanRequest) -> Prepared:
    """Read a project. Raises UsageError and ConfigError; files that cannot be read are problems of the material."""
    project = find_project(request.paths, request.config, exist=request.stdin is None)
    settings = load_settings(project.config)
    rules = choose_rules(known_rules(settings.rules, project.root, settings.path), settings, request.choice)
    given = project.targets if request.stdin is not None else ()
    material = read_tree(discover(project.root, project.targets, settings.exclude, given), request.stdin)
    folder = cache_folder() if request.cached else None
    store = Cache(folder)
    try:
        facts = lower(list(material.sources.values()), store, request.jobs, request.progress, request.executor)
    finally:
        store.close()
    memory = Memory(project.root, folder) if request.cached else None
    return Prepared(project, settings, rules, material, facts, request.jobs, request.executor, memory)


def program_of(facts: Mapping[str, Facts]) -> Program:
    """All files together; call it with room for deep recursion."""
    from isolint.link import link

    context = {path: item for path, item in facts.items() if isinstance(item, ContextFacts)}
    return link(
        {path: item for path, item in facts.items() if isinstance(item, FileFacts)},
        {path: (*item.declarations, *item.tables) for path, item in context.items()},
        {path: item.manifest for path, item in context.items() if is_manifest(path)},
    )
