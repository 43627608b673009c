"""For the log of a GitHub Actions step: workflow commands, which GitHub shows at the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

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
    shown,
    unknown,
    visible,
)

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def render(report: Report, options: RenderOptions) -> str:
    """One command a line, then the summary as plain text."""
    lines = list(_commands(report, options))
    if not options.quiet:
        lines += [found(report), judged(report)]
    return "".join(f"{line}\n" for line in lines)


def _commands(report: Report, options: RenderOptions) -> Iterator[str]:
    prefix = options.prefix
    for finding in shown(report):
        title = f"{finding.rule} {finding.name}"
        yield _command(_COMMANDS[finding.level], title, finding.message, prefix, finding.place.path, finding.place.span)
    for evidence in unknown(report) if options.show_unknown else ():
        place: Place = evidence.access.place
        yield _command("notice", "unknown", access_line(evidence), prefix, place.path, place.span)
    for notice in report.notices:
        yield _command("warning", notice.kind, notice.message, prefix, notice.place.path, notice.place.span)
    for problem in report.problems:
        yield _command("warning", f"not analysed: {problem.kind}", problem.message, prefix, problem.path, problem.span)
    if no_tenancy(report):
        yield f"::warning title=isolint::{_data(NO_TENANCY)}"


def _command(name: str, title: str, message: str, prefix: str, path: str, span: Span | None) -> str:
    """Columns are left out where the span has several lines: GitHub reads them as columns of one line."""
    fields = {"title": title, "file": f"{prefix}{path}"}
    if span is not None:
        fields["line"] = str(span.line)
        if span.end_line == span.line:
            fields |= {"col": str(span.column), "endColumn": str(span.end_column)}
        else:
            fields["endLine"] = str(last_line(span))
    return f"::{name} {','.join(f'{key}={_property(value)}' for key, value in fields.items())}::{_data(message)}"


def _data(text: str) -> str:
    return on_one_line(text).replace("%", "%25")


def _property(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\n", "%0A").replace(":", "%3A").replace(",", "%2C")
