"""What several formats say in the same words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from isolint.model.evidence import Evidence, Verdict
from isolint.model.finding import Finding, Recorded, State
from isolint.model.report import Report
from isolint.model.rule import Level
from isolint.model.source import Place, Span
from isolint.model.tenancy import Strategy

MOST_ABSENT = 10
"""Entries of a baseline that are named one by one."""

NO_TENANCY = "no tenancy found: run `isolint init`"

_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def visible(text: str) -> str:
    """Text without anything that acts on a terminal or reorders what is read: control characters are written out."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def on_one_line(text: str) -> str:
    """Visible text with all white space as single spaces."""
    return visible(" ".join(text.split()))


def word(level: Level) -> str:
    """`error`, `warning` or `note`."""
    return level.name.lower()


def plural(count: int, singular: str) -> str:
    """`1 file`, `2 files`, `2 accesses`."""
    ending = "" if count == 1 else "es" if singular.endswith("s") else "s"
    return f"{count} {singular}{ending}"


def shown(report: Report) -> list[Finding]:
    """The findings that are neither suppressed nor known from before."""
    return [finding for finding in report.findings if finding.counts]


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Those that somebody has to look at first, then the most severe, then the most certain; else as they were."""
    return sorted(findings, key=_weight, reverse=True)


def most_telling(findings: Sequence[Finding], most: int) -> list[Finding]:
    """The first `most` of the ranked findings, in the order in which they were."""
    order = sorted(range(len(findings)), key=lambda at: _weight(findings[at]), reverse=True)
    return [findings[at] for at in sorted(order[:most])]


def _weight(finding: Finding) -> tuple[int, ...]:
    return finding.counts, finding.level, finding.severity, finding.confidence


def suppressed(report: Report) -> list[Finding]:
    """The findings that comments in the code hide."""
    return [finding for finding in report.findings if finding.suppressed is not None]


def known(report: Report) -> list[Finding]:
    """The open findings that were there before."""
    return [item for item in report.findings if item.suppressed is None and item.state is State.UNCHANGED]


def absent(report: Report) -> list[str]:
    """What the baseline holds and the scan does not find, a sentence each, and in the end what to do about it."""
    if not report.absent:
        return []
    lines = [_gone(entry) for entry in report.absent[:MOST_ABSENT]]
    more = len(report.absent) - len(lines)
    return [*lines, *([f"and {more} more"] if more else []), "`isolint baseline --prune` takes them out"]


def _gone(entry: Recorded) -> str:
    times = f", {entry.count} times" if entry.count > 1 else ""
    where = f" in {entry.function}" if entry.function else ""
    return on_one_line(f"{entry.path}: {entry.rule}{where} is in the baseline and not found any more{times}")


def unknown(report: Report) -> list[Evidence]:
    """The accesses that could not be decided."""
    return [evidence for evidence in report.evidence if evidence.verdict is Verdict.UNKNOWN]


def levels(findings: Iterable[Finding]) -> Counter[Level]:
    """How many findings have each level."""
    return Counter(finding.level for finding in findings)


def no_tenancy(report: Report) -> bool:
    """Whether there was something to judge and nothing to judge it by."""
    return report.judged > 0 and report.tenancy.strategy is Strategy.NONE


def assumptions(report: Report) -> Iterator[str]:
    """What was inferred, a sentence each, with the place that it was read from."""
    for item in report.tenancy.assumptions:
        yield f"{item.message}, from {item.place}" if item.place else item.message


def found(report: Report) -> str:
    """How many findings of which level, as one sentence part."""
    open_ones = shown(report)
    parts = [plural(count, word(level)) for level, count in sorted(levels(open_ones).items(), reverse=True)]
    text = plural(len(open_ones), "finding") + (f" ({', '.join(parts)})" if parts else "")
    if hidden := len(suppressed(report)):
        text += f", {hidden} suppressed"
    if before := len(known(report)):
        text += f", {before} known from {visible(' and '.join(report.compared))}"
    return text


def judged(report: Report) -> str:
    """How much was looked at, and how it came out."""
    where = f"judged {plural(report.judged, 'access')} in {plural(report.files, 'file')}"
    if report.part is not None:
        where += f" of shard {report.part.number} of {report.part.of}"
    if not report.judged:
        return where
    verdicts = ", ".join(f"{report.verdicts[verdict]} {verdict}" for verdict in Verdict)
    return f"{where}: {verdicts}; {plural(report.statements, 'SQL statement')} read"


def left_out(report: Report) -> str:
    """What was recognised and not judged, '' for nothing."""
    return ", ".join(f"{count} {visible(kind)}" for kind, count in report.skipped.items())


def not_analysed(report: Report) -> str:
    """How many files and regions could not be analysed, '' for none."""
    return plural(len(report.problems), "problem") if report.problems else ""


def last_line(span: Span) -> int:
    """The last line that a span has text of."""
    return span.end_line - 1 if span.end_column == 1 and span.end_line > span.line else span.end_line


def region(place: Place) -> str:
    """`path:line:column`."""
    return f"{visible(place.path)}:{place.span.line}:{place.span.column}"


def access_line(evidence: Evidence) -> str:
    """An access that could not be decided, in words."""
    access = evidence.access
    table = f" of {access.table}" if access.table else ""
    return on_one_line(f"{evidence.reason}: {access.operation}{table} in {access.function}")


def statistics(report: Report) -> dict[str, dict[str, int]]:
    """Findings by rule, and accesses by reason under each verdict; the most frequent first."""
    by_rule = Counter(finding.rule for finding in shown(report))
    tables = {"findings": dict(by_rule.most_common())}
    for verdict in Verdict:
        reasons = Counter(str(item.reason) for item in report.evidence if item.verdict is verdict)
        tables[str(verdict)] = dict(reasons.most_common())
    return tables
