"""`isolint explain`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isolint.cli._options import config, jobs, no_cache
from isolint.errors import UsageError

if TYPE_CHECKING:
    from isolint.model.evidence import Evidence
    from isolint.model.report import Report
    from isolint.model.source import Place

NEAREST = 3
"""How many accesses are named when there is none on the line."""


@click.command("explain")
@click.argument("place", metavar="PATH:LINE")
@config
@jobs
@no_cache
def command(place: str, config: str, jobs: int | None, no_cache: bool) -> int:
    """Tell why the data access at a line counts as scoped, unscoped or unknown.

    Shows the evidence for every access that touches the line, with the whole trail and the places it leads through.
    """
    from isolint.cli._write import colours, width, write_text
    from isolint.engine.project import find_project
    from isolint.engine.scan import ScanRequest, scan
    from isolint.output import RenderOptions, explanation

    path, line = _parsed(place)
    project = find_project((path,), config)
    report = scan(ScanRequest((str(project.root),), config=config, jobs=jobs or 0, cached=not no_cache))
    within = project.targets[0].relative_to(project.root).as_posix()
    found = [item for item in report.evidence if any(_touches(at, within, line) for at in _places(item))]
    if not found:
        raise UsageError(_nothing(report, within, line))
    write_text(explanation(report, found, RenderOptions(colour=colours(sys.stdout.isatty()), width=width())))
    return 0


def _parsed(place: str) -> tuple[str, int]:
    path, _, line = place.rpartition(":")
    if not path or not line.isdecimal() or int(line) < 1:
        raise UsageError(f"{place} is not PATH:LINE, such as src/api/campaigns.py:12")
    if Path(path).is_dir():
        raise UsageError(f"{path} is a folder: name a file and a line in it")
    return path, int(line)


def _places(evidence: Evidence) -> Iterable[Place]:
    access = evidence.access
    return (access.place, access.helper) if access.helper else (access.place,)


def _touches(place: Place, path: str, line: int) -> bool:
    return place.path == path and place.span.line <= line <= place.span.end_line


def _nothing(report: Report, path: str, line: int) -> str:
    """Why there is nothing to explain, and what there is instead."""
    here = f"there is no data access at {path}:{line}"
    problems = [problem.message for problem in report.problems if problem.path == path]
    if problems:
        return f"{here}; some of the file was not analysed: {problems[0]}"
    lines = {at.span.line: item for item in report.evidence for at in _places(item) if at.path == path}
    nearest = sorted(sorted(lines, key=lambda other: abs(other - line))[:NEAREST])
    if not nearest:
        return f"{here}, nor anywhere in that file"
    named = ", ".join(f"line {at} ({lines[at].access.operation} of {lines[at].access.table})" for at in nearest)
    return f"{here}; nearest: {named}"
