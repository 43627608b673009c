"""The odd one out: an access that lacks what its siblings have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

from isolint.model.evidence import Evidence, Reason, Step

CONFINED = {Reason.TENANT_PREDICATE, Reason.SCOPED_PARENT, Reason.TENANT_KEY, Reason.DOMINATING_GUARD}
LEAST_SIBLINGS = 3
LEAST_SHARE = 0.6


def find_odd_ones(evidence: Iterable[Evidence], is_getter: Callable[[Evidence], bool]) -> list[Evidence]:
    """Helpers that nobody is seen to call and that look rows up without the tenant, where most of their siblings
    use it.

    Siblings are the other accesses of the same file to tables that belong to a tenant. Without enough of them
    nothing is said, and nothing is said of getters, which leave it to whoever calls them.
    """
    items = list(evidence)
    by_file: dict[str, list[Evidence]] = defaultdict(list)
    for item in items:
        if item.reason in CONFINED or item.reason is Reason.UNRESOLVED_CALLER:
            by_file[item.access.place.path].append(item)
    return [item if is_getter(item) else _judged_by(item, by_file[item.access.place.path]) for item in items]


def _judged_by(item: Evidence, siblings: list[Evidence]) -> Evidence:
    if item.reason is not Reason.UNRESOLVED_CALLER or not item.subject:
        return item
    others = [other for other in siblings if other is not item]
    confined = [other for other in others if other.reason in CONFINED]
    if len(others) < LEAST_SIBLINGS or len(confined) < LEAST_SHARE * len(others):
        return item
    said = f"{len(confined)} of {len(others)} other accesses in this file are restricted to the tenant"
    step = Step(f"`{item.subject}` is all that restricts it; {said}", confined[0].access.place, assumed=True)
    return replace(item, reason=Reason.NO_PREDICATE, trail=(step, *item.trail), deviance=said)
