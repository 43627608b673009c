"""For comments on pull requests and job summaries: GitHub-flavoured Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from isolint.model.finding import Finding
from isolint.model.report import Report
from isolint.output import RenderOptions
from isolint.output._excerpt import code_line
from isolint.output._words import (
    NO_TENANCY,
    absent,
    access_line,
    assumptions,
    found,
    judged,
    left_out,
    most_telling,
    no_tenancy,
    on_one_line,
    region,
    shown,
    statistics,
    unknown,
    visible,
    word,
)

LARGEST = 65_536
"""Characters that a comment on GitHub holds."""

_ACTIVE = re.compile(r"([\\*_{}\[\]<>#|~@])")


def render(report: Report, options: RenderOptions) -> str:
    """A heading with the counts, then the findings by file, then what else there is to know.

    Where that is more than a comment on GitHub holds, the most telling findings are kept, and it is said how many are
    not.
    """
    most = max(len(shown(report)), *map(len, _lists(report, options).values()))
    text = _rendered(report, options, most)
    fitting, excess = 0, most
    if len(text) <= LARGEST:
        return text
    while excess - fitting > 1:
        middle = (fitting + excess) // 2
        if len(_rendered(report, options, middle)) <= LARGEST:
            fitting = middle
        else:
            excess = middle
    return _rendered(report, options, fitting)


def _rendered(report: Report, options: RenderOptions, most: int) -> str:
    return "\n".join(_lines(report, options, most)) + "\n"


def _lines(report: Report, options: RenderOptions, most: int) -> Iterator[str]:
    """All lines, with no more than `most` findings and entries of each list."""
    yield f"## isolint: {found(report)}"
    yield ""
    yield f"{_prose(judged(report))}."
    if left_out(report):
        yield f"Left out: {_prose(left_out(report))}."
    if no_tenancy(report):
        yield f"**{NO_TENANCY}**"
    findings = shown(report)
    if len(findings) > most:
        yield f"\nThe {most} most telling are here; a comment on GitHub holds no more than {LARGEST:,} characters."
    for path, group in groupby(most_telling(findings, most), key=lambda finding: finding.place.path):
        yield f"\n### {_code(path)}"
        for finding in group:
            yield from _finding(report, finding)
    lists = _lists(report, options)
    assumed = lists.pop("Assumed", [])
    for title, items in lists.items():
        yield from _list(title, items, most)
    if options.statistics:
        yield from _statistics(report)
    yield from _list("Assumed", assumed, most)


def _lists(report: Report, options: RenderOptions) -> dict[str, list[str]]:
    """What else there is to know, by title."""
    undecided = unknown(report) if options.show_unknown else []
    return {
        "Not analysed": [f"{_code(item.path)}: {_prose(item.message)}" for item in report.problems],
        "Suppressions to mend": [f"{_code(str(item.place))}: {_prose(item.message)}" for item in report.notices],
        "No longer found": [_prose(sentence) for sentence in absent(report)],
        "Unknown": [f"{_code(region(item.access.place))}: {_prose(access_line(item))}" for item in undecided],
        "Assumed": [] if options.quiet else [_prose(sentence) for sentence in assumptions(report)],
    }


def _finding(report: Report, finding: Finding) -> Iterator[str]:
    span = finding.place.span
    yield f"\n**{word(finding.level)}** line {span.line}: {_prose(finding.message)} ({finding.rule} {finding.name})"
    line = code_line(report, finding.place)
    if line is not None:
        fence = "`" * max(3, _longest_run(line) + 1)
        yield f"\n{fence}\n{visible(line.strip())}\n{fence}"
    if finding.trail:
        yield ""
    for step in finding.trail:
        place = f" ({_code(str(step.place))})" if step.place else ""
        yield f"- {_prose(step.message)}{' *(assumed)*' if step.assumed else ''}{place}"
    if finding.fix:
        yield f"\nFix: {_prose(finding.fix)}"


def _list(title: str, items: list[str], most: int) -> Iterator[str]:
    if items:
        yield f"\n### {title}\n"
        yield from (f"- {item}" for item in items[:most])
        if len(items) > most:
            yield f"- and {len(items) - most} more"


def _statistics(report: Report) -> Iterator[str]:
    yield "\n### Statistics\n\n| | | count |\n|---|---|---:|"
    for title, counts in statistics(report).items():
        yield from (f"| {title} | {key} | {count} |" for key, count in counts.items())


def _prose(text: str) -> str:
    """Text with nothing active outside its code spans."""
    parts = on_one_line(text).split("`")
    if len(parts) % 2 == 0:
        return "\\`".join(_ACTIVE.sub(r"\\\1", part) for part in parts)
    return "`".join(part if at % 2 else _ACTIVE.sub(r"\\\1", part) for at, part in enumerate(parts))


def _code(text: str) -> str:
    """A code span that holds any text."""
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{on_one_line(text)}{pad}{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
