"""Frontends on several cores, in worker processes, with results in order; a parser's crash costs one file."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from isolint.engine.cores import MOST, cores, ignore_interrupts
from isolint.engine.elsewhere import alone, elsewhere
from isolint.engine.facts import encoded, unread
from isolint.engine.languages import reader
from isolint.model.code import Trouble
from isolint.model.source import Source

CHUNK = 50_000
"""Characters of text that a worker takes at a time."""

_CRASHED = Trouble("unparsable", "the parser crashed on this file")


def encoded_in_parallel(sources: Sequence[Source], jobs: int) -> Iterator[bytes]:
    """The encoded facts of the sources, in order, from `jobs` worker processes (0: one per core)."""
    chunks = _chunks(sources)
    done = 0
    pool = _pool(min(jobs or cores(), len(chunks), MOST), sources)
    try:
        for bodies in pool.map(_encode_all, chunks):
            done += len(bodies)
            yield from bodies
    except BrokenProcessPool:
        yield from _one_by_one(sources[done:])
    finally:
        pool.shutdown(cancel_futures=True)


def encoded_elsewhere(sources: Sequence[Source], executor: Executor) -> Iterator[bytes]:
    """The same from any executor. What it fails to do is done in a process of this machine."""

    def near(chunk: Sequence[Source]) -> list[bytes]:
        return list(encoded_in_parallel(chunk, 1))

    for bodies in elsewhere(executor, _encode_alone, near, _chunks(sources)):
        yield from bodies


def _one_by_one(sources: Sequence[Source]) -> Iterator[bytes]:
    """The same with a worker of its own for what follows each crash, so that it is known which file is to blame."""
    pool = _pool(1, sources)
    try:
        for source in sources:
            try:
                yield pool.submit(encoded, source).result()
            except BrokenProcessPool:
                yield unread(source, _CRASHED)
                pool = _pool(1, sources)
    finally:
        pool.shutdown(cancel_futures=True)


def _encode_all(sources: Sequence[Source]) -> list[bytes]:
    return [encoded(source) for source in sources]


def _encode_alone(sources: Sequence[Source]) -> list[bytes]:
    with alone:
        return _encode_all(sources)


def _chunks(sources: Sequence[Source]) -> list[list[Source]]:
    chunks: list[list[Source]] = []
    room = 0
    for source in sources:
        if room <= 0:
            chunks.append([])
            room = CHUNK
        chunks[-1].append(source)
        room -= len(source.text)
    return chunks


def _pool(workers: int, sources: Sequence[Source]) -> ProcessPoolExecutor:
    """Forked workers share the frontends that are imported here once; elsewhere each imports them itself."""
    forks = sys.platform == "linux"
    if forks:
        for language in {source.language for source in sources}:
            reader(language)
    context = multiprocessing.get_context("fork" if forks else "spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=ignore_interrupts)
