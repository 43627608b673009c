"""Runs every entry point, judges what it shows, and puts the verdicts together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from isolint.link import Program
from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.access import Client, Role
from isolint.model.code import Closure, Function, Mapping, Return
from isolint.model.evidence import Evidence, Reason, Verdict
from isolint.model.routes import Reach, Route
from isolint.model.source import Place, Problem
from isolint.model.tenancy import Tenancy
from isolint.prove.callers import enclosing
from isolint.prove.case import Case, Entry, Found
from isolint.prove.contexts import Judged, frames_of, gather
from isolint.prove.declared import Declared, declared_accesses
from isolint.prove.deviance import find_odd_ones
from isolint.prove.entry import entry_values
from isolint.prove.executors import carrier_tenant, executor_of
from isolint.prove.frame import Seen, Unread
from isolint.prove.getters import is_getter
from isolint.prove.guarded import describe_entry
from isolint.prove.guards import verifies_secret
from isolint.prove.handing import run_methods, visit_exported, visit_registered
from isolint.prove.handlers import exported_handlers, registering
from isolint.prove.judge import MAINTENANCE, judge
from isolint.prove.members import table_of
from isolint.prove.naming import named_columns, stored_name
from isolint.prove.reach import NO_CALLERS, note_unreached
from isolint.prove.reached import reaches, route_of
from isolint.prove.relevance import may_access
from isolint.prove.roles import path_role, role_of
from isolint.prove.run import MAX_DEPTH, Run
from isolint.prove.sessions import judge_events
from isolint.prove.show import show
from isolint.prove.sqltext import LAYER
from isolint.prove.terms import Entity, Query, Result
from isolint.prove.views import is_hook

Watch = Callable[[Run, Seen, Role], None]
MODULE_LEVEL = "<module>"
SHALLOW = 1
"""What tests, migrations and commands call is judged from the application's own entry points."""


@dataclass(frozen=True, slots=True)
class Proof:
    """All evidence in order of place, the number of SQL statements that were read, and static SQL that did not
    parse. `reached` is the same by entry points: each access with the verdict that it has there.
    """

    evidence: tuple[Evidence, ...]
    statements: int
    problems: tuple[Problem, ...]
    reached: tuple[Reach, ...] = ()


@dataclass(frozen=True, slots=True)
class _Visit:
    """One entry point that was run."""

    ref: FunctionRef
    run: Run
    entry: Entry
    door: Place | None = None

    @property
    def route(self) -> Route:
        """What was entered."""
        return route_of(self.run.program, self.ref, self.door, self.entry.role)


class _Collector:
    """Judges one visit after the other and keeps the verdicts; the runs themselves are let go.

    `reached` are the accesses that entry points have reached, `whole` the functions that they have run: as helpers
    these have nothing more to show. `entered` are the functions that the `doors` of the application lead into.
    """

    def __init__(self, watch: Watch | None = None) -> None:
        self.watch = watch
        self.judged: list[tuple[Route, str, Judged]] = []
        self.reached: set[tuple[object, ...]] = set()
        self.whole: set[FunctionRef] = set()
        self.guarded: set[str] = set()
        self.authorising: set[str] = set()
        self.statements: set[str] = set()
        self.entered: set[FunctionRef] = set()
        self.doors = 0
        self.problems: dict[tuple[object, ...], Problem] = {}

    def take(self, visit: _Visit) -> None:
        """Judge what a visit saw. A helper's accesses count only where no entry point has reached them."""
        entry, route = visit.entry, visit.route
        is_executor = executor_of(visit.run, Entity(visit.ref)) is not None
        for seen in () if is_executor else _last_forms(visit.run.trace.seen):
            if entry.role is Role.HELPER and _key(seen) in self.reached:
                continue
            if self.watch is not None:
                self.watch(visit.run, seen, entry.role)
            way = _judge(visit, seen)
            self.judged.append((route, visit.ref.path, way))
            if entry.role is Role.ROUTE and way.found.reason is Reason.CAPABILITY_SECRET:
                self.guarded.add(visit.ref.path)
        self.judged.extend((route, visit.ref.path, _way(visit, *event)) for event in judge_events(visit.run, entry))
        if entry.role is not Role.HELPER and entry.role not in MAINTENANCE:  # a helper's text is its callers'
            unknown = Found(Reason.DYNAMIC_SQL, "the SQL text")
            for unread in visit.run.trace.unread if not is_executor else ():
                if unread.dynamic:
                    self.judged.append((route, visit.ref.path, _way(visit, _unknown_access(unread), unknown)))
        if entry.role is not Role.HELPER:
            self.reached |= {_key(seen) for seen in visit.run.trace.seen}
            self.whole |= visit.run.whole
        if entry.role not in {Role.HELPER, *NO_CALLERS}:
            self.entered |= {visit.ref, *(frame.function for frame in visit.run.frames)}
            self.doors += 1
        if entry.role is Role.ROUTE and (_knows_caller(visit) or _verifies(visit.run)):
            self.guarded.add(visit.ref.path)
        if entry.role is Role.ROUTE and (entry.guarded & entry.inputs or any(entry.ways)):
            self.authorising.add(visit.ref.path)
        self.statements |= visit.run.statements
        for unread in visit.run.trace.unread:
            if not unread.dynamic:
                place = unread.place
                self.problems[place.path, place.span] = Problem("statement", place.path, unread.hint, place.span)

    def take_declared(self, declared: Iterable[Declared]) -> None:
        """Judge what classes declare."""
        for run, entry, seen, found in declared:
            visit = _Visit(seen.function, run, entry)
            way = _judge(visit, seen) if found is None else _way(visit, seen, found)
            self.judged.append((visit.route, seen.function.path, way))

    def settled(self) -> list[tuple[Route, Judged]]:
        """All verdicts, now that it is known in which files handlers are guarded."""
        found = []
        for route, path, way in self.judged:
            other = way.found.unless_alone
            held = self.authorising if way.found.authorising else self.guarded
            found.append((route, way if other is None or path in held else replace(way, found=other)))
        return found


