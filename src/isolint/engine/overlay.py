"""A project that was read, with other texts in the place of some of its files; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from isolint.engine.cache import Cache
from isolint.engine.lower import lower
from isolint.engine.prepare import Prepared
from isolint.engine.read import source_of


def overlaid(ready: Prepared, texts: Mapping[str, str]) -> Prepared:
    """The project as it would be with these texts, by path; the paths must be those of sources that were read."""
    sources = ready.material.sources
    changed = {path: source_of(path, sources[path].language, text) for path, text in texts.items()}
    material = replace(ready.material, sources={**sources, **changed})
    facts = lower(list(changed.values()), Cache(None), jobs=1)
    return replace(ready, material=material, facts={**ready.facts, **facts})
