"""For people: counts first, then what is missing, changed and extra, table by table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from isolint.schema.difference import Change, Comparison, Difference
from isolint.schema.model import Kind
from isolint.schema.output import Options
from isolint.schema.output.words import verdict

MARKS = {Change.MISSING: "-", Change.CHANGED: "~", Change.EXTRA: "+"}
COLOURS = {Change.MISSING: "31", Change.CHANGED: "33", Change.EXTRA: "36"}
WIDEST = 160


def render(comparison: Comparison, options: Options) -> str:
    """The whole comparison."""
    return "\n".join(_lines(comparison, options)) + "\n"


def _lines(comparison: Comparison, options: Options) -> Iterator[str]:
    yield f"reference  {comparison.reference.origin.label}"
    yield f"candidate  {comparison.candidate.origin.label}"
    yield ""
    yield verdict(comparison)
    for name in comparison.busy:
        yield f"busy: {name} is being altered by somebody and was not compared"
    yield from (f"not read: {place}" for place in comparison.unread)
    yield from _tables(comparison, options)
    rest = [d for d in comparison.differences if d.kind is not Kind.TABLE or d.change is Change.CHANGED]
    for table, found in groupby(rest, key=lambda d: d.table or (d.name if d.kind is Kind.TABLE else "")):
        yield ""
        yield _bold(table or "in the schema", options)
        for difference in found:
            yield from _difference(difference, options)
    yield from _remarks(comparison, options)


def _tables(comparison: Comparison, options: Options) -> Iterator[str]:
    """Whole tables, by name only: what is in them is no news."""
    for change in (Change.MISSING, Change.EXTRA):
        names = [d.name for d in comparison.differences if d.kind is Kind.TABLE and d.change is change]
        if names:
            yield ""
            yield _bold(f"{change} tables ({len(names)})", options)
            yield from (f"  {_mark(change, options)} {name}" for name in names)


def _difference(difference: Difference, options: Options) -> Iterator[str]:
    mark = _mark(difference.change, options)
    head = f"  {mark} {difference.change} {difference.kind} {difference.name}"
    if difference.change is Change.CHANGED:
        about = ", ".join(a.replace("_", " ") for a in difference.attributes)
        yield f"{head} ({about})" if about else head
        yield f"      reference  {_cut(difference.reference)}"
        yield f"      candidate  {_cut(difference.candidate)}"
        return
    text = _cut(difference.reference or difference.candidate)
    yield head if text in ("", difference.name) else f"{head}  {text}"


def _remarks(comparison: Comparison, options: Options) -> Iterator[str]:
    if comparison.not_compared:
        yield ""
        yield f"not compared: {', '.join(comparison.not_compared[:20])}"
        if len(comparison.not_compared) > 20:
            yield f"… and {len(comparison.not_compared) - 20} more (--format json lists all)"
    if comparison.information:
        yield ""
        if options.verbose:
            yield from (f"note: {remark}" for remark in comparison.information)
        else:
            yield f"{len(comparison.information)} remarks that count as no difference (--verbose lists them)"


def _cut(text: str) -> str:
    flat = " ".join(text.split()) or "none"
    return flat if len(flat) <= WIDEST else flat[: WIDEST - 1] + "…"


def _mark(change: Change, options: Options) -> str:
    return f"\x1b[{COLOURS[change]}m{MARKS[change]}\x1b[0m" if options.colour else MARKS[change]


def _bold(text: str, options: Options) -> str:
    return f"\x1b[1m{text}\x1b[0m" if options.colour else text
