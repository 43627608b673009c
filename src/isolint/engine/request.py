"""What is asked of a scan."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from isolint.errors import UsageError
from isolint.model.rule import Confidence, Severity

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from isolint.model.finding import Finding

MOST_SHARDS = 1_000

Progress = Callable[[int, int], None]
"""Called with the number of files done and the number in all."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command line asks for. Rules are named by id, by name, or by the beginning of ids."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_severity: Severity = Severity.LOW
    min_confidence: Confidence = Confidence.LOW

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is severe and certain enough."""
        return finding.severity >= self.min_severity and finding.confidence >= self.min_confidence


@dataclass(frozen=True, slots=True)
class Shard:
    """The part `number`, from 1, of `of` parts of a report."""

    number: int
    of: int


def parse_shard(text: str) -> Shard:
    """`3/8` as a shard. Raises UsageError for anything else."""
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    number, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= of <= MOST_SHARDS:
        raise UsageError(f"--shard {text}: give the number of the shard and how many there are, such as 3/8")
    return Shard(number, of)


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What to scan and how. `paths` are relative to the current folder; none is the folder itself.

    `stdin` holds the bytes that stand for the one path given, which then need not exist. `jobs` 0 means one per core.
    `baseline` is a file of findings that are known, `since` the revision whose later changes are asked about; `shard`
    None asks for the whole report. Large pieces of work go to the `executor`, which may be any: what it is given is
    plain data, and what it fails to do is done here.
    """

    paths: tuple[str, ...] = ()
    config: str = ""
    choice: Choice = field(default_factory=Choice)
    jobs: int = 0
    cached: bool = True
    stdin: bytes | None = None
    baseline: str = ""
    since: str = ""
    shard: Shard | None = None
    progress: Progress | None = field(default=None, compare=False)
    executor: Executor | None = field(default=None, compare=False)
