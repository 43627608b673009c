"""Observations on SQL files: their routines, and what they say of roles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from isolint.model.observation import Observation, Trait
from isolint.model.source import Place, Span
from isolint.review.claims_sql import script_claims
from isolint.review.plpgsql import definer_faults, faults
from isolint.review.routine import routines

SETTLED = re.compile(
    r"\balter\s+(?:function|procedure|routine)\s+(?:[\w\"]+\s*\.\s*)?\"?(\w+)\"?[^;]*\bset\s+search_path\b",
    re.IGNORECASE,
)
BYPASSES = re.compile(
    r"^[ \t]*(?:create|alter)\s+(?:role|user)\s+([\w\"]+)[^;]*?\b(bypassrls|superuser)\b", re.I | re.M
)


def script_observations(scripts: Mapping[str, str]) -> Iterator[Observation]:
    """Over all SQL files, in order of path."""
    settled = frozenset(found[1].lower() for text in scripts.values() for found in SETTLED.finditer(text))
    for path in sorted(scripts):
        found = list(routines(path, scripts[path]))
        for routine in found:
            yield from faults(routine)
        yield from definer_faults(found, settled)
        yield from script_claims(path, scripts[path])
        for role in BYPASSES.finditer(scripts[path]):
            line = scripts[path].count("\n", 0, role.start(1)) + 1
            name = role[1].strip('"')
            yield Observation(Trait.BYPASSING_ROLE, Place(path, Span(line, 1, line, 1)), name)
