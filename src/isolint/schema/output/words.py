"""Words that several formats share."""

from __future__ import annotations

from isolint.schema.difference import Change, Comparison, Difference
from isolint.schema.model import Kind

NUMBERS = {Change.MISSING: 100, Change.CHANGED: 200, Change.EXTRA: 300}


def rule_id(difference: Difference) -> str:
    """SCH101 missing-table, SCH202 changed-column, …: the hundreds tell the change, the rest the kind."""
    return f"SCH{NUMBERS[difference.change] + list(Kind).index(difference.kind) + 1}"


def rule_name(difference: Difference) -> str:
    """What stands behind the id."""
    return f"{difference.change}-{difference.kind}".replace(" ", "-")


def counts(comparison: Comparison) -> str:
    """The numbers that a reader wants first."""
    numbers = ", ".join(f"{comparison.count(change)} {change}" for change in Change)
    busy = f", {len(comparison.busy)} busy" if comparison.busy else ""
    unread = f", {len(comparison.unread)} not read" if comparison.unread else ""
    return numbers + busy + unread


def subject(difference: Difference) -> str:
    """`column Invoice.type`, `table RateCard`."""
    within = f"{difference.table}." if difference.table else ""
    name = difference.name
    if difference.kind in (Kind.COMMENT, Kind.OWNER):
        kind, _, name = difference.name.partition(" ")
        return f"{difference.kind} of {kind} {within}{name}"
    return f"{difference.kind} {within}{name}"


def sentence(difference: Difference) -> str:
    """One line that says what is different."""
    head = f"{difference.change} {subject(difference)}"
    if difference.change is Change.CHANGED:
        about = f" ({', '.join(a.replace('_', ' ') for a in difference.attributes)})" if difference.attributes else ""
        return f"{head}{about}: reference {difference.reference or 'none'}; candidate {difference.candidate or 'none'}"
    text = difference.reference or difference.candidate
    return f"{head}: {text}" if text else head


def place(comparison: Comparison, difference: Difference) -> tuple[str, int]:
    """The file and line to look at: where the candidate makes the table, else its file, else the reference's."""
    for origin in (comparison.candidate.origin, comparison.reference.origin):
        if origin.path:
            lines = dict(origin.lines)
            return origin.path, lines.get(difference.table or difference.name, lines.get("", 1))
    return "", 0
