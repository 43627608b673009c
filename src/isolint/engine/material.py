"""The texts of a project and which of them results are reported for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from isolint.engine.discover import Tree
from isolint.engine.languages import is_manifest, language_of
from isolint.engine.read import Skipped, decode, read_file, source_of
from isolint.engine.stamps import Stamp
from isolint.errors import UsageError
from isolint.model.source import Language, Problem, Source


@dataclass(slots=True)
class Material:
    """`sources` are all files that were read, by path; nothing is reported in those that are `silent`. `stamps` are of
    every file whose bytes had a say, `walked` is the digest of the tree before anything was read.
    """

    tree: Tree
    sources: dict[str, Source] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    stamps: dict[str, Stamp] = field(default_factory=dict)
    walked: str = ""

    def reports(self, path: str) -> bool:
        """Whether results in `path` are part of the report."""
        return path not in self.silent and self.tree.reports(path)

    def take(self, path: str, found: Source | Skipped | Problem) -> None:
        """Put a file that was read where it belongs."""
        if isinstance(found, Problem):
            self.tree.problems[path] = found
        elif isinstance(found, Source):
            self.sources[path] = found
        else:
            self.tree.skipped[path] = found.kind
            if found.source is not None:
                self.silent.add(path)
                self.sources[path] = found.source


def read_tree(tree: Tree, stdin: bytes | None = None) -> Material:
    """Read the files of a tree; the bytes `stdin` stand for the tree's one target.

    Raises UsageError when all that is asked for is left out.
    """
    material = Material(tree, walked=tree.digest())
    for path, language in tree.files.items():
        given = stdin is not None and path in tree.targets
        found = decode(path, language, stdin or b"") if given else read_file(tree.root, path, language, material.stamps)
        material.take(path, found)
    _read_manifests(material)
    if not any(map(material.reports, (*material.sources, *tree.problems))):
        kinds = ", ".join(f"{count} {kind}" for kind, count in tree.omissions().items())
        where = next(iter(tree.targets)) if len(tree.targets) == 1 else "these paths"
        raise UsageError(f"nothing to scan in {where or tree.root}: all of it is left out ({kinds})")
    return material


def texts(files: Mapping[str, str]) -> Material:
    """The same from texts by path. Raises UsageError for a path whose language is unknown."""
    material = Material(Tree(Path(), frozenset({""})))
    for path, text in sorted(files.items()):
        language = language_of(path) or (Language.MANIFEST if is_manifest(path) else None)
        if language is None:
            raise UsageError(f"{path} is not in a language that isolint reads")
        material.sources[path] = source_of(path, language, text)
        if language is Language.MANIFEST:
            material.silent.add(path)
    return material


def _read_manifests(material: Material) -> None:
    """Manifests only help to understand the code: one that cannot be read is passed over."""
    for path in material.tree.manifests:
        found = read_file(material.tree.root, path, Language.MANIFEST, material.stamps)
        if isinstance(found, Source):
            material.sources[path] = found
            material.silent.add(path)
