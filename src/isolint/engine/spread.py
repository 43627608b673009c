"""Independent pieces of work on several cores, in forked processes that share all that is in memory."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from time import perf_counter
from typing import Any, TypeVar

from isolint.engine.cores import MOST, cores, ignore_interrupts

PATIENCE = 0.7
"""Seconds of work in turn before processes are started: most scans are done by then, and what is worked out once for
all pieces is there when memory is shared.
"""

LEAST = 4
"""Pieces that must be left for it."""

PARTS = 16
"""Parts that the work of each process is handed out in: pieces differ in size."""

T = TypeVar("T")
R = TypeVar("R")

_shared: tuple[Callable[[Any], Any], Sequence[Any]] | None = None


def spread(jobs: int = 0) -> Callable[[Callable[[T], R], Sequence[T]], Iterator[R]]:
    """A `map` on `jobs` processes (0: one per core) whose results come in order, whoever makes them.

    The work need not be picklable, its results must be. Where processes cannot be forked it is done in turn.
    """
    workers = min(jobs or cores(), MOST)
    if workers < 2 or sys.platform != "linux":
        return map

    def spreading(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        due = perf_counter() + PATIENCE
        for done, item in enumerate(items):
            if perf_counter() >= due and len(items) - done >= LEAST:
                yield from _forked(work, items[done:], workers)
                return
            yield work(item)

    return spreading


def _forked(work: Callable[[T], R], items: Sequence[T], workers: int) -> Iterator[R]:
    global _shared
    size = max(1, len(items) // (workers * PARTS))
    ranges = [range(start, min(start + size, len(items))) for start in range(0, len(items), size)]
    done = 0
    _shared = (work, items)
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(min(workers, len(ranges)), mp_context=context, initializer=ignore_interrupts)
    try:
        for results in pool.map(_part, ranges):
            done += len(results)
            yield from results
    except (BrokenProcessPool, OSError):  # a process was killed, or could not be started
        yield from map(work, items[done:])
    finally:
        pool.shutdown(cancel_futures=True)
        _shared = None


def _part(positions: range) -> list[Any]:
    """In a forked process: the results for some of the items."""
    assert _shared is not None
    work, items = _shared
    return [work(items[at]) for at in positions]
