"""Leaving kinds of differences out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from isolint.errors import UsageError
from isolint.schema.difference import Comparison
from isolint.schema.model import Kind


def without(comparison: Comparison, kinds: Sequence[str]) -> Comparison:
    """The comparison without these kinds, which it then names as not compared. Raises UsageError for unknown ones."""
    known = {str(kind) for kind in Kind}
    for kind in kinds:
        if kind not in known:
            near = get_close_matches(kind, known, 1)
            raise UsageError(
                f"no kind {kind!r}" + (f": did you mean {near[0]!r}?" if near else f"; there are {', '.join(Kind)}")
            )
    if not kinds:
        return comparison
    kept = tuple(d for d in comparison.differences if d.kind not in kinds)
    ignored = tuple(f"{kind} (ignored)" for kind in dict.fromkeys(kinds))
    return replace(comparison, differences=kept, not_compared=(*comparison.not_compared, *ignored))
