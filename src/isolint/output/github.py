"""For the log of a GitHub Actions step: workflow commands, which GitHub shows at the lines of a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from isolint.model.report import Report
from isolint.model.rule import Level
from isolint.model.source import Place, Span
from isolint.output import RenderOptions
from isolint.output._words import (
    NO_TENANCY,
    access_line,
    found,
    judged,
    last_line,
    no_tenancy,
    on_one_line,
    ranked,
    shown,
    unknown,
    visible,
)

MOST = 10
"""Annotations of a level that GitHub shows for a step; it drops the others without a word."""

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


@dataclass(frozen=True, slots=True)
class _Annotation:
    name: str
    title: str
    message: str
    path: str = ""
    span: Span | None = None


def render(report: Report, options: RenderOptions) -> str:
    """One command a line, of each level no more than GitHub shows; the others, and the summary, as plain text."""
    lines = list(_limited(_annotations(report, options), options.prefix))
    if not options.quiet:
        lines += [found(report), judged(report)]
    return "".join(f"{line}\n" for line in lines)


def _limited(annotations: Iterable[_Annotation], prefix: str) -> Iterator[str]:
    given: Counter[str] = Counter()
    left: list[_Annotation] = []
    for item in annotations:
        given[item.name] += 1
        if given[item.name] > MOST:
            left.append(item)
        else:
            yield _command(item, prefix)
    if left:
        yield f"GitHub shows {MOST} annotations of a level for a step; {len(left)} more:"
        yield from (f"  {_plain(item, prefix)}" for item in left)


def _annotations(report: Report, options: RenderOptions) -> Iterator[_Annotation]:
    """Everything there is to show, the most telling first."""
    for finding in ranked(shown(report)):
        title = f"{finding.rule} {finding.name}"
        yield _Annotation(_COMMANDS[finding.level], title, finding.message, finding.place.path, finding.place.span)
    for evidence in unknown(report) if options.show_unknown else ():
        place: Place = evidence.access.place
        yield _Annotation("notice", "unknown", access_line(evidence), place.path, place.span)
    for notice in report.notices:
        yield _Annotation("warning", notice.kind, notice.message, notice.place.path, notice.place.span)
    for problem in report.problems:
        yield _Annotation("warning", f"not analysed: {problem.kind}", problem.message, problem.path, problem.span)
    if no_tenancy(report):
        yield _Annotation("warning", "isolint", NO_TENANCY)


def _plain(item: _Annotation, prefix: str) -> str:
    where = f"{prefix}{item.path}:{item.span.line if item.span else 1}: " if item.path else ""
    return on_one_line(f"{where}{item.title}: {item.message}")


def _command(item: _Annotation, prefix: str) -> str:
    """Columns are left out where the span has several lines: GitHub reads them as columns of one line."""
    fields, span = {"title": item.title}, item.span
    if item.path:
        fields["file"] = f"{prefix}{item.path}"
    if span is not None:
        fields["line"] = str(span.line)
        if span.end_line == span.line:
            fields |= {"col": str(span.column), "endColumn": str(span.end_column)}
        else:
            fields["endLine"] = str(last_line(span))
    properties = ",".join(f"{key}={_property(value)}" for key, value in fields.items())
    return f"::{item.name} {properties}::{_data(item.message)}"


def _data(text: str) -> str:
    return on_one_line(text).replace("%", "%25")


def _property(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\n", "%0A").replace(":", "%3A").replace(",", "%2C")
