"""For people at a terminal: findings by file with their code, why, and what to do; then how much was looked at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from isolint.model.coverage import coverage
from isolint.model.finding import Finding
from isolint.model.report import Report
from isolint.model.rule import Level
from isolint.model.source import Problem
from isolint.output import RenderOptions
from isolint.output._page import INDENT, Page, style_of
from isolint.output._words import (
    NO_TENANCY,
    absent,
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


def render(report: Report, options: RenderOptions) -> str:
    """The whole report; with `quiet` one line for each thing that is wrong and nothing else."""
    page = _Text(report, options)
    lines = page.brief() if options.quiet else page.full()
    return "".join(f"{line}\n" for line in lines)


class _Text(Page):
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
        yield from self.wrapped(INDENT, finding.message)
        yield from self.code(finding.place, style_of(finding.level))
        yield from self.trail(finding.trail)
        if finding.fix:
            yield from self.wrapped(f"{INDENT}fix: ", finding.fix)
        yield ""

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
        yield from absent(self.report)

    def statistics(self) -> Iterator[str]:
        names = {rule.id: rule.name for rule in self.report.rules}
        for title, counts in statistics(self.report).items():
            if counts:
                yield f"{title}:"
            for key, count in counts.items():
                yield f"{count:>7}  {key} {names.get(key, '')}".rstrip()
        if self.report.evidence:
            yield "proven:"
        for item in coverage(self.report.evidence) if self.report.evidence else ():
            where = visible(item.folder) or "all"
            yield f"{item.share:>7.1%}  {item.proven} of {item.accesses} in {where}"

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


def _where(problem: Problem) -> str:
    path = visible(problem.path)
    return f"{path}:{problem.span.line}:{problem.span.column}" if problem.span else path
