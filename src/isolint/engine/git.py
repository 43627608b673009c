"""Questions to git. It is run as a program, in the project's folder, and is never told to change anything."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from isolint.errors import UsageError

PATIENCE = 120
"""Seconds that git may take for an answer."""

_ALWAYS = ("--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
_INHERITED = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"})
"""Variables that hooks set, and which would lead git to another place than the project's folder."""

_BLAMED = re.compile(r"([0-9a-f]{40,64}) \d+ (\d+)(?: \d+)?")
"""The first line about a line in the porcelain format of `git blame`."""

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
        return Git(root, text_of(_run(root, "rev-parse", "--show-prefix")).removesuffix("\n"))

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
            last = text_of(self.ask("log", "-1", "--format=%H", "--", str(file))).strip()
            said = self.ask("diff", *DIFF, "--name-status", "--diff-filter=R", "-z", last or "HEAD", "--")
        except GitError:
            return {}
        parts = text_of(said).split("\0")
        pairs = zip(parts[1::3], parts[2::3], strict=False)
        return {old: new for was, now in pairs if (old := self.own(was)) is not None and (new := self.own(now))}

    def authors(self, path: str, lines: Sequence[int]) -> Mapping[int, tuple[str, date | None]]:
        """Who wrote lines of a file and on which day; lines that are not committed are left out.

        The author is '' where the history of a shallow clone does not reach.
        """
        ranges = [word for line in sorted(set(lines)) for word in ("-L", f"{line},{line}")]
        try:
            said = text_of(self.ask("blame", "--porcelain", "--root", *ranges, "--", path))
        except GitError:
            return {}
        edges = self._edges()
        found: dict[int, tuple[str, date | None]] = {}
        commits: dict[str, dict[str, str]] = {}
        commit, line = "", 0
        for text in said.split("\n"):
            if head := _BLAMED.fullmatch(text):
                commit, line = head[1], int(head[2])
            elif text.startswith("\t"):
                about = commits.get(commit, {})
                if commit in edges:
                    found[line] = "", None
                elif commit.strip("0"):
                    written = datetime.fromtimestamp(int(about.get("author-time", "0")), UTC).date()
                    found[line] = about.get("author", ""), written
            else:
                key, _, value = text.partition(" ")
                commits.setdefault(commit, {}).setdefault(key, value)
        return found

    def _edges(self) -> frozenset[str]:
        """The commits of a shallow clone that stand for all that was before them."""
        file = self.root / text_of(self.ask("rev-parse", "--git-path", "shallow")).removesuffix("\n")
        return frozenset(file.read_text(encoding="ascii").split()) if file.is_file() else frozenset()


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
        said = text_of(done.stderr).strip().splitlines()
        raise GitError(f"git {arguments[0]}: {said[0].removeprefix('fatal: ') if said else 'failed'}")
    return done.stdout


def text_of(data: bytes) -> str:
    """What git prints as text; bytes that are no UTF-8 are kept."""
    return data.decode("utf-8", "surrogateescape")
