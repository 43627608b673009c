"""What changed since a revision, as git tells: which lines, which files, and what those held before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from isolint.engine.git import DIFF, Git, GitError, text_of
from isolint.errors import UsageError

_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
_FILE, _BINARY = "diff --git ", "Binary files "
_LINK = "120000"
_SUBMODULE = "160000"

Ranges = tuple[range, ...]
"""Line numbers, counted from 1."""

WHOLE: Ranges = (range(1, 1 << 31),)
_SHALLOW = "this clone is shallow: fetch its history (`git fetch --unshallow`, or `fetch-depth: 0` in actions/checkout)"


@dataclass(frozen=True, slots=True)
class History:
    """What is different in the folder of a project from the point where it left a revision, the work tree included.

    `lines` maps paths to the lines that were added or edited; `before` the paths of files that were edited, renamed or
    removed to their names in git's store; `appeared` are files that were not there; `renamed` maps old to new paths.
    """

    base: str
    lines: Mapping[str, Ranges] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    appeared: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)

    def touches(self, path: str, first: int, last: int) -> bool:
        """Whether one of these lines was added or edited."""
        return any(span.start <= last and first < span.stop for span in self.lines.get(path, ()))


@dataclass(frozen=True, slots=True)
class _Entry:
    status: str
    old: str | None
    new: str | None
    blob: str


def since(git: Git, revision: str) -> History:
    """What changed since HEAD and `revision` were the same. Raises UsageError for what is no revision of this clone."""
    base = _fork(git, _commit(git, revision))
    said = text_of(git.ask("diff", *DIFF, "--raw", "-z", "--no-abbrev", "--diff-filter=ACDMRT", base, "--"))
    entries = list(_entries(git, said))
    untracked = text_of(git.ask("ls-files", "--others", "--exclude-standard", "-z")).split("\0")
    new = {entry.new for entry in entries if entry.new and entry.status in "ACRT"} | set(filter(None, untracked))
    lines = dict.fromkeys((entry.new for entry in entries if entry.new and entry.status in "ACT"), WHOLE)
    return History(
        base,
        {**dict.fromkeys(filter(None, untracked), WHOLE), **lines, **_edited(git, base, entries)},
        {entry.old: entry.blob for entry in entries if entry.old and entry.blob},
        frozenset(new),
        {entry.old: entry.new for entry in entries if entry.status == "R" and entry.old and entry.new},
    )


def contents(git: Git, blobs: Iterable[str]) -> dict[str, bytes]:
    """What git's store holds under names, in one call."""
    names = sorted(set(blobs))
    if not names:
        return {}
    said = git.ask("cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
    found: dict[str, bytes] = {}
    at = 0
    for name in names:
        end = said.index(b"\n", at)
        head = said[at:end].split()
        if head[-1] == b"missing":
            raise GitError(f"git has no object {name}: this clone is not whole")
        size = int(head[2])
        found[name] = said[end + 1 : end + 1 + size]
        at = end + size + 2
    return found


def _commit(git: Git, revision: str) -> str:
    """The commit that a revision names; nothing that git could take for an option is handed to it."""
    if not revision or revision.startswith("-") or not revision.isprintable():
        raise UsageError(f"--changed-since: {revision!r} is not a revision")
    try:
        named = f"{revision}^{{commit}}"
        return text_of(git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", named)).split()[-1]
    except GitError as error:
        hint = f"; {_SHALLOW}" if _is_shallow(git) else ": fetch it first if it is a branch of a remote"
        raise UsageError(f"--changed-since: there is no revision {revision} in this clone{hint}") from error


def _fork(git: Git, commit: str) -> str:
    """The commit at which HEAD left a commit."""
    try:
        return text_of(git.ask("merge-base", commit, "HEAD")).split()[0]
    except GitError as error:
        reason = _SHALLOW if _is_shallow(git) else "it shares no history with HEAD"
        raise UsageError(f"--changed-since: cannot tell where HEAD left {commit[:12]}: {reason}") from error


def _is_shallow(git: Git) -> bool:
    return text_of(git.ask("rev-parse", "--is-shallow-repository")).strip() == "true"


def _entries(git: Git, said: str) -> Iterator[_Entry]:
    """The files of a raw diff that are in the project; links and submodules hold no text of their own."""
    parts = iter(said.split("\0"))
    for head in parts:
        if not head:
            continue
        old_mode, new_mode, blob, _, status = head.removeprefix(":").split(" ")
        was = next(parts)
        now = next(parts) if status[0] in "RC" else was
        old = None if status[0] in "AC" or old_mode in (_LINK, _SUBMODULE) else git.own(was)
        new = None if status[0] == "D" or new_mode in (_LINK, _SUBMODULE) else git.own(now)
        yield _Entry(status[0], old, new, blob if old is not None else "")


def _edited(git: Git, base: str, entries: Iterable[_Entry]) -> dict[str, Ranges]:
    """The lines that are new in files that are edited or renamed; all of a file whose lines git does not compare."""
    filters = ("--unified=0", "--inter-hunk-context=0", "--diff-filter=MR")
    patches: list[list[str]] = []
    for line in text_of(git.ask("diff", *DIFF, *filters, base, "--")).split("\n"):
        if line.startswith(_FILE):
            patches.append([])
        elif patches and (line.startswith(_BINARY) or _HUNK.match(line)):
            patches[-1].append(line)
    edited = [entry for entry in entries if entry.status in "MR"]
    if len(patches) != len(edited):
        return {entry.new: WHOLE for entry in edited if entry.new}
    return {entry.new: _ranges(patch) for entry, patch in zip(edited, patches, strict=True) if entry.new}


def _ranges(patch: Iterable[str]) -> Ranges:
    found = []
    for line in patch:
        hunk = _HUNK.match(line)
        if hunk is None:
            return WHOLE
        start, count = int(hunk[1]), int(hunk[2] or 1)
        if count:
            found.append(range(start, start + count))
    return tuple(found)
