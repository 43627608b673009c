"""An access is seen once for each way that leads to it; here the ways are put together into evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from isolint.model.access import Access, Client, Operation, Role
from isolint.model.evidence import Evidence, Reason, Step, Verdict
from isolint.model.remedy import Remedy
from isolint.model.source import Place
from isolint.prove.case import Found
from isolint.prove.frame import Seen

ORDER = list(Reason)
REQUESTED = {Role.ROUTE}
CALLERS_FAULT = {
    Reason.TENANT_FROM_REQUEST,
    Reason.CONSTANT_TENANT,
    Reason.HARD_CODED_TENANT,
    Reason.UNCHECKED_RELATION_ID,
    Reason.MASS_ASSIGNED_KEY,
    Reason.ANONYMOUS_CALLER,
}
"""Reasons that lie in what the entry point hands over, not in the function that uses it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One way to an access with its verdict. `frames` are the places from the access outwards to the entry point.

    The first `inner` of them stand in functions that leave it to their callers to confine what they find. `replaced`:
    the query lost a predicate that it had. `stored` and `columns` are the access's names in the database, worked out
    where schemas are at hand to hold them against. `remedy` is what would confine the access itself.
    """

    operation: Operation
    replaced: bool
    found: Found
    role: Role
    table: str
    layer: str
    client: Client
    frames: tuple[Place, ...]
    functions: tuple[str, ...]
    inner: int
    stored: str = ""
    columns: tuple[str, ...] = ()
    remedy: Remedy | None = None


def gather(judged: Iterable[Judged], strategy: str) -> list[Evidence]:
    """One evidence for each access, and one for each call that alone makes a confined access unsafe."""
    by_site: dict[tuple[object, ...], list[Judged]] = defaultdict(list)
    for way in judged:
        by_site[_site(way.frames[0])].append(way)
    evidence: dict[tuple[object, ...], Evidence] = {}
    for ways in by_site.values():
        for item in _settle(ways, strategy):
            key = (_site(item.access.place), item.access.table)
            if key not in evidence or _worse(item, evidence[key]):
                evidence[key] = item
    return sorted(evidence.values(), key=lambda e: (e.access.place.path, e.access.place.span, e.access.table))


def _site(place: Place) -> tuple[object, ...]:
    return (place.path, place.span[:2])


def _worse(left: Evidence, right: Evidence) -> bool:
    """Of two ways to one access the more telling one counts; of two alike the one that takes less for granted."""
    rank = {Verdict.UNSCOPED: 0, Verdict.UNKNOWN: 1, Verdict.SCOPED: 2}
    weight = [(rank[e.verdict], ORDER.index(e.reason), e.assumed) for e in (left, right)]
    return weight[0] < weight[1]


def _settle(ways: list[Judged], strategy: str) -> list[Evidence]:
    """All ways agree: one verdict at the access. They differ: the unsafe ones are reported where they part from the
    others.
    """
    requested = [way for way in ways if way.role in REQUESTED] or ways
    bad = [way for way in requested if way.found.reason.verdict is Verdict.UNSCOPED]
    if not bad:
        unknown = [way for way in requested if way.found.reason.verdict is Verdict.UNKNOWN]
        return [_evidence((unknown or requested)[0], 0, strategy)]
    found = []
    good = [way for way in requested if way.found.reason.verdict is Verdict.SCOPED]
    for way in bad:
        found.append(_evidence(way, _depth(way, requested), strategy))
    if good and all(item.access.helper is not None for item in found):
        found.append(_evidence(good[0], 0, strategy))
    return found


def _depth(way: Judged, ways: list[Judged]) -> int:
    """How many frames outwards from the access the report belongs: the first at which every way through it is
    unsafe.
    """
    if way.found.reason is Reason.REPLACED_PREDICATE and way.replaced:
        return 0
    if way.found.reason in CALLERS_FAULT:
        return len(way.frames) - 1
    start = min(way.inner, len(way.frames) - 1)
    for depth in range(start, len(way.frames)):
        suffix = way.frames[: depth + 1]
        same = [other for other in ways if other.frames[: depth + 1] == suffix and other.frames != way.frames]
        if all(other.found.reason.verdict is not Verdict.SCOPED for other in same):
            return depth
    return len(way.frames) - 1


def _evidence(way: Judged, depth: int, strategy: str) -> Evidence:
    place = way.found.at or way.frames[depth]
    trail = list(way.found.steps)
    if depth:
        trail.append(Step(f"the access is in {way.functions[0]}", way.frames[0]))
    trail.extend(Step("called from here", frame) for frame in way.frames[depth + 1 :])
    access = Access(
        place=place,
        function=way.functions[depth],
        role=way.role,
        client=way.client,
        layer=way.layer,
        operation=way.operation,
        table=way.table,
        helper=way.frames[0] if depth else None,
        holder=way.functions[0] if depth else "",
        stored=way.stored,
        columns=way.columns,
    )
    return Evidence(
        access, way.found.reason, tuple(trail), way.found.subject, strategy, remedy=None if depth else way.remedy
    )


def frames_of(seen: Seen, home: str = "") -> tuple[Place, ...]:
    """The places from the access outwards, up to the handler's own file `home`: wrappers around it are not to blame,
    and a call around a function that stands in it is no place of its own.
    """
    frames = [seen.query.site]
    for place in reversed(seen.stack):
        if not _contains(place, frames[-1]):
            frames.append(place)
    at_home = [index for index, place in enumerate(frames) if place.path == home]
    return tuple(frames[: at_home[-1] + 1] if at_home else frames)


def _contains(outer: Place, inner: Place) -> bool:
    return outer.path == inner.path and outer.span[:2] <= inner.span[:2] and (inner.span[2:] <= outer.span[2:])