def prove(program: Program, tenancy: Tenancy, watch: Watch | None = None) -> Proof:
    """Judge every access of the program; `watch` is shown each as well."""
    roles = _roles(program)
    collector = _Collector(watch)
    for visit in _handed_over(program, tenancy):
        collector.take(visit)
    entered = [(ref, role) for ref, role in roles if role is not Role.HELPER]
    helpers = [(ref, role) for ref, role in roles if role is Role.HELPER]
    for ref, role in (*entered, *helpers):
        if not (role is Role.HELPER and ref in collector.whole) and _is_run(program, tenancy, ref, role):
            collector.take(_visit(program, tenancy, ref, role))
    collector.take_declared(declared_accesses(program, tenancy))
    settled = collector.settled()
    evidence = find_odd_ones(
        gather((way for _, way in settled), tenancy.strategy),
        lambda e: is_getter(program, tenancy, FunctionRef(e.access.place.path, e.access.function)),
    )
    evidence = note_unreached(program, evidence, collector.entered, collector.doors)
    problems = tuple(collector.problems[key] for key in sorted(collector.problems, key=str))
    return Proof(tuple(evidence), len(collector.statements), problems, reaches(settled))


def _handed_over(program: Program, tenancy: Tenancy) -> Iterator[_Visit]:
    """Handlers that files export or register; a visit must be taken before the next one is asked for."""
    for handler in exported_handlers(program):
        run = Run(program, tenancy)
        yield from (_Visit(run.entry_frame.function, run, entry, run.door) for entry in visit_exported(run, handler))
    for ref in registering(program):
        if path_role(ref.path) is None:
            run = Run(program, tenancy)
            yield from (_Visit(ref, run, entry, run.door) for entry in visit_registered(run, ref))


def _verifies(run: Run) -> bool:
    """Whether a handler checks a signature, a password or a token itself."""
    return any(verifies_secret(Result(callee, operands)) for callee, _, _, operands in run.trace.calls)


def _is_run(program: Program, tenancy: Tenancy, ref: FunctionRef, role: Role) -> bool:
    """Routes, jobs and commands are entered by somebody; other functions are looked at when they hold an access."""
    if role in {Role.ROUTE, Role.JOB}:
        return True
    function = program.function(ref)
    if is_hook(program, ref, function):
        return False
    calls_executor = any(executor.name.rpartition(".")[2] in function.calls for executor in tenancy.executors)
    if role is Role.TEST:
        return False
    return calls_executor or any(may_access(program, inner) for inner in (function, *_methods_made(program, ref)))


def _methods_made(program: Program, ref: FunctionRef) -> Iterator[Function]:
    """The functions in an object that a function returns."""
    functions = program.modules[ref.path].functions
    for statement in program.function(ref).body:
        held = statement.value if isinstance(statement, Return) else None
        for entry in held.entries if isinstance(held, Mapping) else ():
            if isinstance(entry.value, Closure):
                yield functions[entry.value.function]


