"""What tells that a file is still what it was, mostly without reading it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import NamedTuple

LARGEST = 2_000_000
"""Bytes of a file that are read at most, and one more. Hand-written code stays far below; parsers need about a hundred
times a file's size in memory.
"""

YOUNG = 2_000_000_000
"""Nanoseconds that a file must have been left alone when it was read: a second change of the same size, soon enough,
leaves the file system's times as they are.
"""


class Stamp(NamedTuple):
    """A file as it was read: size in bytes, times of change in nanoseconds, inode, and the hex digest of its bytes."""

    size: int
    modified: int
    changed: int
    inode: int
    digest: str


def stamp_of(status: os.stat_result, digest: str) -> Stamp:
    """The stamp of a file whose status was taken before it was read."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, digest)


def digest_of(data: bytes) -> str:
    """The digest of a file's bytes."""
    return blake2b(data, digest_size=20).hexdigest()


def still(root: str, stamps: Mapping[str, Stamp], paths: Iterable[str], taken: int) -> dict[str, Stamp] | None:
    """New stamps of those of the files that had to be read again; None when one of them is no longer what it was.

    `taken` is the time, in nanoseconds, before which none of the stamped files was read.
    """
    anew: dict[str, Stamp] = {}
    for path in paths:
        known = stamps.get(path)
        if known is None:
            return None
        file = f"{root}/{path}"
        try:
            now = stamp_of(os.stat(file), known.digest)
            if now == known and max(known.modified, known.changed) < taken - YOUNG:
                continue
            with open(file, "rb") as opened:
                now = stamp_of(os.fstat(opened.fileno()), digest_of(opened.read(LARGEST + 1)))
        except OSError:
            return None
        if now.digest != known.digest or now.size != known.size:
            return None
        anew[path] = now
    return anew
