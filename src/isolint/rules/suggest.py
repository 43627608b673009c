"""The nearest right name for a wrong one."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A clause to append to an error: the nearest of `known`, or all of them when none is near."""
    from difflib import get_close_matches

    names = sorted(known)
    near = get_close_matches(word.lower(), names, n=1, cutoff=0.6) or get_close_matches(word, names, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(names)}"
