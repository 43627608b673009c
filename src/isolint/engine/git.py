"""Questions to git. It is run as a program, in the project's folder, and is never told to change anything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from isolint.errors import UsageError

PATIENCE = 120
"""Seconds that git may take for an answer."""

_ALWAYS = ("--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
_INHERITED = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"})
"""Variables that hooks set, and which would lead git to another place than the project's folder."""

DIFF = ("--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "--ignore-submodules", "--find-renames")


class GitError(UsageError):
    """Git could not answer; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Git:
    """The repository around a project. Paths are relative to the project's root, which is `prefix` below its top."""

    root: Path
    prefix: str

    @staticmethod
    def open(root: Path) -> Git:
        """The repository that `root` is in. Raises GitError when there is none, or no git."""
        return Git(root, _text(_run(root, "rev-parse", "--show-prefix")).removesuffix("\n"))

    @staticmethod
    def around(root: Path) -> Git | None:
        """The same for what can do without: None when there is none."""
        try:
            return Git.open(root)
        except GitError:
            return None

    def ask(self, *arguments: str, given: bytes = b"") -> bytes:
        """What git prints. Raises GitError with what it complained of."""
        return _run(self.root, *arguments, given=given)

    def own(self, path: str) -> str | None:
        """A path of the repository as one of the project, None when it is outside."""
        return path[len(self.prefix) :] if path.startswith(self.prefix) else None

    def renamed_since_change_of(self, file: Path) -> Mapping[str, str]:
        """Old to new path of files that were renamed since `file` was last committed, or since HEAD."""
        try:
            last = _text(self.ask("log", "-1", "--format=%H", "--", str(file))).strip()
            said = self.ask("diff", *DIFF, "--name-status", "--diff-filter=R", "-z", last or "HEAD", "--")
        except GitError:
            return {}
        parts = _text(said).split("\0")
        pairs = zip(parts[1::3], parts[2::3], strict=False)
        return {old: new for was, now in pairs if (old := self.own(was)) is not None and (new := self.own(now))}


def _run(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    environment = {key: value for key, value in os.environ.items() if key not in _INHERITED}
    command = ["git", "-C", str(folder), *_ALWAYS, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and what a user gives is checked before
            command,
            input=given,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env={**environment, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git did not answer in {PATIENCE} s: git {' '.join(arguments)}") from error
    if done.returncode:
        said = _text(done.stderr).strip().splitlines()
        raise GitError(f"git {arguments[0]}: {said[0].removeprefix('fatal: ') if said else 'failed'}")
    return done.stdout


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
