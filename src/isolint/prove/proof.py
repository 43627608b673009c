"""Visits every entry point and puts the verdicts together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from isolint.link import Program
from isolint.link.symbols import FunctionRef
from isolint.model.evidence import Evidence
from isolint.model.routes import Reach, Route
from isolint.model.source import Problem
from isolint.model.tenancy import Tenancy
from isolint.prove.contexts import Judged, gather
from isolint.prove.deviance import find_odd_ones
from isolint.prove.getters import is_getter
from isolint.prove.reach import note_unreached
from isolint.prove.reached import reaches
from isolint.prove.tasks import all_tasks, helper
from isolint.prove.visits import Outcome, Site, Visited, Visiting, Watch, declared_ways, visited

Spread = Callable[[Visiting, Sequence[int], frozenset[Site]], Iterable[Visited]]
"""Does the visits of some tasks, given by their positions, and gives the outcomes in their order: see `visited`."""


@dataclass(frozen=True, slots=True)
class Proof:
    """All evidence in order of place, the number of SQL statements that were read, and static SQL that did not
    parse. `reached` is the same by entry points: each access with the verdict that it has there.
    """

    evidence: tuple[Evidence, ...]
    statements: int
    problems: tuple[Problem, ...]
    reached: tuple[Reach, ...] = ()


class _Collector:
    """Keeps what visits showed.

    `reached` are the accesses that entry points have reached, `whole` the functions that they have run: as helpers
    these have nothing more to show. `entered` are the functions that the `doors` of the application lead into.
    """

    def __init__(self) -> None:
        self.judged: list[tuple[Route, str, Judged]] = []
        self.reached: set[Site] = set()
        self.whole: set[FunctionRef] = set()
        self.guarded: set[str] = set()
        self.authorising: set[str] = set()
        self.statements: set[str] = set()
        self.entered: set[FunctionRef] = set()
        self.doors = 0
        self.problems: dict[tuple[object, ...], Problem] = {}

    def take_all(self, found: Iterable[Visited]) -> None:
        """Add what visits showed."""
        for one in found:
            for outcome in one.outcomes:
                self._take(outcome)

    def _take(self, outcome: Outcome) -> None:
        self.judged.extend((outcome.route, outcome.path, way) for way in outcome.judged)
        self.reached |= outcome.reached
        self.whole |= outcome.whole
        self.entered |= outcome.entered
        self.doors += outcome.door
        if outcome.guarded:
            self.guarded.add(outcome.path)
        if outcome.authorising:
            self.authorising.add(outcome.path)
        self.statements |= outcome.statements
        self.problems.update({(problem.path, problem.span): problem for problem in outcome.problems})

    def settled(self) -> list[tuple[Route, Judged]]:
        """All verdicts, now that it is known in which files handlers are guarded."""
        found = []
        for route, path, way in self.judged:
            other = way.found.unless_alone
            held = self.authorising if way.found.authorising else self.guarded
            found.append((route, way if other is None or path in held else replace(way, found=other)))
        return found


def in_turn(visiting: Visiting, positions: Sequence[int], reached: frozenset[Site]) -> Iterable[Visited]:
    """One visit after the other, here."""
    return (visited(visiting, at, reached) for at in positions)


def prove(
    program: Program, tenancy: Tenancy, watch: Watch | None = None, spread: Spread = in_turn, *, advise: bool = False
) -> Proof:
    """Judge every access of the program; `watch` is shown each as well, and keeps all work in this process. `advise`
    asks for remedies.

    Visits know nothing of each other, but that helpers come after all others: `spread` may do them anywhere.
    """
    collector = _Collector()
    visiting = Visiting(program, tenancy, all_tasks(program), watch, advise)
    spread = spread if watch is None else in_turn
    helpers = {at: ref for at, task in enumerate(visiting.tasks) if (ref := helper(task)) is not None}
    collector.take_all(spread(visiting, [at for at in range(len(visiting.tasks)) if at not in helpers], frozenset()))
    left = [at for at, ref in helpers.items() if ref not in collector.whole]
    collector.take_all(spread(visiting, left, frozenset(collector.reached)))
    collector.judged.extend(declared_ways(program, tenancy))
    settled = collector.settled()
    evidence = find_odd_ones(
        gather((way for _, way in settled), tenancy.strategy),
        lambda e: is_getter(program, tenancy, FunctionRef(e.access.place.path, e.access.function)),
    )
    evidence = note_unreached(program, evidence, collector.entered, collector.doors)
    problems = tuple(collector.problems[key] for key in sorted(collector.problems, key=str))
    return Proof(tuple(evidence), len(collector.statements), problems, reaches(settled))
