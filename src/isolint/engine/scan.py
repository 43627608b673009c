"""The pipeline: paths → sources → facts → program → evidence → findings → report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

import isolint
from isolint.engine.baseline import against_baseline
from isolint.engine.cache import Cache
from isolint.engine.choose import Choice, choose_rules, known_rules
from isolint.engine.excerpt import excerpts
from isolint.engine.lower import lower
from isolint.engine.material import texts
from isolint.engine.prepare import Prepared, prepare, program_of
from isolint.engine.project import Project
from isolint.engine.request import ScanRequest
from isolint.engine.runtime import deep_recursion, without_collection
from isolint.engine.settings import parse_settings
from isolint.engine.suppress import suppress
from isolint.model.code import FileFacts, Trouble
from isolint.model.report import Report
from isolint.model.rule import Rule
from isolint.model.settings import RuleSettings
from isolint.model.source import Problem

__all__ = ["ScanRequest", "scan", "scan_texts"]


@without_collection()
def scan(request: ScanRequest) -> Report:
    """Scan a project. Raises UsageError and ConfigError; what cannot be analysed is part of the report."""
    started = perf_counter()
    ready = prepare(request)
    report = judge(ready)
    if request.baseline:
        report = against_baseline(report, ready, Path(request.baseline))
    wanted = tuple(finding for finding in report.findings if request.choice.wants(finding))
    return replace(report, findings=wanted, seconds=perf_counter() - started)


def scan_texts(files: Mapping[str, str], config: str = "", rules: Sequence[Rule] | None = None) -> Report:
    """Scan texts by path, in memory; `config` is the text of an isolint.yaml, whose own rule files are not read."""
    settings = parse_settings(config)
    known = known_rules(RuleSettings(), Path(), settings.path) if rules is None else rules
    chosen = choose_rules(known, settings, Choice())
    material = texts(files)
    facts = lower(list(material.sources.values()), Cache(None), jobs=1)
    return judge(Prepared(Project(Path(), (), None), settings, chosen, material, facts))


def judge(ready: Prepared) -> Report:
    """Judge a whole program, and report on the part of it that was asked for."""
    from isolint.prove import prove
    from isolint.rules import apply_rules
    from isolint.tenancy import infer

    material, facts, rules = ready.material, ready.facts, ready.rules
    code = {path: item for path, item in facts.items() if isinstance(item, FileFacts)}
    with deep_recursion():
        program = program_of(facts)
        tenancy = infer(program, ready.settings.tenancy)
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
        findings=judged.findings,
        evidence=tuple(evidence),
        problems=tuple(sorted(problems, key=_place_of)),
        notices=judged.notices,
        files=len(reported),
        statements=proof.statements,
        skipped=material.tree.omissions(),
        seconds=0.0,
        lines=lines,
    )


def _problems(path: str, troubles: Sequence[Trouble]) -> Iterator[Problem]:
    return (Problem(trouble.kind, path, trouble.message, trouble.span) for trouble in troubles)


def _place_of(problem: Problem) -> tuple[str, tuple[int, ...], str]:
    return problem.path, problem.span or (0, 0, 0, 0), problem.message
