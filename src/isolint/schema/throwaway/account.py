"""As whom and where the server may run: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from isolint.errors import SchemaError
from isolint.schema.throwaway.binaries import Binaries

ACCOUNTS = ("postgres", "nobody", "daemon")
"""Accounts that every system has in some form; none is ever made."""

PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run")  # noqa: S108 - candidates for a private folder in them


@dataclass(frozen=True, slots=True)
class Account:
    """The account that runs the server; None for this process's own."""

    uid: int | None = None
    gid: int | None = None

    def own(self, path: Path) -> None:
        """Give a file or folder to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account() -> Account:
    """The account to use. Raises SchemaError when this is root and there is no other account."""
    if os.geteuid() != 0:
        return Account()
    import pwd

    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise SchemaError(
        "PostgreSQL does not run as root, and none of the accounts "
        f"{', '.join(ACCOUNTS)} exists here: run isolint as another user, or append ?offline"
    )


def private_folder(who: Account) -> Path:
    """A new folder that only the account can enter. Parents are used as they are, never changed."""
    if who.uid is None:
        return Path(tempfile.mkdtemp(prefix="isolint-pg-"))
    for place in dict.fromkeys((tempfile.gettempdir(), *PLACES)):
        if os.access(place, os.W_OK) and _reachable(Path(place), who):
            folder = Path(tempfile.mkdtemp(prefix="isolint-pg-", dir=place))
            who.own(folder)
            return folder
    raise SchemaError(
        "there is no folder for temporary files that an unprivileged account can reach: run isolint as another user"
    )


def reachable_installation(binaries: Binaries, folder: Path, who: Account) -> Path:
    """The folder of the programs, or a copy of the installation in `folder` where the account cannot reach it."""
    if who.uid is None or _reachable(binaries.folder, who):
        return binaries.folder
    origin = binaries.folder.parents[2]
    for part in binaries.parts:
        target = folder / "install" / part.relative_to(origin)
        shutil.copytree(part, target, copy_function=_link_or_copy, symlinks=True)
    for path, _, _ in os.walk(folder / "install"):
        who.own(Path(path))
    return folder / "install" / binaries.folder.relative_to(origin)


def _link_or_copy(source: str, target: str) -> None:
    """A hard link shares owner and mode with the original, so only readable files are linked."""
    if os.stat(source).st_mode & stat.S_IROTH:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        return
    shutil.copy2(source, target)
    os.chmod(target, stat.S_IMODE(os.stat(source).st_mode) | stat.S_IROTH | stat.S_IXOTH)


def _reachable(path: Path, who: Account) -> bool:
    """Whether the account may pass through every folder down to `path`, and read the last."""
    real = path.resolve()
    chain = [*reversed(real.parents), real]
    return all(_passes(os.stat(folder), who) for folder in chain)


def _passes(found: os.stat_result, who: Account) -> bool:
    if found.st_uid == who.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == who.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


@contextmanager
def removed_on_failure(folder: Path) -> Iterator[None]:
    """Remove the folder when the block fails; afterwards somebody else looks after it."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
