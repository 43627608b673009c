"""The findings of a change: those on lines that it touches, and those elsewhere that it causes.

The second kind is found by judging the project as it was before as well: a guard that is removed, a wrapper that is
edited or a model that loses its tenant's column shows in the routes that relied on it. Of the code before, only the
files that are different are read from git, and no file is written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from isolint.engine.cache import Cache, cache_folder
from isolint.engine.discover import Tree, reads
from isolint.engine.facts import Facts
from isolint.engine.git import Git
from isolint.engine.globs import compile_globs
from isolint.engine.history import History, contents, since
from isolint.engine.judge import judge
from isolint.engine.languages import is_manifest, language_of
from isolint.engine.lower import lower
from isolint.engine.matching import match, recorded
from isolint.engine.material import Material
from isolint.engine.prepare import Prepared
from isolint.engine.read import classified
from isolint.engine.request import ScanRequest
from isolint.engine.settings import parse_settings
from isolint.errors import ConfigError
from isolint.model.finding import Finding, State
from isolint.model.report import Notice, Report
from isolint.model.rule import Level
from isolint.model.settings import Settings
from isolint.model.source import Language

_NO_LEVEL = 0


def against_revision(report: Report, ready: Prepared, request: ScanRequest) -> Report:
    """The report with the state of each finding since `request.since`; remarks that were there before are left out.

    Raises UsageError when git cannot tell what changed.
    """
    git = Git.open(ready.project.root)
    history = since(git, request.since)
    before = judge(_before(git, history, ready, request)) if _matters(history, ready) else report
    return replace(
        report,
        findings=tuple(_marked(report, before, history, ready)),
        notices=tuple(_fresh(report, before, history)),
        compared=(*report.compared, request.since),
    )


def _matters(history: History, ready: Prepared) -> bool:
    """Whether anything that is read is different: else what was judged is what would have been judged before."""
    config = ready.project.config.name if ready.project.config else ""
    return any(path == config or _language(path) for path in (*history.before, *history.appeared))


def _marked(report: Report, before: Report, history: History, ready: Prepared) -> list[Finding]:
    """What is as it was on lines that were not touched is unchanged; a finding that weighs more than before is new."""

    def touched(finding: Finding) -> bool:
        span = finding.place.span
        return history.touches(finding.place.path, span.line, span.end_line)

    old = [finding for finding in before.findings if finding.suppressed is None]
    weights: dict[tuple[str, str], int] = {}
    for finding in old:
        key = finding.place.path, finding.content
        weights[key] = max(weights.get(key, _NO_LEVEL), finding.level)
    open_at = [at for at, finding in enumerate(report.findings) if finding.suppressed is None]
    found = [report.findings[at] for at in open_at]
    known = match(found, recorded(old), lambda path: path in ready.facts, history.renamed, touched).known
    marked = list(report.findings)
    for at, finding in enumerate(found):
        entry = known.get(at)
        raised = entry is not None and finding.level > weights.get((entry.path, entry.key), Level.NOTE)
        state = State.NEW if entry is None or raised else State.UPDATED if touched(finding) else State.UNCHANGED
        marked[open_at[at]] = finding if finding.state is State.UNCHANGED else replace(finding, state=state)
    return marked


def _fresh(report: Report, before: Report, history: History) -> list[Notice]:
    """The remarks on suppressions that stand on touched lines, or that the change brought about."""
    old = Counter(
        _remark(before, notice, history.renamed.get(notice.place.path, notice.place.path)) for notice in before.notices
    )
    left = []
    for notice in report.notices:
        key = _remark(report, notice, notice.place.path)
        line = notice.place.span.line
        if old[key] and not history.touches(notice.place.path, line, line):
            old[key] -= 1
        else:
            left.append(notice)
    return left


def _remark(report: Report, notice: Notice, path: str) -> tuple[str, ...]:
    text = report.lines.get(notice.place.path, {}).get(notice.place.span.line, "")
    return notice.kind, path, notice.message, text.strip()


def _before(git: Git, history: History, ready: Prepared, request: ScanRequest) -> Prepared:
    """The project as it was: today's texts, with what git holds for those that are different."""
    config = ready.project.config.name if ready.project.config else ""
    excluded = compile_globs(ready.settings.exclude)
    wanted = {
        path: blob
        for path, blob in history.before.items()
        if path == config or (_language(path) and reads(ready.project.root, path, excluded))
    }
    texts = contents(git, wanted.values())
    material = Material(Tree(ready.project.root, frozenset({""})))
    changed = history.before.keys() | history.appeared
    material.sources.update((path, source) for path, source in ready.material.sources.items() if path not in changed)
    material.silent.update(ready.material.silent - changed)
    for path, blob in wanted.items():
        language = _language(path)
        if language is not None:
            material.take(path, classified(path, language, texts[blob]))
    settings = _settings(ready, history, config, texts)
    return replace(ready, settings=settings, material=material, facts=_facts(material, ready, request))


def _settings(ready: Prepared, history: History, config: str, texts: dict[str, bytes]) -> Settings:
    """The configuration as it was; one that was not there, or could not be used, is none."""
    if config in history.before:
        try:
            return parse_settings(texts[history.before[config]].decode("utf-8-sig", "replace"), config)
        except ConfigError:
            return Settings()
    return Settings() if config in history.appeared else ready.settings


def _facts(material: Material, ready: Prepared, request: ScanRequest) -> dict[str, Facts]:
    """Today's facts where the text is the same, others from the cache or the frontends."""
    now = ready.material.sources
    same = {path for path, source in material.sources.items() if path in now and now[path] is source}
    store = Cache(cache_folder() if request.cached else None)
    try:
        others = lower([s for path, s in material.sources.items() if path not in same], store, request.jobs)
    finally:
        store.close()
    return {path: ready.facts[path] if path in same else others[path] for path in sorted(material.sources)}


def _language(path: str) -> Language | None:
    return language_of(path) or (Language.MANIFEST if is_manifest(path) else None)
