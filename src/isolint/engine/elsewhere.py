"""Pieces of work on any executor: processes of this machine, or a cluster."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from typing import TypeVar

PATIENCE = 300.0
"""Seconds to wait for the next result. Once it takes longer nothing more is expected: the rest is done here."""

alone = threading.Lock()
"""Held by what is done elsewhere: workers may be threads, and parsers and proofs keep what they are at in modules."""

P = TypeVar("P")
R = TypeVar("R")


def elsewhere(
    executor: Executor, far: Callable[..., R], near: Callable[[P], R], pieces: Sequence[P], *shared: object
) -> Iterator[R]:
    """`far(piece, *shared)` for each piece, in order, from the executor; `near` of a piece that it fails to do.

    What is sent and comes back has to be picklable, and a piece may be done more than once.
    """
    futures: list[Future[R]] = []
    patience = PATIENCE
    try:
        for piece in pieces:
            futures.append(executor.submit(far, piece, *shared))
    except RuntimeError:  # it is broken, or was shut down
        patience = 0
    try:
        for at, piece in enumerate(pieces):
            try:
                done = at < len(futures) and futures[at].exception(patience) is None
            except TimeoutError:
                done, patience = False, 0
            except CancelledError:
                done = False
            yield futures[at].result() if done else near(piece)
    finally:
        for future in futures:
            future.cancel()
