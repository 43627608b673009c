"""How far a scan is, for people who wait."""

from __future__ import annotations

import sys
from time import monotonic

PATIENCE = 1.0
"""Seconds before anything is shown."""

PACE = 0.1
"""Seconds between two updates."""


class Progress:
    """A line on stderr that rewrites itself; it shows only on a terminal, and is gone when the scan is done."""

    def __init__(self) -> None:
        self._due = monotonic() + PATIENCE
        self._shown = False

    def __call__(self, done: int, of: int) -> None:
        """Show that `done` files `of` all are read; when all are, the judging begins."""
        now = monotonic()
        if now >= self._due and sys.stderr.isatty():
            self._due = now + PACE if done + 1 < of else now
            self._shown = True
            doing = f"reading {done} of {of} files" if done < of else "judging"
            sys.stderr.write(f"\r\x1b[K{doing}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
