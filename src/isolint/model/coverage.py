"""How much of what a project does with data is proven to stay within one tenant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from isolint.model.evidence import Evidence, Verdict


@dataclass(frozen=True, slots=True)
class Coverage:
    """The accesses in one folder, those below it not counted; '' stands for the whole report. `proven` are the scoped
    ones without an assumption in their trail.
    """

    folder: str
    accesses: int
    scoped: int
    proven: int

    @property
    def share(self) -> float:
        """The proven part of all accesses; 1 where there is none."""
        return self.proven / self.accesses if self.accesses else 1.0


def coverage(evidence: Iterable[Evidence]) -> tuple[Coverage, ...]:
    """The whole, then each folder in order of its name."""
    by_folder: dict[str, list[Evidence]] = defaultdict(list)
    for item in evidence:
        by_folder[str(PurePosixPath(item.access.place.path).parent)].append(item)
    everything = [item for items in by_folder.values() for item in items]
    return (_of("", everything), *(_of(folder, by_folder[folder]) for folder in sorted(by_folder)))


def _of(folder: str, items: list[Evidence]) -> Coverage:
    scoped = [item for item in items if item.verdict is Verdict.SCOPED]
    return Coverage(folder, len(items), len(scoped), sum(not item.assumed for item in scoped))
