"""All suppressions of a project, each with whoever wrote it and when, as git tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from isolint.engine.git import Git, GitError
from isolint.engine.judge import judge
from isolint.engine.prepare import prepare
from isolint.engine.request import ScanRequest
from isolint.engine.runtime import without_collection
from isolint.model.report import Report, Silence

_NOBODY = "not committed yet"


@dataclass(frozen=True, slots=True)
class Silences:
    """The suppressions in order of place; `unsigned` says why their authors are not known, '' when they are."""

    items: tuple[Silence, ...]
    unsigned: str
    report: Report


@without_collection()
def silences(request: ScanRequest) -> Silences:
    """The suppressions in the paths of a request. Raises UsageError and ConfigError."""
    ready = prepare(request)
    report = judge(ready)
    try:
        git = Git.open(ready.project.root)
        git.ask("rev-parse", "--verify", "--quiet", "HEAD")
    except GitError as error:
        return Silences(report.silences, str(error), report)
    return Silences(tuple(_signed(git, report.silences)), "", report)


def _signed(git: Git, items: Iterable[Silence]) -> Iterator[Silence]:
    """The same with author and day, which a clone with little history may not know."""
    for path, here in groupby(items, key=lambda item: item.place.path):
        group = list(here)
        authors = git.authors(path, [item.place.span.line for item in group])
        for item in group:
            author, written = authors.get(item.place.span.line, (_NOBODY, None))
            yield replace(item, author=author, written=written)
