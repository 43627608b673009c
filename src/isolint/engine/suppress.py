"""Suppressions in the code, applied to findings; those that are not in order are reported themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from isolint.engine.extent import Lines, innermost, statement_lines
from isolint.model.code import FileFacts, Suppression
from isolint.model.finding import Finding, Suppressed
from isolint.model.report import Notice, Silence
from isolint.model.rule import Rule
from isolint.model.source import Place, Span
from isolint.rules.suggest import did_you_mean

UNKNOWN = "unknown-rule"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`findings` with those that are hidden marked, a notice for each suppression that is not in order, and all of
    them.
    """

    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]
    silences: tuple[Silence, ...] = ()


def suppress(
    findings: Sequence[Finding],
    files: Mapping[str, FileFacts],
    known: Sequence[Rule],
    active: Sequence[Rule],
    today: date,
) -> Judgement:
    """Apply the suppressions in `files`. What names a rule that is not `active` in this run is not called unused."""
    left = list(findings)
    notices: list[Notice] = []
    silences: list[Silence] = []
    names = {word: rule.id for rule in known for word in (rule.id, rule.name)}
    running = {rule.id for rule in active}
    for path, facts in files.items():
        lines = statement_lines(facts)
        here = [at for at, finding in enumerate(left) if finding.place.path == path]
        statements = {at: innermost(lines, left[at].place.span.line) for at in here}
        for item in facts.suppressions:
            place = _line(path, item.line)
            fault = _fault(item, names, today)
            said = [Notice(fault[0], place, fault[1])] if fault else []
            void = fault is not None and fault[0] != UNKNOWN
            rules = {rule for word in item.rules if not void and (rule := _rule(word, names))}
            hidden = _hidden(item, {at: statements[at] for at in here if left[at].rule in rules}, left)
            used = {left[at].rule for at in hidden}
            for at in hidden:
                left[at] = replace(left[at], suppressed=Suppressed(item.reason, place))
            said += [_unused(rule, place) for rule in sorted((rules & running) - used)]
            notices += said
            kinds = tuple(notice.kind for notice in said)
            silences.append(Silence(place, item.rules, item.reason, item.until, len(hidden), kinds))
    return Judgement(tuple(left), tuple(sorted(notices, key=_order)), tuple(sorted(silences, key=_order)))


def _order(item: Notice | Silence) -> tuple[str, Span]:
    return item.place.path, item.place.span


def _fault(item: Suppression, names: Mapping[str, str], today: date) -> tuple[str, str] | None:
    """Kind and message of what is wrong with a suppression by itself; all but an unknown rule make it void."""
    if not item.rules:
        return "suppression-without-rule", "this suppression names no rule and hides nothing: write ignore[RULE] reason"
    if not item.reason.strip():
        return "suppression-without-reason", "this suppression gives no reason and hides nothing: write why it is right"
    if item.until:
        try:
            until = date.fromisoformat(item.until)
        except ValueError:
            return "suppression-date", f"until={item.until} is not a date: write until=YYYY-MM-DD"
        if until < today:
            return "expired-suppression", f"this suppression expired on {until} and hides nothing"
    for word in item.rules:
        if not _rule(word, names):
            return UNKNOWN, f"this suppression names no rule of isolint's: {word!r}{did_you_mean(word, names)}"
    return None


def _rule(word: str, names: Mapping[str, str]) -> str:
    """The id of the rule that a word names, '' if none; ids may be written in lower case."""
    return names.get(word) or names.get(word.upper(), "")


def _hidden(item: Suppression, statements: Mapping[int, Lines], findings: Sequence[Finding]) -> list[int]:
    """The positions of the findings that a suppression hides, out of those in `statements`.

    They, or their statements, begin on the line that it speaks of; else its comment stands somewhere in the statement.
    """
    starts = {at: {lines[0], findings[at].place.span.line} for at, lines in statements.items()}
    first = [at for at, lines in starts.items() if not lines.isdisjoint((item.target, item.line))]
    within = {at: _lines_of(findings[at], lines) for at, lines in statements.items()}
    around = [(lines[1] - lines[0], at) for at, lines in within.items() if lines[0] <= item.line <= lines[1]]
    return first or [at for length, at in around if length == min(around)[0]]


def _lines_of(finding: Finding, statement: Lines) -> Lines:
    return min(statement[0], finding.place.span.line), max(statement[1], finding.place.span.end_line)


def _unused(rule: str, place: Place) -> Notice:
    return Notice("unused-suppression", place, f"nothing here is reported as {rule} any more: remove this suppression")


def _line(path: str, line: int) -> Place:
    return Place(path, Span(line, 1, line + 1, 1))
