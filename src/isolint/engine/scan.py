"""The pipeline: paths → sources → facts → report, compared with what was known before.

What the steps are is imported when they are taken: a scan in which nothing has changed takes none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from isolint.engine.kept import KeptReport
from isolint.engine.request import Choice, ScanRequest
from isolint.engine.runtime import without_collection
from isolint.errors import UsageError
from isolint.model.report import Report
from isolint.model.rule import Rule

__all__ = ["ScanRequest", "scan", "scan_texts"]


@without_collection()
def scan(request: ScanRequest) -> Report:
    """Scan a project. Raises UsageError and ConfigError; what cannot be analysed is part of the report."""
    started = perf_counter()
    if request.since and request.stdin is not None:
        raise UsageError("--changed-since compares files as they are saved, which standard input is not")
    kept = KeptReport(request)
    report = kept.find()
    if report is None:
        report = _made(request, kept)
    wanted = tuple(finding for finding in report.findings if request.choice.wants(finding))
    return replace(report, findings=wanted, seconds=perf_counter() - started)


def _made(request: ScanRequest, kept: KeptReport) -> Report:
    from isolint.engine.judge import judge
    from isolint.engine.prepare import prepare

    ready = prepare(request)
    report = judge(ready)
    kept.keep(report, ready)
    if ready.memory is not None:
        ready.memory.save()
    if request.baseline:
        from isolint.engine.baseline import against_baseline

        report = against_baseline(report, ready, Path(request.baseline))
    if request.since:
        from isolint.engine.changes import against_revision

        report = against_revision(report, ready, request)
    if request.shard is not None:
        from isolint.engine.shard import part_of

        report = part_of(report, ready, request, request.shard)
    return report


def scan_texts(files: Mapping[str, str], config: str = "", rules: Sequence[Rule] | None = None) -> Report:
    """Scan texts by path; `config` is the text of an isolint.yaml, whose own rule files are not read.

    Nothing is written, but for the files that its references to schemas may name.
    """
    from isolint.engine.cache import Cache
    from isolint.engine.choose import choose_rules, known_rules
    from isolint.engine.judge import judge
    from isolint.engine.languages import language_of
    from isolint.engine.lower import lower
    from isolint.engine.material import texts
    from isolint.engine.prepare import Prepared
    from isolint.engine.project import Project
    from isolint.engine.schemas import on_disk
    from isolint.engine.settings import parse_settings
    from isolint.model.settings import RuleSettings, SchemaSettings

    settings = parse_settings(config)
    known = known_rules(RuleSettings(), Path(), settings.path) if rules is None else rules
    chosen = choose_rules(known, settings, Choice())
    named = " ".join((settings.schema.reference, settings.schema.provisioning, settings.schema.shared))
    material = texts({path: text for path, text in files.items() if language_of(path) or path not in named})
    facts = lower(list(material.sources.values()), Cache(None), jobs=1)
    ready = Prepared(Project(Path(), (), None), settings, chosen, material, facts)
    if settings.schema == SchemaSettings():
        return judge(ready)
    with on_disk(files) as folder:
        material.tree.root = folder
        return judge(ready)
