"""How a migration goes, for people who wait and for programs."""

from __future__ import annotations

import json
import sys
from collections import Counter
from time import monotonic

from isolint.tenants.course import Result, State
from isolint.tenants.rollback import Plan

SHOWN = 5
"""Tenants that are named with one sentence."""

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
            more = {"error": result.error, "notes": list(result.notes)}
            sys.stdout.write(json.dumps(line | {key: value for key, value in more.items() if value}) + "\n")
            sys.stdout.flush()
        elif result.error or result.notes:
            self._clear()
            lines = [f"{result.state}: {result.error}"] if result.error else []
            sys.stdout.write("".join(f"{line}\n" for line in (*lines, *result.notes)))
        if sys.stderr.isatty() and monotonic() - self._last >= PACE:
            self._last = monotonic()
            sys.stderr.write(f"\r\x1b[K{self.progress(self._last - self._start)}")
            sys.stderr.flush()

    def progress(self, seconds: float) -> str:
        """How many are done, their rate, and the seconds left. Those that had it before say nothing of the rate."""
        done, worked = self._counts.total(), self._counts.total() - self._counts[State.SKIPPED]
        if not worked:
            return f"{done} of {self.of} tenants"
        rate = worked / seconds
        return f"{done} of {self.of} tenants, {rate:.1f} a second, {(self.of - done) / rate:.0f} s left"

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


def told_plan(plan: Plan, lose_data: bool) -> str:
    """What a rollback takes back, what has no way back, and what would be lost."""
    lines = []
    for name in plan.names:
        count = sum(any(m.name == name for m in found) for found in plan.migrations.values())
        lines.append(f"{name}: to be taken back in {count} tenant{'s' * (count > 1)}")
    lines += [f"no way back: {sentence}{_of(schemas)}" for sentence, schemas in plan.refused.items()]
    lines += [f"loses data: {sentence}{_of(schemas)}" for sentence, schemas in plan.lost.items()]
    if plan.lost and not lose_data:
        lines.append("say --lose-data to have it so")
    return "\n".join(lines or ["there is nothing to take back"]) + "\n"


def _of(schemas: tuple[str, ...]) -> str:
    more = f" and {len(schemas) - SHOWN} more" if len(schemas) > SHOWN else ""
    return f" ({', '.join(schemas[:SHOWN])}{more})"
