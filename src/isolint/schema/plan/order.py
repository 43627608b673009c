"""The order of a plan's steps: by phase, and among new objects by what needs what."""

from __future__ import annotations

import re
from collections import defaultdict

from isolint.schema.model import Schema
from isolint.schema.plan.steps import Phase, Step

RANK = {"extension": 0, "collation": 1, "type": 2, "function": 3, "relation": 4}

Key = tuple[str, ...]


def ordered(steps: list[Step], reference: Schema) -> tuple[Step, ...]:
    """The steps in the order in which they run. Cycles are broken where the usual order of kinds says."""
    by_phase = sorted((s for s in steps if s.phase is not Phase.CREATE), key=lambda s: s.phase)
    made = [s for s in steps if s.phase is Phase.CREATE]
    first = [s for s in by_phase if s.phase < Phase.CREATE]
    last = [s for s in by_phase if s.phase > Phase.CREATE]
    return (*first, *_by_need(made, reference), *last)


def _by_need(made: list[Step], reference: Schema) -> list[Step]:
    views = {view.name for view in reference.views}
    waiting = sorted(
        made, key=lambda s: (RANK.get(s.key[0], 9), s.key[1] in views, s.key[1] if len(s.key) == 2 else "")
    )
    steps: dict[Key, list[Step]] = defaultdict(list)
    for step in waiting:
        steps[step.key].append(step)
    needs = _needs(set(steps), reference)
    done: list[Step] = []
    state: dict[Key, bool] = {}

    def visit(key: Key) -> None:
        if key in state:
            return
        state[key] = False
        for needed in sorted(needs[key], key=list(steps).index):
            visit(needed)
        state[key] = True
        done.extend(steps[key])

    for key in list(steps):
        visit(key)
    return done


def _needs(keys: set[Key], reference: Schema) -> dict[Key, set[Key]]:
    """What each new object needs of the other new objects."""
    columns: dict[str, set[Key]] = defaultdict(set)
    for key in keys:
        if len(key) == 3:
            columns[key[1]].add(key)
    needs: dict[Key, set[Key]] = defaultdict(set)
    for dependent, needed in (*reference.dependencies, *_mentioned(keys, reference)):
        wanted = {needed, needed[:2]} & keys
        for key in ({dependent} & keys) | (columns[dependent[1]] if dependent[0] == "relation" else set()):
            needs[key] |= wanted - {key}
    for sequence in reference.sequences:
        if sequence.owned_by and ("relation", sequence.name) in keys:
            needs["relation", *sequence.owned_by].add(("relation", sequence.name))
    for key in keys:
        if key[0] not in ("extension", "collation"):
            needs[key] |= {other for other in keys if other[0] == "extension"}
    return needs


def _mentioned(keys: set[Key], reference: Schema) -> list[tuple[Key, Key]]:
    """For references that know no dependencies: views need what their queries mention."""
    if reference.dependencies:
        return []
    names = {key[1]: key for key in keys if len(key) == 2}
    return [
        (("relation", view.name), names[word])
        for view in reference.views
        for word in set(re.findall(r"\w+", view.definition))
        if word in names and word != view.name
    ]
