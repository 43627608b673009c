"""The walk: which files of a project are there to be read, and what was left out and why."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from isolint.engine.globs import compile_globs
from isolint.engine.languages import is_manifest, language_of
from isolint.engine.stamps import digest_of
from isolint.errors import UsageError
from isolint.model.source import Language, Problem

JUNK = frozenset(
    (
        *(".git", ".hg", ".svn", ".jj", "node_modules", "bower_components", ".yarn", ".pnpm-store"),
        *("site-packages", "__pycache__", "__pypackages__", ".tox", ".nox", ".eggs"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"),
        *(".next", ".nuxt", ".svelte-kit", ".turbo", ".vercel"),
    )
)
"""Folders that never hold a project's own code."""

OUTPUT = frozenset(("build", "dist", "vendor"))
"""Folders that hold built or copied code, unless they are a Python package or a segment of a route tree."""

ROUTE_TREES = frozenset(("app", "pages", "routes", "api"))


@dataclass(slots=True)
class Tree:
    """What the walk found, all keyed by root-relative path: languages of files to read, problems, kinds of omissions.

    `manifests` are files that name modules of the project.

    `targets` are the root-relative paths that results are reported for; '' is the whole root.
    """

    root: Path
    targets: frozenset[str]
    files: dict[str, Language] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    manifests: list[str] = field(default_factory=list)

    def digest(self) -> str:
        """Of what was found and asked for, contents apart."""
        found = (self.targets, self.files.items(), self.problems.items(), self.skipped.items(), self.manifests)
        return digest_of(repr([sorted(part) for part in found]).encode("utf-8", "surrogateescape"))

    def reports(self, path: str) -> bool:
        """Whether results in `path` are asked for."""
        parents = (path[:at] for at, character in enumerate(path) if character == "/")
        return "" in self.targets or path in self.targets or any(parent in self.targets for parent in parents)

    def omissions(self) -> dict[str, int]:
        """How many files (or whole folders) of each kind were left out in the targets, most frequent first."""
        return dict(Counter(kind for path, kind in self.skipped.items() if self.reports(path)).most_common())


def discover(root: Path, targets: Sequence[Path], exclude: Iterable[str] = (), given: Collection[Path] = ()) -> Tree:
    """Walk the root, and those targets that the walk of the root leaves out; those `given` need not exist.

    Raises UsageError for a target that holds nothing to scan.
    """
    relative = {target: _relative(root, target) for target in targets}
    walk = _Walk(Tree(root, frozenset(relative.values())), compile_globs(exclude))
    walk.folder(root, "")
    for target, path in relative.items():
        if target in given or not target.is_dir():
            walk.named(target, path, exists=target not in given)
            continue
        if path and not walk.omits(path):
            walk.folder(target, path)
        _require_something(walk.tree, path)
    walk.tree.files = dict(sorted(walk.tree.files.items()))
    return walk.tree


def reads(root: Path, path: str, excluded: re.Pattern[str] | None) -> bool:
    """Whether the walk would come to a file of this path, which need not exist."""
    if excluded is not None and excluded.fullmatch(path):
        return False
    folders = path.split("/")[:-1]
    above = ["/".join(folders[: at + 1]) for at in range(len(folders))]
    return JUNK.isdisjoint(folders) and not any(
        name in OUTPUT and _holds_output(root / inner, inner) for name, inner in zip(folders, above, strict=True)
    )


@dataclass(slots=True)
class _Walk:
    tree: Tree
    excluded: re.Pattern[str] | None

    def folder(self, folder: Path | os.DirEntry[str], path: str) -> None:
        """Everything below a folder, symbolic links not followed."""
        try:
            with os.scandir(folder) as entries:
                children = list(entries)
        except OSError as error:
            self.problem("unreadable", path or ".", error.strerror or "cannot be listed")
            return
        names = {child.name for child in children}
        if "pyvenv.cfg" in names:
            return
        for child in children:
            inner = f"{path}/{child.name}" if path else child.name
            if not child.name.isascii() and not _is_text(child.name):
                self.misnamed(child, inner)
            elif child.is_symlink():
                self.link(child, inner)
            elif child.is_dir(follow_symlinks=False):
                if child.name not in JUNK and not self.omits(inner) and not self.is_output(child, inner):
                    self.folder(child, inner)
            elif child.is_file(follow_symlinks=False):
                self.file(inner)

    def named(self, target: Path, path: str, *, exists: bool) -> None:
        """A file that the user named: junk folders around it do not count, excluding globs do."""
        if language_of(path) is None:
            raise UsageError(f"{path} is not in a language that isolint reads")
        if exists and not stat.S_ISREG(target.stat().st_mode):
            raise UsageError(f"{path} is neither a file nor a folder")
        self.file(path)

    def file(self, path: str) -> None:
        language = language_of(path)
        if language is not None and not self.omits(path):
            self.tree.files[path] = language
        elif is_manifest(path):
            self.tree.manifests.append(path)

    def link(self, entry: os.DirEntry[str], path: str) -> None:
        """A link inside the root is met under its own name; one that leads out is counted, not followed."""
        if (language_of(path) is None and not os.path.isdir(entry.path)) or self.omits(path):
            return
        if not Path(os.path.realpath(entry.path)).is_relative_to(os.path.realpath(self.tree.root)):
            self.tree.skipped[path] = "symbolic link"

    def misnamed(self, entry: os.DirEntry[str], path: str) -> None:
        """A name that is not text could stand in no report."""
        if language_of(path) or entry.is_dir(follow_symlinks=False):
            shown = os.fsencode(path).decode("utf-8", "backslashreplace")
            self.problem("unreadable", shown, "its name is not UTF-8 text")

    def omits(self, path: str) -> bool:
        """Whether the configuration excludes a path; remembered, so that an empty scan can tell why."""
        if self.excluded is None or not self.excluded.fullmatch(path):
            return False
        self.tree.skipped[path] = "excluded"
        return True

    def is_output(self, entry: os.DirEntry[str], path: str) -> bool:
        if entry.name not in OUTPUT or not _holds_output(entry.path, path):
            return False
        self.tree.skipped[path] = f"folder {entry.name}"
        return True

    def problem(self, kind: str, path: str, message: str) -> None:
        self.tree.problems[path] = Problem(kind, path, message)


def _holds_output(folder: str | Path, path: str) -> bool:
    """Whether a folder that is called like one for output is one, and no package or segment of a route tree."""
    return ROUTE_TREES.isdisjoint(path.split("/")) and not os.path.exists(os.path.join(folder, "__init__.py"))


def _relative(root: Path, target: Path) -> str:
    path = target.relative_to(root).as_posix()
    return "" if path == "." else path


def _is_text(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _below(path: str, target: str) -> bool:
    return not target or path == target or path.startswith(f"{target}/")


def _require_something(tree: Tree, target: str) -> None:
    """A folder without a single file to scan is a mistake on the command line, as a folder that does not exist is."""
    if not any(_below(path, target) for found in (tree.files, tree.problems, tree.skipped) for path in found):
        where = target or str(tree.root)
        raise UsageError(f"nothing to scan in {where}: it holds no Python, TypeScript, JavaScript or SQL file")
