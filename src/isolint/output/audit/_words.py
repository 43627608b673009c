"""What the formats of an audit say in the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from isolint.model.audit import Action, Drift, Gap, State
from isolint.model.routes import Confinement, Reach, Route
from isolint.output._words import plural

CHANGES = ("missing", "changed", "extra")
LISTED = 8
"""Names that are shown of each kind of difference before the rest is only counted."""


def counts(drift: Drift) -> str:
    """`43 missing tables, 52 missing columns`."""
    found = Counter((gap.change, gap.kind) for gap in drift.gaps)
    ordered = sorted(found.items(), key=lambda item: CHANGES.index(item[0][0]))
    return ", ".join(f"{count} {change} {_many(kind, count)}" for (change, kind), count in ordered)


def _many(kind: str, count: int) -> str:
    return (
        kind
        if count == 1
        else f"{kind[:-1]}ies"
        if kind.endswith("y")
        else f"{kind}es"
        if kind.endswith("x")
        else f"{kind}s"
    )


def head(drift: Drift) -> str:
    """The schema and its state on one line."""
    alike = f", {plural(drift.tenants, 'tenant')}" if drift.tenants > 1 else ""
    state = "is as the reference says" if drift.state is State.COMPLETE else str(drift.state)
    differing = f": {counts(drift)}" if drift.gaps else ""
    note = f" ({drift.note})" if drift.note else ""
    return f"{drift.label}{alike} {state}{differing}{note}"


def named(drift: Drift) -> Iterator[tuple[str, tuple[Gap, ...]]]:
    """Title and differences of each kind, missing ones first."""
    for change in CHANGES:
        for kind in dict.fromkeys(gap.kind for gap in drift.gaps if gap.change == change):
            gaps = drift.of(kind, change)
            yield f"{change} {_many(kind, len(gaps))}", gaps


def gap_name(gap: Gap) -> str:
    """The name in its table, and what the code makes of it."""
    name = f"{gap.table}.{gap.name}" if gap.table and gap.table != gap.name else gap.name
    used = f"used by {plural(gap.routes, 'route')}" if gap.routes else ""
    through = "the shared schema has one" if gap.falls_through else ""
    told = ", ".join(word for word in (used, through) if word)
    return f"{name} ({told})" if told else name


def shown_gaps(gaps: tuple[Gap, ...]) -> str:
    """The first names, the telling ones first, and how many more there are."""
    ordered = sorted(gaps, key=lambda gap: (not gap.falls_through, -gap.routes, gap.table, gap.name))
    more = f" and {len(gaps) - LISTED} more" if len(gaps) > LISTED else ""
    return ", ".join(map(gap_name, ordered[:LISTED])) + more


def action_line(action: Action) -> str:
    """One thing to do."""
    more = ", …" if action.count > len(action.examples) and action.examples else ""
    where = f": {', '.join(action.examples)}{more}" if action.examples else ""
    return f"{action.sentence} ({action.count}){where}"


def route_counts(reached: tuple[Reach, ...]) -> dict[Confinement, int]:
    """How many accesses of routes are confined in which way."""
    found = Counter(item.confinement for item in reached)
    return {confinement: found[confinement] for confinement in Confinement if found[confinement]}


def worst_routes(reached: tuple[Reach, ...]) -> dict[Route, list[Reach]]:
    """Routes with accesses that are not confined, with these."""
    found: dict[Route, list[Reach]] = {}
    for item in reached:
        if item.confinement is Confinement.UNSCOPED:
            found.setdefault(item.route, []).append(item)
    return found


def route_name(route: Route) -> str:
    """`GET /api/campaigns`, else the function and its file."""
    return f"{route.name} {route.address}" if route.address else f"{route.path}: {route.name}"
