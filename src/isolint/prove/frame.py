"""Where an interpreted function stands: its names, what is known to hold, and how it was reached."""

from __future__ import annotations

from dataclasses import dataclass, field

from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.source import Place
from isolint.model.sql import SqlStatement
from isolint.model.tenancy import Executor
from isolint.prove.terms import Query, Term


@dataclass(frozen=True, slots=True)
class Boundary:
    """A call that starts work in another context: `call` is the call as it is shown; `fresh`: nothing else has run in
    that context, or will.
    """

    place: Place
    call: str
    fresh: bool


@dataclass(slots=True)
class Frame:
    """One activation of a function. `known` are conditions that hold here; `parent` is the frame a closure was made in.

    `stack` are the call sites that led here, outermost first; `klass` the class that a method's `super()` starts from.
    `parts` are names that were taken out of a result: the name that it is kept under, and the attribute. `partial`:
    what was known here kept a part of the body from being run. `refuses`: some way through the body raises.
    `boundary`: the call that has started this in a context of its own.
    """

    function: FunctionRef
    names: dict[str, Term]
    number: int
    known: tuple[Term, ...] = ()
    parent: Frame | None = None
    stack: tuple[Place, ...] = ()
    klass: ClassRef | None = None
    returns: list[tuple[Term, tuple[Term, ...]]] = field(default_factory=list)
    parts: dict[str, tuple[str, str]] = field(default_factory=dict)
    partial: bool = False
    refuses: bool = False
    boundary: Boundary | None = None

    @property
    def path(self) -> str:
        """The file that the function stands in."""
        return self.function.path

    def lookup(self, name: str) -> Term | None:
        """The value of a local name, or of one of an enclosing function."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.parent
        return None

    def active(self) -> set[FunctionRef]:
        """The functions whose bodies lexically enclose this one."""
        found: set[FunctionRef] = set()
        frame: Frame | None = self
        while frame is not None:
            found.add(frame.function)
            frame = frame.parent
        return found


@dataclass(frozen=True, slots=True)
class Seen:
    """A query that was seen to run or to be handed on: where, under which conditions, and how it was reached.

    `receiver` is the class of the object whose method holds the access; `scope` the client of the executor's block
    around it.
    """

    query: Query
    function: FunctionRef
    stack: tuple[Place, ...]
    known: tuple[Term, ...]
    order: int
    receiver: ClassRef | None = None
    scope: Term | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that ends the function when it does not hold; `facts` hold afterwards. `place` is its test, `known`
    what holds there.
    """

    facts: tuple[Term, ...]
    place: Place
    order: int
    stack: tuple[Place, ...]
    known: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """An access whose text or table could not be worked out."""

    place: Place
    function: FunctionRef
    stack: tuple[Place, ...]
    hint: str
    dynamic: bool


@dataclass(frozen=True, slots=True)
class SessionSet:
    """A statement that sets the search path (to `schemas`) or a setting on a connection."""

    statement: SqlStatement
    schemas: tuple[Term, ...]
    receiver: Term
    place: Place
    function: FunctionRef
    stack: tuple[Place, ...]
    known: tuple[Term, ...]
    order: int


@dataclass(frozen=True, slots=True)
class Misuse:
    """A call of an executor that defeats it; `query` is what it would have run."""

    executor: Executor
    query: Query | None
    place: Place
    function: FunctionRef
    stack: tuple[Place, ...]
    known: tuple[Term, ...]
    order: int


@dataclass(frozen=True, slots=True)
class Stored:
    """Rows of these queries are kept for later requests under a key."""

    key: Term
    queries: tuple[Query, ...]


@dataclass(slots=True)
class Trace:
    """What one run of an entry point showed, in order; what came before `began` is its dependencies' doing.

    `denials` are the facts that hold because those for whom they do not were refused; `runs` are the `seen` by query.
    """

    seen: list[Seen] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    calls: list[tuple[Term, Place, FunctionRef, tuple[Term, ...]]] = field(default_factory=list)
    denials: set[Term] = field(default_factory=set)
    sessions: list[SessionSet] = field(default_factory=list)
    misuses: list[Misuse] = field(default_factory=list)
    copies: dict[Term, list[tuple[int, tuple[Place, ...]]]] = field(default_factory=dict)
    stored: list[Stored] = field(default_factory=list)
    runs: dict[Query, list[Seen]] = field(default_factory=dict)
    clock: int = 0
    began: int = 0

    def tick(self) -> int:
        """The next position in the order of events."""
        self.clock += 1
        return self.clock

    def note_seen(self, seen: Seen) -> None:
        """A query runs, or is handed to something that will run it."""
        self.seen.append(seen)
        self.runs.setdefault(seen.query, []).append(seen)

    def forget(self, before: int) -> list[Seen]:
        """Take back what was seen after the first `before`: it stands for something else."""
        inner = self.seen[before:]
        del self.seen[before:]
        for seen in inner:
            self.runs[seen.query].remove(seen)
        return inner

    def note_copy(self, source: Term, place: Place, stack: tuple[Place, ...]) -> None:
        """An object is copied into another one, or a value is taken for a row, in a function that `stack` led to."""
        self.copies.setdefault(source, []).append((self.tick(), (*stack, place)))

    def copied(self, source: Term, seen: Seen) -> Place | None:
        """Where the value was last copied before an access; None when it was not. What a function that was called on
        the way has copied counts where it was called.
        """
        way = next((way for order, way in reversed(self.copies.get(source, ())) if order < seen.order), None)
        if way is None:
            return None
        depth = len(seen.stack)
        return way[depth] if way[:depth] == seen.stack and depth < len(way) else way[-1]
