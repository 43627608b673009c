"""The pipeline: paths → sources → facts → program → evidence → findings → report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter

import isolint
from isolint.engine.cache import Cache, cache_folder
from isolint.engine.choose import Choice, Rules, choose_rules, known_rules
from isolint.engine.discover import discover
from isolint.engine.excerpt import excerpts
from isolint.engine.facts import ContextFacts, Facts
from isolint.engine.languages import is_manifest
from isolint.engine.lower import Progress, lower
from isolint.engine.material import Material, read_tree, texts
from isolint.engine.project import find_project
from isolint.engine.runtime import deep_recursion, without_collection
from isolint.engine.settings import load_settings, parse_settings
from isolint.engine.suppress import suppress
from isolint.model.code import FileFacts, Trouble
from isolint.model.report import Report
from isolint.model.rule import Rule
from isolint.model.settings import RuleSettings, TenancySettings
from isolint.model.source import Problem


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What to scan and how. `paths` are relative to the current folder; none is the folder itself.

    `stdin` holds the bytes that stand for the one path given, which then need not exist. `jobs` 0 means one per core.
    """

    paths: tuple[str, ...] = ()
    config: str = ""
    choice: Choice = field(default_factory=Choice)
    jobs: int = 0
    cached: bool = True
    stdin: bytes | None = None
    progress: Progress | None = field(default=None, compare=False)


@without_collection()
def scan(request: ScanRequest) -> Report:
    """Scan a project. Raises UsageError and ConfigError; what cannot be analysed is part of the report."""
    started = perf_counter()
    project = find_project(request.paths, request.config, exist=request.stdin is None)
    settings = load_settings(project.config)
    rules = choose_rules(known_rules(settings.rules, project.root, settings.path), settings, request.choice)
    given = project.targets if request.stdin is not None else ()
    material = read_tree(discover(project.root, project.targets, settings.exclude, given), request.stdin)
    store = Cache(cache_folder() if request.cached else None)
    try:
        facts = lower(list(material.sources.values()), store, request.jobs, request.progress)
    finally:
        store.close()
    return _report(material, facts, settings.tenancy, rules, request.choice, started)


def scan_texts(files: Mapping[str, str], config: str = "", rules: Sequence[Rule] | None = None) -> Report:
    """Scan texts by path, in memory; `config` is the text of an isolint.yaml, whose own rule files are not read."""
    started = perf_counter()
    settings = parse_settings(config)
    known = known_rules(RuleSettings(), Path(), settings.path) if rules is None else rules
    chosen = choose_rules(known, settings, Choice())
    material = texts(files)
    facts = lower(list(material.sources.values()), Cache(None), jobs=1)
    return _report(material, facts, settings.tenancy, chosen, Choice(), started)


def _report(
    material: Material,
    facts: Mapping[str, Facts],
    settings: TenancySettings,
    rules: Rules,
    choice: Choice,
    started: float,
) -> Report:
    """Judge a whole program, and report on the part of it that was asked for."""
    from isolint.link import link
    from isolint.prove import prove
    from isolint.rules import apply_rules
    from isolint.tenancy import infer

    code = {path: item for path, item in facts.items() if isinstance(item, FileFacts)}
    context = {path: item for path, item in facts.items() if isinstance(item, ContextFacts)}
    with deep_recursion():
        program = link(
            code,
            {path: (*item.declarations, *item.tables) for path, item in context.items()},
            {path: item.manifest for path, item in context.items() if is_manifest(path)},
        )
        tenancy = infer(program, settings)
        proof = prove(program, tenancy)
    reported = {path: item for path, item in facts.items() if material.reports(path)}
    evidence = sorted(
        (item for item in proof.evidence if item.access.place.path in reported),
        key=lambda item: (item.access.place.path, item.access.place.span),
    )
    suppressing = {path: item for path, item in code.items() if path in reported and item.suppressions}
    lines = excerpts(material.sources, evidence, suppressing)
    judged = suppress(apply_rules(evidence, rules.active, lines), suppressing, rules.known, rules.active, date.today())
    problems = [
        *(problem for path, problem in material.tree.problems.items() if material.reports(path)),
        *(problem for path, item in reported.items() for problem in _problems(path, item.troubles)),
        *(problem for problem in proof.problems if problem.path in reported),
    ]
    return Report(
        root=str(material.tree.root),
        version=isolint.__version__,
        tenancy=tenancy,
        rules=rules.active,
        findings=tuple(finding for finding in judged.findings if choice.wants(finding)),
        evidence=tuple(evidence),
        problems=tuple(sorted(problems, key=_place_of)),
        notices=judged.notices,
        files=len(reported),
        statements=proof.statements,
        skipped=material.tree.omissions(),
        seconds=perf_counter() - started,
        lines=lines,
    )


def _problems(path: str, troubles: Sequence[Trouble]) -> Iterator[Problem]:
    return (Problem(trouble.kind, path, trouble.message, trouble.span) for trouble in troubles)


def _place_of(problem: Problem) -> tuple[str, tuple[int, ...], str]:
    return problem.path, problem.span or (0, 0, 0, 0), problem.message
