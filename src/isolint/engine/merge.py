"""The shards of a scan as the whole report again: `isolint merge`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from isolint.errors import UsageError
from isolint.model.part import SHARD, unpacked
from isolint.model.report import Part, Report
from isolint.model.source import Place, Problem

_SAME: tuple[tuple[str, Callable[[Report, Part], object]], ...] = (
    ("a scan in {} shards", lambda report, part: part.of),
    ("isolint {}", lambda report, part: report.version),
    ("the project in {}", lambda report, part: report.root),
    ("a scan that was asked for something else: other paths, options, rules or configuration", lambda _, p: p.asked),
    ("other texts: another commit, or other changes", lambda _, part: part.read),
)
"""What the shards of one scan have in common, each with how it is called where it differs."""


def merge(files: Sequence[str]) -> Report:
    """The report that the scan would have made without shards, from the SARIF of all of them in any order.

    Raises UsageError for files that are not the shards of one scan, or not all of them.
    """
    shards = [_shard(file) for file in files]
    first, (report, part) = files[0], shards[0]
    for file, (other, one) in zip(files, shards, strict=True):
        for words, common in _SAME:
            if common(other, one) != common(report, part):
                said = f"{file} is of {words.format(common(other, one))}"
                raise UsageError(f"{said}, unlike {first}; merge the shards of one scan")
    by_number: dict[int, Report] = {}
    for file, (other, one) in zip(files, shards, strict=True):
        if one.number in by_number:
            raise UsageError(f"{file} is shard {one.number} of {one.of} once more; give each shard once")
        by_number[one.number] = other
    missing = [str(number) for number in range(1, part.of + 1) if number not in by_number]
    if missing:
        raise UsageError(f"shard {', '.join(missing)} of {part.of} is missing; merge needs the SARIF of every shard")
    return _whole([by_number[number] for number in sorted(by_number)])


def _shard(file: str) -> tuple[Report, Part]:
    """The part that a file holds. Raises UsageError when it holds none."""
    try:
        document = json.loads(Path(file).read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is not SARIF: {error}") from error
    text = _held(document)
    if not isinstance(text, str):
        raise UsageError(f"{file} is not of a shard: make it with `isolint scan --shard 1/4 --format sarif`")
    try:
        report = unpacked(text)
    except ValueError as error:
        raise UsageError(f"{file}: its shard cannot be read: {error}; make it again, with one isolint") from error
    if report.part is None:
        raise UsageError(f"{file} holds a whole report; there is nothing to merge")
    return report, report.part


def _held(document: Any) -> object:
    """The packed report of a SARIF document's one run, whatever the document is."""
    try:
        (run,) = document["runs"]
        return run["properties"][SHARD]["report"]
    except (KeyError, TypeError, ValueError):
        return None


def _whole(parts: Sequence[Report]) -> Report:
    """All parts together, in the orders that a report has; what is the whole's is the same in each."""
    lines: dict[str, dict[int, str]] = {}
    for part in parts:
        lines.update(part.lines)
    return replace(
        parts[0],
        findings=tuple(sorted(chain(*(part.findings for part in parts)), key=lambda item: _at(item.place))),
        evidence=tuple(sorted(chain(*(part.evidence for part in parts)), key=lambda item: _at(item.access.place))),
        problems=tuple(sorted(chain(*(part.problems for part in parts)), key=_of_problem)),
        notices=tuple(sorted(chain(*(part.notices for part in parts)), key=lambda item: _at(item.place))),
        silences=tuple(sorted(chain(*(part.silences for part in parts)), key=lambda item: _at(item.place))),
        files=sum(part.files for part in parts),
        seconds=max(part.seconds for part in parts),
        lines=dict(sorted(lines.items())),
        part=None,
    )


def _at(place: Place) -> tuple[object, ...]:
    return place.path, place.span


def _of_problem(problem: Problem) -> tuple[object, ...]:
    return problem.path, problem.span or (0, 0, 0, 0), problem.message
