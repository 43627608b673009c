"""Which project a command works on: its root, its configuration, and the paths in it to report on."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from isolint.errors import UsageError

CONFIG_NAMES = ("isolint.yaml", "isolint.yml")
PYPROJECT = "pyproject.toml"
_TABLE = re.compile(rb"^[ \t]*\[tool\.isolint[].]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Project:
    """`root` is absolute; `targets` are absolute paths at or below it; `config` is the configuration file, if any."""

    root: Path
    targets: tuple[Path, ...]
    config: Path | None


def find_project(paths: Sequence[str], config: str = "", *, exist: bool = True) -> Project:
    """The project that `paths` (none: the current folder) belong to; unless they `exist`, only their folders must.

    Raises UsageError for a path or configuration file that does not exist and for paths of different projects.
    """
    here = Path.cwd()
    targets = tuple(_absolute(here, path, exist=exist) for path in paths or (".",))
    if config:
        file = _absolute(here, config, exist=True)
        project = Project(file.parent, targets, file)
        for path, target in zip(paths or (".",), targets, strict=True):
            if not target.is_relative_to(file.parent):
                raise UsageError(f"{path} is outside {file.parent}, the folder of {config}")
        return project
    folders = [target if target.is_dir() else target.parent for target in targets]
    roots = {folder: _root_of(folder, here) for folder in set(folders)}
    root, found = roots[folders[0]]
    for path, folder in zip(paths, folders, strict=False):
        other = roots[folder][0]
        if other != root:
            raise UsageError(
                f"{paths[0]} and {path} belong to different projects ({root}, {other}); scan one at a time"
            )
    return Project(root, targets, found)


def _absolute(here: Path, path: str, *, exist: bool) -> Path:
    """An absolute path without `..`; its last part is not resolved, so that a symbolic link keeps its place."""
    absolute = here / path
    if not absolute.exists() and (exist or not absolute.parent.is_dir()):
        raise UsageError(f"{path} does not exist{_nearest(absolute)}")
    return absolute.resolve() if absolute.is_dir() else absolute.parent.resolve() / absolute.name


def _nearest(absolute: Path) -> str:
    """The name that may have been meant where a path leaves what exists, as a clause of the sentence."""
    missing = next((part for part in (absolute, *absolute.parents) if part.parent.is_dir()), absolute)
    with suppress(OSError):
        near = get_close_matches(missing.name, sorted(os.listdir(missing.parent)), n=1)
        if near:
            return f"; did you mean {str(missing.with_name(near[0]))!r}?"
    return ""


def _root_of(folder: Path, here: Path) -> tuple[Path, Path | None]:
    """The project root that a folder belongs to, and the configuration there."""
    above = (folder, *folder.parents)
    for candidate in above:
        config = _config_in(candidate)
        if config is not None:
            return candidate, config
    here = here.resolve()
    if folder.is_relative_to(here):
        return here, None
    return next((candidate for candidate in above if (candidate / ".git").exists()), folder), None


def _config_in(folder: Path) -> Path | None:
    for name in CONFIG_NAMES:
        if (folder / name).is_file():
            return folder / name
    pyproject = folder / PYPROJECT
    if pyproject.is_file() and _TABLE.search(pyproject.read_bytes()):
        return pyproject
    return None
