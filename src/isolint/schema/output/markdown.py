"""For pull requests: a table of counts, then the differences by table."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.schema.difference import Change, Comparison, Difference
from isolint.schema.model import Kind
from isolint.schema.output import Options
from isolint.schema.output.words import subject, verdict

MOST = 300
"""Rows that are shown; pull requests refuse long texts."""


def render(comparison: Comparison, options: Options) -> str:
    """The comparison as GitHub-flavoured Markdown."""
    return "\n".join(_lines(comparison)) + "\n"


def _lines(comparison: Comparison) -> Iterator[str]:
    yield "## Schema diff"
    yield ""
    yield f"**{_cell(verdict(comparison))}**"
    yield ""
    yield f"- reference: {_code(comparison.reference.origin.label)}"
    yield f"- candidate: {_code(comparison.candidate.origin.label)}"
    for name in comparison.busy:
        yield f"- busy, not compared: {_code(name)}"
    for place in comparison.unread:
        yield f"- not read: {_code(place)}"
    for change in (Change.MISSING, Change.EXTRA):
        names = [d.name for d in comparison.differences if d.kind is Kind.TABLE and d.change is change]
        if names:
            yield f"- {change} tables ({len(names)}): {', '.join(map(_code, names))}"
    rows = [d for d in comparison.differences if d.kind is not Kind.TABLE or d.change is Change.CHANGED]
    if rows:
        yield ""
        yield "| | what | reference | candidate |"
        yield "|---|---|---|---|"
        yield from (_row(difference) for difference in rows[:MOST])
    if len(rows) > MOST:
        yield ""
        yield f"… and {len(rows) - MOST} more."
    if comparison.not_compared:
        yield ""
        yield f"Not compared: {', '.join(map(_cell, comparison.not_compared))}."


def _row(difference: Difference) -> str:
    sides = (_code(difference.reference), _code(difference.candidate))
    return f"| {difference.change} | {_cell(subject(difference))} | {sides[0]} | {sides[1]} |"


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    for sign in "\\`*_{}[]<>|":
        flat = flat.replace(sign, f"\\{sign}")
    return flat


def _code(text: str) -> str:
    flat = " ".join(text.split())
    if not flat:
        return ""
    flat = flat if len(flat) <= 200 else flat[:199] + "…"
    ticks = "``" if "`" in flat else "`"
    return f"{ticks}{flat}{ticks}".replace("|", "\\|")
