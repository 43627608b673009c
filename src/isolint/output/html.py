"""For reading and filing: one HTML page without scripts and without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from isolint.model.finding import Finding
from isolint.model.report import Report
from isolint.model.source import Place
from isolint.output import RenderOptions
from isolint.output._excerpt import code_line
from isolint.output._words import (
    NO_TENANCY,
    absent,
    access_line,
    assumptions,
    found,
    judged,
    known,
    left_out,
    no_tenancy,
    on_one_line,
    region,
    shown,
    statistics,
    unknown,
    visible,
    word,
)

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --error: #c62828; --warning: #b26a00; --note: #1565c0 }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
article { border-left: 4px solid var(--line); padding: 0 1rem; margin: 1rem 0 }
.error { border-color: var(--error) } .warning { border-color: var(--warning) } .note { border-color: var(--note) }
h3 { margin: 0; font-size: 1rem } h2 { font-size: 1.15rem; margin-top: 2rem; overflow-wrap: anywhere }
pre { background: #8882; padding: .5rem .75rem; overflow-x: auto } code { font-family: ui-monospace, monospace }
mark { background: #ffca2866; color: inherit } table { border-collapse: collapse }
td, th { border-bottom: 1px solid var(--line); padding: .15rem .75rem .15rem 0; text-align: left }
""".strip()


def render(report: Report, options: RenderOptions) -> str:
    """The findings by file with their code and trail, then what else there is to know."""
    return "\n".join(_page(report, options)) + "\n"


def _page(report: Report, options: RenderOptions) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>isolint: {_html(found(report))}</title><style>\n{_STYLE}\n</style></head><body>"
    yield f"<h1>{_html(found(report))}</h1>"
    yield f"<p>{_html(judged(report))}.</p>"
    if left_out(report):
        yield f"<p>Left out: {_html(left_out(report))}.</p>"
    if no_tenancy(report):
        yield f"<p><strong>{_html(NO_TENANCY)}</strong></p>"
    for path, findings in groupby(shown(report), key=lambda finding: finding.place.path):
        yield f"<h2>{_html(path)}</h2>"
        for finding in findings:
            yield from _finding(report, finding)
    yield from _list("Not analysed", (f"{item.path}: {item.message}" for item in report.problems))
    yield from _list("Suppressions to mend", (f"{item.place}: {item.message}" for item in report.notices))
    if options.show_unknown:
        yield from _list("Unknown", (f"{region(item.access.place)}: {access_line(item)}" for item in unknown(report)))
    if options.statistics:
        yield from _statistics(report)
    yield from _list("Suppressed", map(_suppressed, (finding for finding in report.findings if finding.suppressed)))
    yield from _list("Known from before", (_known(finding) for finding in known(report)))
    yield from _list("No longer found", absent(report))
    yield from _list("Assumed", assumptions(report))
    yield f"<footer><p>isolint {_html(report.version)}</p></footer></body></html>"


def _finding(report: Report, finding: Finding) -> Iterator[str]:
    yield f'<article class="{word(finding.level)}">'
    yield f"<h3>{finding.place.span.line}: {word(finding.level)}, {_html(f'{finding.rule} {finding.name}')}</h3>"
    yield f"<p>{_prose(finding.message)}</p>"
    line = code_line(report, finding.place)
    if line is not None:
        yield f"<pre><code>{_marked(line, finding.place)}</code></pre>"
    if finding.trail:
        yield "<details><summary>Why</summary><ol>"
        for step in finding.trail:
            place = f" <small>{_html(str(step.place))}</small>" if step.place else ""
            yield f"<li>{_prose(step.message)}{' <em>(assumed)</em>' if step.assumed else ''}{place}</li>"
        yield "</ol></details>"
    if finding.fix:
        yield f"<p>Fix: {_prose(finding.fix)}</p>"
    yield "</article>"


def _marked(line: str, place: Place) -> str:
    """The line without indentation, with the span on it marked."""
    start = place.span.column - 1
    end = place.span.end_column - 1 if place.span.end_line == place.span.line else len(line)
    before, inside, after = line[:start].lstrip(), line[start:end], line[end:].rstrip()
    return f"{escape(visible(before))}<mark>{escape(visible(inside))}</mark>{escape(visible(after))}"


def _suppressed(finding: Finding) -> str:
    reason = finding.suppressed.reason if finding.suppressed else ""
    return f"{finding.place}: {finding.rule} {finding.name}: {reason}"


def _known(finding: Finding) -> str:
    return f"{finding.place}: {finding.rule} {finding.name}: {finding.message}"


def _list(title: str, items: Iterable[str]) -> Iterator[str]:
    entries = [f"<li>{_prose(item)}</li>" for item in items]
    if entries:
        yield f"<h2>{title}</h2><ul>"
        yield from entries
        yield "</ul>"


def _statistics(report: Report) -> Iterator[str]:
    yield "<h2>Statistics</h2><table>"
    for title, counts in statistics(report).items():
        for key, count in counts.items():
            yield f"<tr><td>{_html(title)}</td><td>{_html(key)}</td><td>{count}</td></tr>"
    yield "</table>"


def _prose(text: str) -> str:
    """Text whose parts between backticks are code."""
    parts = on_one_line(text).split("`")
    if len(parts) % 2 == 0:
        return escape(on_one_line(text))
    return "".join(f"<code>{escape(part)}</code>" if at % 2 else escape(part) for at, part in enumerate(parts))


def _html(text: str) -> str:
    return escape(on_one_line(text))
