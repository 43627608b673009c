"""Words that several formats share."""

from __future__ import annotations

from isolint.schema.difference import Change, Comparison, Difference
from isolint.schema.model import Kind

SHOWN = 10
"""Names of schemas that one line holds."""

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


def verdict(comparison: Comparison) -> str:
    """What was found in one line: the counts, or what it means that there is no difference."""
    if comparison.differences or comparison.partial:
        return counts(comparison)
    candidate = comparison.candidate
    if candidate.empty and comparison.reference.empty:
        elsewhere = dict.fromkeys((*comparison.reference.elsewhere, *candidate.elsewhere))
        named = ", ".join([*elsewhere][:SHOWN]) + (
            f" and {len(elsewhere) - SHOWN} more" if len(elsewhere) > SHOWN else ""
        )
        return "nothing was compared: both schemas are empty" + (f"; tables are in {named} (?schema=)" if named else "")
    columns = sum(len(table.columns) for table in candidate.tables)
    return f"same: {len(candidate.tables)} tables with {columns} columns compared by definition"


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
            places = {table: (path, line) for table, path, line in origin.places}
            return places.get(difference.table or difference.name) or places.get("", (origin.path, 1))
    return "", 0
