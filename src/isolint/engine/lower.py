"""From sources to facts: from the cache what is there, the rest through the frontends, on several cores if it pays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from isolint.engine.cache import Cache
from isolint.engine.facts import Facts, decoded, encoded
from isolint.engine.request import Progress
from isolint.engine.runtime import deep_recursion
from isolint.engine.version import reading_version
from isolint.model.code import FORMAT
from isolint.model.source import Language, Source

if TYPE_CHECKING:
    from concurrent.futures import Executor

PARALLEL_FROM = 150_000
"""Characters of text to lower from which starting worker processes pays."""


def lower(
    sources: Sequence[Source],
    store: Cache,
    jobs: int = 0,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> dict[str, Facts]:
    """The facts of all sources by path, in their order; equal texts are read once. `jobs` 0 means one per core; an
    `executor` is used in their place.
    """
    keys = {source.path: _key(source.language, source.digest) for source in sources}
    bodies = store.get_many(dict.fromkeys(keys.values()))
    missing = {keys[source.path]: source for source in sources if keys[source.path] not in bodies}
    fresh: dict[bytes, bytes] = {}
    try:
        for key, body in zip(missing, _bodies(list(missing.values()), jobs, executor), strict=True):
            fresh[key] = body
            if progress is not None:
                progress(len(sources) - len(missing) + len(fresh), len(sources))
    finally:
        store.put_many(fresh)
    bodies |= fresh
    fresh.clear()
    with deep_recursion():
        languages = {keys[source.path]: source.language for source in sources}
        facts = {key: decoded(language, bodies.pop(key)) for key, language in languages.items()}  # both would be much
    return {source.path: facts[keys[source.path]] for source in sources}


def _bodies(sources: Sequence[Source], jobs: int, executor: Executor | None) -> Iterator[bytes]:
    """The encoded facts of the sources, in order."""
    if (jobs != 1 or executor is not None) and sum(len(source.text) for source in sources) >= PARALLEL_FROM:
        from isolint.engine.parallel import encoded_elsewhere, encoded_in_parallel

        return encoded_in_parallel(sources, jobs) if executor is None else encoded_elsewhere(sources, executor)
    return map(encoded, sources)


def _key(language: Language, digest: str) -> bytes:
    return blake2b(f"{language}:{digest}".encode(), key=_version(), digest_size=20).digest()


@cache
def _version() -> bytes:
    return reading_version() + bytes([FORMAT])
