"""How a migration goes, for people who wait and for programs."""

from __future__ import annotations

import json
import sys
from collections import Counter
from time import monotonic

from isolint.tenants.migrate import Result, State

PACE = 0.2
"""Seconds between two updates of the line."""


class Told:
    """Tells each result: JSON lines for programs; failures and a line with rate and remaining time for people."""

    def __init__(self, form: str, of: int) -> None:
        self.form, self.of = form, of
        self._counts: Counter[State] = Counter()
        self._start = self._last = monotonic()

    def __call__(self, result: Result) -> None:
        """Tell one result."""
        self._counts[result.state] += 1
        if self.form == "json":
            line = {"schema": result.schema, "state": str(result.state), "seconds": round(result.seconds, 3)}
            sys.stdout.write(json.dumps(line | ({"error": result.error} if result.error else {})) + "\n")
            sys.stdout.flush()
        elif result.error:
            self._clear()
            sys.stdout.write(f"{result.state}: {result.error}\n")
        if sys.stderr.isatty() and monotonic() - self._last >= PACE:
            self._last = monotonic()
            done = self._counts.total()
            rate = done / (self._last - self._start)
            sys.stderr.write(
                f"\r\x1b[K{done} of {self.of} tenants, {rate:.1f} a second, {(self.of - done) / rate:.0f} s left"
            )
            sys.stderr.flush()

    def count(self, state: State) -> int:
        """How many tenants ended so."""
        return self._counts[state]

    def end(self, left: int) -> None:
        """Tell the counts."""
        self._clear()
        if self.form == "text":
            counts = [f"{self._counts[state]} {state}" for state in State if self._counts[state]]
            counts += [f"{left} not begun"] if left else []
            sys.stdout.write(f"{self.of} tenants: {', '.join(counts)}\n")

    def _clear(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
