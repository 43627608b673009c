"""The suppressions of a project, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date

from isolint.model.report import Silence
from isolint.output import RenderOptions
from isolint.output._words import on_one_line, plural, visible

_FAULTS = {
    "suppression-without-rule": "names no rule",
    "suppression-without-reason": "gives no reason",
    "suppression-date": "its date is none",
    "expired-suppression": "expired",
    "unknown-rule": "names an unknown rule",
    "unused-suppression": "hides nothing of what it names",
}
_MONTH, _YEAR = 60, 730
"""Days from which ages are told in months and in years."""


def as_text(items: Sequence[Silence], today: date, unsigned: str, options: RenderOptions) -> str:
    """Two lines for each, then how many there are and how many are to be mended."""
    lines = [line for item in items for line in _lines(item, today, options)]
    faulty = sum(bool(item.faults) for item in items)
    lines.append(plural(len(items), "suppression") + (f", {faulty} to mend" if faulty else ""))
    if unsigned and items:
        lines.append(f"authors and ages are not known: {on_one_line(unsigned)}")
    return "".join(f"{line}\n" for line in lines)


def as_json(items: Sequence[Silence]) -> str:
    """A list of objects; `author` and `written` are null where they are not known."""
    found = [
        {
            "path": item.place.path,
            "line": item.place.span.line,
            "rules": list(item.rules),
            "reason": item.reason,
            "until": item.until or None,
            "author": item.author or None,
            "written": item.written.isoformat() if item.written else None,
            "hides": item.hides,
            "faults": list(item.faults),
        }
        for item in items
    ]
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _lines(item: Silence, today: date, options: RenderOptions) -> Iterator[str]:
    rules = ", ".join(item.rules) or "no rule"
    place = visible(str(item.place))
    head = f"\x1b[1m{place}\x1b[0m" if options.colour else place
    yield f"{head}  {on_one_line(rules)}  {on_one_line(item.reason) or '(no reason)'}"
    parts = [f"hides {plural(item.hides, 'finding')}"]
    if item.author:
        parts.append(f"by {on_one_line(item.author)}" + (f", {_age(today, item.written)}" if item.written else ""))
    if item.until:
        parts.append(f"until {on_one_line(item.until)}")
    parts += [f"TO MEND: {_FAULTS.get(kind, kind)}" for kind in dict.fromkeys(item.faults)]
    yield f"    {'; '.join(parts)}"


def _age(today: date, written: date) -> str:
    days = max(0, (today - written).days)
    if days < _MONTH:
        return f"{plural(days, 'day')} ago ({written})"
    return f"{days // 30} months ago ({written})" if days < _YEAR else f"{days // 365} years ago ({written})"
