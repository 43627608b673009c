"""What worker processes of all kinds need to know."""

from __future__ import annotations

import os
import signal

MOST = 61
"""Worker processes that every platform allows."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def ignore_interrupts() -> None:
    """Ctrl-C reaches the whole process group; only the parent is to answer it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
