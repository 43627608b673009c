"""For people at a terminal: findings by file with their code, why, and what to do; then how much was looked at."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from isolint.model.evidence import Step
from isolint.model.finding import Finding
from isolint.model.report import Report
from isolint.model.rule import Level
from isolint.model.source import Place, Problem
from isolint.output import RenderOptions
from isolint.output._excerpt import code_line, underlined
from isolint.output._words import (
    NO_TENANCY,
    access_line,
    assumptions,
    found,
    judged,
    left_out,
    no_tenancy,
    not_analysed,
    on_one_line,
    plural,
    region,
    shown,
    statistics,
    unknown,
    visible,
    word,
)

_COLOURS = {"red": 31, "yellow": 33, "blue": 34, "cyan": 36, "bold": 1, "dim": 2}
_BY_LEVEL = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "cyan"}
_INDENT = "    "


def render(report: Report, options: RenderOptions) -> str:
    """The whole report; with `quiet` one line for each thing that is wrong and nothing else."""
    page = _Page(report, options)
    lines = page.brief() if options.quiet else page.full()
    return "".join(f"{line}\n" for line in lines)


class _Page:
    def __init__(self, report: Report, options: RenderOptions) -> None:
        self.report = report
        self.options = options

    def paint(self, text: str, *styles: str) -> str:
        if not self.options.colour:
            return text
        return f"\x1b[{';'.join(str(_COLOURS[style]) for style in styles)}m{text}\x1b[0m"

    def brief(self) -> Iterator[str]:
        for finding in shown(self.report):
            message = f"{on_one_line(finding.message)} [{finding.rule}]"
            yield f"{region(finding.place)}: {self.level(finding.level)}: {message}"
        for notice in self.report.notices:
            yield f"{region(notice.place)}: {self.level(Level.WARNING)}: {on_one_line(notice.message)} [{notice.kind}]"
        for problem in self.report.problems:
            yield f"{_where(problem)}: not analysed: {on_one_line(problem.message)} [{problem.kind}]"

    def full(self) -> Iterator[str]:
        for path, findings in groupby(shown(self.report), key=lambda finding: finding.place.path):
            yield self.paint(visible(path), "bold")
            for finding in findings:
                yield from self.finding(finding)
        yield from self.others()
        for sentence in assumptions(self.report):
            yield from self.wrapped("assumed: ", sentence)
        if self.options.statistics:
            yield from self.statistics()
        yield from self.summary()

    def finding(self, finding: Finding) -> Iterator[str]:
        span = finding.place.span
        head = f"  {span.line}:{span.column}  {word(finding.level)}  {finding.rule} {finding.name}"
        yield head.replace(word(finding.level), self.level(finding.level), 1)
        yield from self.wrapped(_INDENT, finding.message)
        yield from self.code(finding.place, finding.level)
        yield from self.trail(finding.trail)
        if finding.fix:
            yield from self.wrapped(f"{_INDENT}fix: ", finding.fix)
        yield ""

    def code(self, place: Place, level: Level) -> Iterator[str]:
        line = code_line(self.report, place)
        if line is None:
            return
        number = str(place.span.line)
        gutter = " " * len(number)
        text, marks = underlined(line, place, self.options.width - len(number) - len(_INDENT) - 3)
        yield f"{_INDENT}{self.paint(f'{number} |', 'blue')} {text}"
        yield f"{_INDENT}{self.paint(f'{gutter} |', 'blue')} {self.paint(marks, _BY_LEVEL[level])}"

    def trail(self, steps: Iterable[Step]) -> Iterator[str]:
        for number, step in enumerate(steps):
            assumed = " (assumed)" if step.assumed else ""
            place = f" [{step.place}]" if step.place else ""
            yield from self.wrapped(_INDENT + ("     " if number else "why: "), f"{step.message}{assumed}{place}")

    def others(self) -> Iterator[str]:
        """What is not a finding and still to be mended or known."""
        if self.options.show_unknown:
            for evidence in unknown(self.report):
                yield f"{region(evidence.access.place)}: {self.paint('unknown', 'cyan')}: {access_line(evidence)}"
        for notice in self.report.notices:
            yield f"{region(notice.place)}: {self.level(Level.WARNING)}: {on_one_line(notice.message)} ({notice.kind})"
        for problem in self.report.problems:
            kind = self.paint("not analysed", "red")
            yield f"{_where(problem)}: {kind}: {on_one_line(problem.message)} ({problem.kind})"

    def statistics(self) -> Iterator[str]:
        names = {rule.id: rule.name for rule in self.report.rules}
        for title, counts in statistics(self.report).items():
            if counts:
                yield f"{title}:"
            for key, count in counts.items():
                yield f"{count:>7}  {key} {names.get(key, '')}".rstrip()

    def summary(self) -> Iterator[str]:
        report = self.report
        styles = ("bold", "red") if shown(report) else ("bold",)
        yield self.paint(found(report), *styles)
        yield f"{judged(report)}; {report.seconds:.2f} s"
        if left_out(report):
            yield f"left out: {left_out(report)}"
        if report.notices:
            yield f"{plural(len(report.notices), 'suppression')} to mend"
        if report.problems:
            yield self.paint(f"not analysed: {not_analysed(report)}, named above", "red")
        if no_tenancy(report):
            yield self.paint(NO_TENANCY, "red")

    def level(self, level: Level) -> str:
        return self.paint(word(level), _BY_LEVEL[level])

    def wrapped(self, lead: str, text: str) -> list[str]:
        """The text after `lead`, further lines under the first."""
        return textwrap.wrap(
            on_one_line(text),
            max(self.options.width, 40),
            initial_indent=lead,
            subsequent_indent=" " * len(lead),
            break_long_words=False,
            break_on_hyphens=False,
        )


def _where(problem: Problem) -> str:
    path = visible(problem.path)
    return f"{path}:{problem.span.line}:{problem.span.column}" if problem.span else path
