"""Proving on an executor: what is sent is facts and settings, and positions of what is to be visited.

Whoever gets a piece makes the program from the facts, as it is made here, and keeps it for the next piece.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec

from isolint.engine.elsewhere import alone, elsewhere
from isolint.engine.facts import ContextFacts, Facts
from isolint.engine.prepare import program_of
from isolint.engine.runtime import deep_recursion, without_collection
from isolint.engine.spread import LEAST
from isolint.engine.stamps import digest_of
from isolint.model.code import FileFacts
from isolint.model.tenancy import Tenancy

if TYPE_CHECKING:
    from isolint.prove.proof import Spread
    from isolint.prove.visits import Site, Visited, Visiting

PATIENCE = 2.0
"""Seconds of work in turn before anything is sent: making the program elsewhere takes as long."""

PARTS = 32
"""Pieces that the work is sent in: they differ in how long they take."""

_made: dict[str, Visiting] = {}
"""The program that the last piece was of, by digest."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A program as data: the facts of its files, packed, and what was found out about its tenants."""

    digest: str
    facts: bytes
    tenancy: Tenancy
    advise: bool


class _Packed(msgspec.Struct, array_like=True):
    code: dict[str, FileFacts]
    context: dict[str, ContextFacts]


def on_executor(executor: Executor, facts: Mapping[str, Facts]) -> Spread:
    """A way to do visits for `prove`: here for a while, and the rest on the executor."""
    from isolint.prove.visits import visited

    packed: list[bytes] = []

    def spread(visiting: Visiting, positions: Sequence[int], reached: frozenset[Site]) -> Iterable[Visited]:
        due = perf_counter() + PATIENCE
        done = 0
        while done < len(positions) and (perf_counter() < due or len(positions) - done < LEAST):
            yield visited(visiting, positions[done], reached)
            done += 1
        left = positions[done:]
        if not left:
            return
        packed[:] = packed or [_packed(facts)]
        carried = Carried(digest_of(packed[0]), packed[0], visiting.tenancy, visiting.advise)
        size = max(1, len(left) // PARTS)
        pieces = [tuple(left[at : at + size]) for at in range(0, len(left), size)]

        def near(piece: Sequence[int]) -> list[Visited]:
            with alone:
                return [visited(visiting, at, reached) for at in piece]

        for found in elsewhere(executor, visited_there, near, pieces, reached, carried):
            yield from found

    return spread


def visited_there(positions: Sequence[int], reached: frozenset[Site], carried: Carried) -> list[Visited]:
    """Elsewhere: what the visits at some positions show, given what entry points have reached before."""
    from isolint.prove.visits import visited

    with alone, without_collection(), deep_recursion():
        visiting = _visiting(carried)
        return [visited(visiting, at, reached) for at in positions]


def _packed(facts: Mapping[str, Facts]) -> bytes:
    code = {path: item for path, item in facts.items() if isinstance(item, FileFacts)}
    context = {path: item for path, item in facts.items() if isinstance(item, ContextFacts)}
    return zlib.compress(msgspec.json.encode(_Packed(code, context)), 1)


def _visiting(carried: Carried) -> Visiting:
    if carried.digest not in _made:
        from isolint.prove.tasks import all_tasks
        from isolint.prove.visits import Visiting

        _made.clear()
        packed = msgspec.json.decode(zlib.decompress(carried.facts), type=_Packed)
        program = program_of({**packed.code, **packed.context})
        _made[carried.digest] = Visiting(program, carried.tenancy, all_tasks(program), None, carried.advise)
    return _made[carried.digest]
