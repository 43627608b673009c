"""The lines of code that rules and outputs show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from isolint.model.code import FileFacts
from isolint.model.evidence import Evidence
from isolint.model.masked import masked_line
from isolint.model.observation import Observation
from isolint.model.source import Place, Source

Wanted = dict[str, set[int]]


def excerpts(
    sources: Mapping[str, Source],
    evidence: Iterable[Evidence],
    suppressing: Mapping[str, FileFacts],
    observations: Iterable[Observation] = (),
) -> dict[str, dict[int, str]]:
    """Path to line number to text: each access's own lines, the first line of each step of its trail, suppressions."""
    wanted: Wanted = {path: {item.line for item in facts.suppressions} for path, facts in suppressing.items()}
    for item in evidence:
        span = item.access.place.span
        wanted.setdefault(item.access.place.path, set()).update(range(span.line, span.end_line + 1))
        for place in (item.access.helper, *(step.place for step in item.trail)):
            _add(wanted, place)
    for seen in observations:
        for place in (seen.place, *(step.place for step in seen.trail)):
            _add(wanted, place)
    return {path: _lines(sources[path].text, numbers) for path, numbers in sorted(wanted.items()) if path in sources}


def _add(wanted: Wanted, place: Place | None) -> None:
    if place is not None:
        wanted.setdefault(place.path, set()).add(place.span.line)


def _lines(text: str, numbers: set[int]) -> dict[int, str]:
    lines = text.split("\n")
    return {number: masked_line(lines[number - 1]) for number in sorted(numbers) if number <= len(lines)}
