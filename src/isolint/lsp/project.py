"""Projects as they are in an editor: texts that are not saved yet stand in for the files on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from isolint.engine.cache import Cache, cache_folder
from isolint.engine.choose import choose_rules, known_rules
from isolint.engine.discover import discover, reads
from isolint.engine.facts import Facts
from isolint.engine.globs import compile_globs
from isolint.engine.judge import judge
from isolint.engine.languages import language_of
from isolint.engine.lower import lower
from isolint.engine.material import Material, read_tree
from isolint.engine.memory import Memory
from isolint.engine.prepare import Prepared
from isolint.engine.project import Project, find_project
from isolint.engine.read import Skipped, classified, source_of
from isolint.engine.request import Choice
from isolint.engine.runtime import without_collection
from isolint.engine.settings import load_settings
from isolint.model.report import Report
from isolint.model.source import Language, Source


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a project: the report on the whole of it, with remedies, and what it was made from."""

    report: Report
    ready: Prepared

    @property
    def sources(self) -> Mapping[str, Source]:
        """The texts by path."""
        return self.ready.material.sources

    @property
    def facts(self) -> Mapping[str, Facts]:
        """The facts by path."""
        return self.ready.facts


class Checker:
    """Judges whole projects again and again; facts of files, and what visits show, remain in memory."""

    def __init__(self) -> None:
        self._facts: dict[Path, dict[tuple[Language, str], Facts]] = {}
        self._memories: dict[Path, Memory] = {}

    @without_collection()
    def check(self, project: Project, texts: Mapping[str, str]) -> Checked:
        """Judge a project with `texts`, by root-relative path, instead of its files. Raises UsageError, ConfigError."""
        settings = load_settings(project.config)
        rules = choose_rules(known_rules(settings.rules, project.root, settings.path), settings, Choice())
        material = read_tree(discover(project.root, (project.root,), settings.exclude))
        excluded = compile_globs(settings.exclude)
        for path, text in texts.items():
            language = language_of(path)
            if language is not None and reads(project.root, path, excluded):
                _put(material, path, language, text)
        memory = self._memories.setdefault(project.root, Memory(project.root))
        facts = self._lowered(project.root, material)
        ready = Prepared(project, settings, rules, material, facts, memory=memory)
        return Checked(judge(ready, advise=True), ready)

    def _lowered(self, root: Path, material: Material) -> dict[str, Facts]:
        """The facts of all sources. In this one process: a server has threads, which no fork survives in order."""
        known = self._facts.get(root, {})
        keys = {path: (source.language, source.digest) for path, source in material.sources.items()}
        store = Cache(cache_folder())
        try:
            fresh = lower([source for path, source in material.sources.items() if keys[path] not in known], store, 1)
        finally:
            store.close()
        facts = {path: fresh[path] if path in fresh else known[keys[path]] for path in material.sources}
        self._facts[root] = {keys[path]: item for path, item in facts.items()}
        return facts


def project_of(file: Path, folders: Sequence[Path]) -> Project:
    """The project of a file that need not exist: as on the command line, called in the editor's folder around it."""
    around = [folder for folder in folders if file.is_relative_to(folder)]
    within = [parent for parent in file.parents if (parent / ".git").exists()]
    existing = [parent for parent in file.parents if parent.is_dir()]
    with chdir((around or within or existing)[0]):
        return find_project((str(existing[0]),))


def _put(material: Material, path: str, language: Language, text: str) -> None:
    """Put a text in a file's place. It was decoded by the editor: what the file says of its encoding is past."""
    material.tree.problems.pop(path, None)
    material.tree.skipped.pop(path, None)
    material.silent.discard(path)
    material.sources.pop(path, None)
    source = source_of(path, language, text)
    found = classified(path, language, text.encode("utf-8", "surrogatepass"))
    if isinstance(found, Skipped):
        found = Skipped(found.kind, source if found.source else None)
    elif isinstance(found, Source) or found.kind == "undecodable":
        found = source
    material.take(path, found)
