"""What is asked of a scan."""

from __future__ import annotations

from dataclasses import dataclass, field

from isolint.engine.choose import Choice
from isolint.engine.lower import Progress


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What to scan and how. `paths` are relative to the current folder; none is the folder itself.

    `stdin` holds the bytes that stand for the one path given, which then need not exist. `jobs` 0 means one per core.
    `baseline` is a file of findings that are known, `since` the revision whose later changes are asked about.
    """

    paths: tuple[str, ...] = ()
    config: str = ""
    choice: Choice = field(default_factory=Choice)
    jobs: int = 0
    cached: bool = True
    stdin: bytes | None = None
    baseline: str = ""
    since: str = ""
    progress: Progress | None = field(default=None, compare=False)
