"""Facts → program → evidence → findings → report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import isolint
from isolint.engine.analyse import Analysis, analyse
from isolint.engine.excerpt import excerpts
from isolint.engine.prepare import Prepared
from isolint.engine.schemas import schema_problems
from isolint.engine.suppress import suppress
from isolint.model.code import FileFacts, Trouble
from isolint.model.report import Report
from isolint.model.source import Problem


def judge(ready: Prepared, advise: bool = False) -> Report:
    """Judge a whole program, and report on the part of it that was asked for; `advise` adds remedies."""
    return report_of(ready, analyse(ready, advise=advise))


def report_of(ready: Prepared, known: Analysis) -> Report:
    """The report on the part of an analysed project that was asked for."""
    from isolint.rules import apply_rules

    material, facts, rules, proof = ready.material, ready.facts, ready.rules, known.proof
    code = {path: item for path, item in facts.items() if isinstance(item, FileFacts)}
    reported = {path: item for path, item in facts.items() if material.reports(path)}
    evidence = sorted(
        (item for item in proof.evidence if item.access.place.path in reported),
        key=lambda item: (item.access.place.path, item.access.place.span),
    )
    suppressing = {path: item for path, item in code.items() if path in reported and item.suppressions}
    observations = [item for item in known.observations if _concerns(item.place.path, ready)]
    lines = excerpts(material.sources, evidence, suppressing, observations)
    found = apply_rules(evidence, rules.active, lines, observations=observations)
    judged = suppress(found, suppressing, rules.known, rules.active, date.today())
    problems = [
        *(problem for path, problem in material.tree.problems.items() if material.reports(path)),
        *(problem for path, item in reported.items() for problem in _problems(path, item.troubles)),
        *(problem for problem in proof.problems if problem.path in reported),
        *schema_problems(known.schemas, ready.settings.path),
    ]
    return Report(
        root=str(material.tree.root),
        version=isolint.__version__,
        tenancy=known.tenancy,
        rules=rules.active,
        findings=judged.findings,
        evidence=tuple(evidence),
        problems=tuple(sorted(problems, key=_place_of)),
        notices=judged.notices,
        silences=judged.silences,
        files=len(reported),
        statements=proof.statements,
        skipped=material.tree.omissions(),
        seconds=0.0,
        lines=lines,
    )


def _concerns(path: str, ready: Prepared) -> bool:
    """Whether a remark on a file is part of the report; references to schemas name files that are not scanned too."""
    scanned = path in ready.facts
    return path == ready.settings.path or (ready.material if scanned else ready.material.tree).reports(path)


def _problems(path: str, troubles: Sequence[Trouble]) -> Iterator[Problem]:
    return (Problem(trouble.kind, path, trouble.message, trouble.span) for trouble in troubles)


def _place_of(problem: Problem) -> tuple[str, tuple[int, ...], str]:
    return problem.path, problem.span or (0, 0, 0, 0), problem.message
