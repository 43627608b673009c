"""The interpreter's limits while facts, which are many and may be deep, are worked on."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

DEEPEST = 6_000
"""Python frames for walking facts: several for each level of a tree."""


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Room for walking facts: frontends, at the usual limit, make trees of up to a thousand levels."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(usual)


@contextmanager
def without_collection() -> Iterator[None]:
    """No search for reference cycles: facts have none, and going through them each time costs a sixth of a scan."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