def _knows_caller(visit: _Visit) -> bool:
    """Whether a guard in front of the handler, or the handler itself before an access, finds out who is calling."""
    entry = visit.entry
    return entry.authenticated or any(Case(visit.run, entry, seen).authenticated for seen in visit.run.trace.seen)


def _key(seen: Seen) -> tuple[object, ...]:
    return (seen.query.site.path, seen.query.site.span[:2])


def _unknown_access(unread: Unread) -> Seen:
    """SQL whose text is not known, as an access to a table that is not known either."""
    return Seen(Query(LAYER, unread.place, ()), unread.function, unread.stack, (), 0)


def _roles(program: Program) -> list[tuple[FunctionRef, Role]]:
    return [
        (ref, role_of(program, ref, function))
        for ref, function in program.functions()
        if ref.qualname != MODULE_LEVEL and not function.parent
    ]


def _visit(program: Program, tenancy: Tenancy, ref: FunctionRef, role: Role) -> _Visit:
    run = Run(program, tenancy, SHALLOW if role in MAINTENANCE else MAX_DEPTH)
    run.prepare(ref)
    function = program.function(ref)
    values = entry_values(run, ref, role)
    entry = describe_entry(run, ref, function, role, values)
    made = run.start(ref, values)
    if role is Role.HELPER:
        run_methods(run, made)
    return _Visit(ref, run, entry)


def _last_forms(seen: list[Seen]) -> list[Seen]:
    """Each query as it ran; a query that was both handed on and run counts once."""
    kept: dict[object, Seen] = {}
    for item in seen:
        kept[item.query, item.stack] = item
    return list(kept.values())


def _judge(visit: _Visit, seen: Seen) -> Judged:
    verdicts = [judge(Case(visit.run, visit.entry, seen, way)) for way in visit.entry.ways]
    return _way(visit, seen, min(verdicts, key=_least_sure))


def _least_sure(found: Found) -> int:
    """Of several ways through the guards the least confined one counts."""
    return [Verdict.UNSCOPED, Verdict.UNKNOWN, Verdict.SCOPED].index(found.reason.verdict)


def _way(visit: _Visit, seen: Seen, found: Found) -> Judged:
    run = visit.run
    query = seen.query
    table = table_of(run, query.tables[0]) if query.tables else None
    frames = frames_of(seen, visit.entry.home)
    functions = _functions(visit, seen, frames)
    held = bool(run.tenancy.schemas.tenants)
    return Judged(
        seen=seen,
        found=found,
        role=visit.entry.role,
        table=table.declaration.name if table else show(query.tables[0]) if query.tables else "?",
        layer=query.layer,
        client=_client(query),
        frames=frames,
        functions=functions,
        inner=_inner_frames(run, seen, frames, functions),
        stored=stored_name(query, table) if held else "",
        columns=named_columns(query, table) if held else (),
    )


def _client(query: object) -> Client:
    if carrier_tenant(query.receiver) is not None:  # type: ignore[attr-defined]
        return Client.EXECUTOR
    return Client.SQL if query.layer == LAYER else Client.ORM  # type: ignore[attr-defined]


def _functions(visit: _Visit, seen: Seen, frames: tuple[Place, ...]) -> tuple[str, ...]:
    """The names of the functions that the frames stand in, as far as they are known.

    A statement that one function builds and another one runs stands where it is built.
    """
    program = visit.run.program
    runs = program.function(seen.function).at
    here = frames[0].path == seen.function.path and runs.line <= frames[0].span.line <= runs.end_line
    around = [enclosing(program, place) for place in frames[1 if here else 0 :]]
    names = [function.qualname if function else MODULE_LEVEL for function in around]
    return (seen.function.qualname, *names) if here else tuple(names)


def _inner_frames(run: Run, seen: Seen, frames: tuple[Place, ...], functions: tuple[str, ...]) -> int:
    """How many frames, from the access outwards, stand in methods that leave it to their callers to confine."""
    inherited = _inherited(run, seen)
    for index, (place, name) in enumerate(zip(frames, functions, strict=True)):
        if not (inherited and not index) and not is_getter(run.program, run.tenancy, FunctionRef(place.path, name)):
            return index
    return len(frames)


def _inherited(run: Run, seen: Seen) -> bool:
    """Whether the access is in a method of a base class that does not know the table itself."""
    function = run.program.function(seen.function)
    if not function.owner or not seen.stack:
        return False
    owner = ClassRef(seen.function.path, function.owner)
    return seen.receiver is not None and seen.receiver != owner
