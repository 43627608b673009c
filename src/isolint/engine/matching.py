"""Which findings were known before, told by what they are and not by where they stand; and which are gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from isolint.model.finding import Finding, Recorded
from isolint.rules.fingerprint import unplaced


@dataclass(frozen=True, slots=True)
class Matched:
    """`known` are the positions of findings that were there before, each with the entry that it meets; `left` are the
    entries that nothing meets, with how many of them.
    """

    known: Mapping[int, Recorded]
    left: tuple[Recorded, ...]


def recorded(findings: Iterable[Finding]) -> tuple[Recorded, ...]:
    """The entries that stand for findings, in order of path, function, rule and code."""
    found: dict[tuple[str, str], Recorded] = {}
    for item in findings:
        path, function = item.place.path, unplaced(item.function)
        one = Recorded(path, item.rule, function, item.table, item.statement, item.content, 0)
        before = found.get((path, item.content), one)
        found[path, item.content] = replace(before, count=before.count + 1)
    return tuple(sorted(found.values(), key=order))


def order(entry: Recorded) -> tuple[str, ...]:
    """The order of entries in a file."""
    return entry.path, entry.function, entry.rule, entry.code, entry.key


def match(
    findings: Sequence[Finding],
    entries: Iterable[Recorded],
    exists: Callable[[str], bool],
    renamed: Mapping[str, str] | None = None,
    last: Callable[[Finding], bool] = lambda _: False,
) -> Matched:
    """Match findings with entries, one for one: of three findings that are alike, two entries leave one new.

    A file that does not exist any more is looked for under the name that `renamed` gives it, and then anywhere: equal
    code that appeared as its own file went away was moved. Findings for which `last` holds are the first to be new.
    """
    places = renamed or {}
    left: dict[tuple[str, str], list[Recorded]] = {}
    for entry in entries:
        path = entry.path if exists(entry.path) else places.get(entry.path, entry.path)
        left.setdefault((path, entry.key), []).extend([replace(entry, count=1)] * entry.count)
    turns = sorted(range(len(findings)), key=lambda at: last(findings[at]))
    known: dict[int, Recorded] = {}
    for at in turns:
        own = left.get((findings[at].place.path, findings[at].content))
        if own:
            known[at] = own.pop()
    gone: dict[str, list[Recorded]] = {}
    for (path, key), items in left.items():
        if not exists(path):
            gone.setdefault(key, []).extend(items)
    for at in turns:
        moved = gone.get(findings[at].content)
        if at not in known and moved:
            known[at] = moved.pop()
    met = Counter((entry.path, entry.key) for entry in known.values())
    return Matched(known, _unmet(entries, met))


def _unmet(entries: Iterable[Recorded], met: Counter[tuple[str, str]]) -> tuple[Recorded, ...]:
    found = []
    for entry in entries:
        used = min(entry.count, met[entry.path, entry.key])
        met[entry.path, entry.key] -= used
        if used < entry.count:
            found.append(replace(entry, count=entry.count - used))
    return tuple(found)
