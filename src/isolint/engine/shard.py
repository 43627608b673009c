"""One of several parts of a report: `--shard 3/8`.

What is partitioned is the files that results are reported for. Judging reads, links and proves the whole root whatever
the part, so that a part holds exactly what the whole report says of its files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from heapq import heappop, heappush
from pathlib import Path

from isolint.engine.kept import config_digest, rules_digest
from isolint.engine.prepare import Prepared
from isolint.engine.request import ScanRequest, Shard
from isolint.engine.stamps import digest_of
from isolint.model.report import Part, Report
from isolint.model.source import Place


def partition(sizes: Mapping[str, int], parts: int) -> dict[str, int]:
    """Path to number of part, from 1: the largest first, each to the part that has least so far."""
    room = [(0, number) for number in range(1, parts + 1)]
    found = {}
    for path in sorted(sizes, key=lambda path: (-sizes[path], path)):
        total, number = heappop(room)
        found[path] = number
        heappush(room, (total + sizes[path] + 1, number))
    return found


def part_of(report: Report, ready: Prepared, request: ScanRequest, shard: Shard) -> Report:
    """What the whole report says of the files of a shard; what is said of other files is the first shard's."""
    sources = {path: source for path, source in ready.material.sources.items() if ready.material.reports(path)}
    owners = partition({path: len(source.text) for path, source in sources.items()}, shard.of)

    def own(path: str) -> bool:
        return owners.get(path, 1) == shard.number

    part = replace(
        report,
        findings=tuple(item for item in report.findings if own(item.place.path)),
        evidence=tuple(item for item in report.evidence if own(item.access.place.path)),
        problems=tuple(item for item in report.problems if own(item.path)),
        notices=tuple(item for item in report.notices if own(item.place.path)),
        silences=tuple(item for item in report.silences if own(item.place.path)),
        files=sum(number == shard.number for number in owners.values()),
        part=Part(shard.number, shard.of, _asked(ready, request), _read(ready)),
    )
    return replace(part, lines={path: report.lines[path] for path in report.lines if path in _shown(part) or own(path)})


def _shown(part: Report) -> set[str]:
    """The files whose lines outputs show beside the part's own."""
    trails = (*(item.trail for item in part.findings), *(item.trail for item in part.evidence))
    places: list[Place | None] = [step.place for trail in trails for step in trail]
    places += [item.access.helper for item in part.evidence]
    return {place.path for place in places if place is not None}


def _asked(ready: Prepared, request: ScanRequest) -> str:
    """A digest of what decides over a report, texts apart."""
    given = (sorted(ready.material.tree.targets), request.choice, request.since, request.stdin is not None)
    known = digest_of(Path(request.baseline).read_bytes()) if request.baseline else ""
    own = tuple(ready.settings.rules.files)
    return _digest(given, known, config_digest(ready.project), rules_digest(own, ready.project))


def _read(ready: Prepared) -> str:
    """A digest of all texts."""
    return _digest(sorted((path, source.digest) for path, source in ready.material.sources.items()))


def _digest(*parts: object) -> str:
    return digest_of(repr(parts).encode("utf-8", "surrogateescape"))
