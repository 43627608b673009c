"""One entry point after the other: what a visit to it shows, as plain data that outlives its run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from isolint.link import Program
from isolint.link.questions import TEXT, Question
from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.access import Client, Role
from isolint.model.code import Closure, Function, Mapping, Return
from isolint.model.evidence import Reason, Verdict
from isolint.model.routes import Route
from isolint.model.source import Place, Problem
from isolint.model.tenancy import Tenancy
from isolint.prove.callers import enclosing
from isolint.prove.case import Case, Entry, Found
from isolint.prove.contexts import Judged, frames_of
from isolint.prove.credentials import verifies_secret
from isolint.prove.declared import declared_accesses
from isolint.prove.entry import entry_values
from isolint.prove.executors import carrier_tenant, executor_of
from isolint.prove.frame import Seen, Unread
from isolint.prove.getters import is_getter
from isolint.prove.guarded import describe_entry
from isolint.prove.handing import run_methods, visit_exported, visit_registered
from isolint.prove.handlers import Handler
from isolint.prove.judge import MAINTENANCE, judge
from isolint.prove.members import table_of
from isolint.prove.naming import named_columns, stored_name
from isolint.prove.reach import NO_CALLERS
from isolint.prove.reached import route_of
from isolint.prove.relevance import may_access
from isolint.prove.remedies import remedy
from isolint.prove.run import MAX_DEPTH, Run
from isolint.prove.sessions import judge_events
from isolint.prove.show import show
from isolint.prove.sqltext import LAYER
from isolint.prove.tasks import MODULE_LEVEL, Task, path_of
from isolint.prove.terms import Entity, Query, Result
from isolint.prove.views import is_hook

SHALLOW = 1
"""What tests, migrations and commands call is judged from the application's own entry points."""

Site = tuple[str, tuple[int, int]]
"""Where an access begins: path, line and column."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one visit, to `route`, showed. Holds nothing of the run: it can be handed from one process to another.

    `reached` are the accesses that an entry point has reached, `met` those of a helper; `whole` the functions that an
    entry point has run with nothing left out, `entered` those that it led into; `door`: it is one of the application's.
    `guarded`: a handler finds out who is calling; `authorising`: a guard before it checks the tenant.
    """

    path: str
    route: Route
    judged: tuple[Judged, ...]
    reached: frozenset[Site] = frozenset()
    met: frozenset[Site] = frozenset()
    whole: frozenset[FunctionRef] = frozenset()
    entered: frozenset[FunctionRef] = frozenset()
    door: bool = False
    guarded: bool = False
    authorising: bool = False
    statements: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Visited:
    """What the visits of one task show, and all that was `asked` of the program for it."""

    outcomes: tuple[Outcome, ...]
    asked: frozenset[Question]


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


Watch = Callable[[Run, Seen, Role], None]
"""Is shown each access that is judged, with its run and the role of its entry point."""


@dataclass(frozen=True, slots=True)
class Visiting:
    """What all visits share; `tasks` are all that there could be, in order. `advise` asks for remedies."""

    program: Program
    tenancy: Tenancy
    tasks: Sequence[Task]
    watch: Watch | None = None
    advise: bool = False


def visited(visiting: Visiting, position: int, reached: frozenset[Site]) -> Visited:
    """What the visits of a task show. A helper's accesses count only where no entry point has `reached` them.

    It depends on nothing but the tenancy, what is asked, and which of the accesses that a helper meets are reached.
    """
    program, task = visiting.program, visiting.tasks[position]
    with program.asked.meanwhile() as asked:
        visits = _visits(program, visiting.tenancy, task)
        found = tuple(_outcome(visit, reached, visiting) for visit in visits)
    return Visited(found, frozenset(asked | {(TEXT, path_of(task))}))


def declared_ways(program: Program, tenancy: Tenancy) -> Iterator[tuple[Route, str, Judged]]:
    """Judge what classes declare, each with the file of the class."""
    for run, entry, seen, found in declared_accesses(program, tenancy):
        visit = _Visit(seen.function, run, entry)
        way = _judge(visit, seen) if found is None else _way(visit, seen, found)
        yield visit.route, seen.function.path, way


def _visits(program: Program, tenancy: Tenancy, task: Task) -> Iterator[_Visit]:
    """The visits of a task; each must be judged before the next one is asked for."""
    if isinstance(task, Handler):
        run = Run(program, tenancy)
        yield from (_Visit(run.entry_frame.function, run, entry, run.door) for entry in visit_exported(run, task))
    elif isinstance(task, FunctionRef):
        run = Run(program, tenancy)
        yield from (_Visit(task, run, entry, run.door) for entry in visit_registered(run, task))
    elif _is_run(program, tenancy, *task):
        yield _visit(program, tenancy, *task)


def _outcome(visit: _Visit, reached: frozenset[Site], visiting: Visiting) -> Outcome:
    entry, run = visit.entry, visit.run
    judged = list(_judged(visit, reached, visiting))
    route, helper = entry.role is Role.ROUTE, entry.role is Role.HELPER
    door = entry.role not in {Role.HELPER, *NO_CALLERS}
    secret = any(way.found.reason is Reason.CAPABILITY_SECRET for way in judged)
    sites = frozenset(_site(seen) for seen in run.trace.seen)
    return Outcome(
        path=visit.ref.path,
        route=visit.route,
        judged=tuple(judged),
        reached=frozenset() if helper else sites,
        met=sites if helper else frozenset(),
        whole=frozenset() if helper else frozenset(run.whole),
        entered=frozenset([visit.ref, *(frame.function for frame in run.frames)]) if door else frozenset(),
        door=door,
        guarded=route and (secret or _knows_caller(visit) or _verifies(run)),
        authorising=route and bool(entry.guarded & entry.inputs or any(entry.ways)),
        statements=frozenset(run.statements),
        problems=tuple(
            Problem("statement", unread.place.path, unread.hint, unread.place.span)
            for unread in run.trace.unread
            if not unread.dynamic
        ),
    )


def _judged(visit: _Visit, reached: frozenset[Site], visiting: Visiting) -> Iterator[Judged]:
    entry, run = visit.entry, visit.run
    is_executor = executor_of(run, Entity(visit.ref)) is not None
    for seen in () if is_executor else _last_forms(run.trace.seen):
        if entry.role is Role.HELPER and _site(seen) in reached:
            continue
        if visiting.watch is not None:
            visiting.watch(run, seen, entry.role)
        yield _judge(visit, seen, visiting.advise)
    for event in judge_events(run, entry):
        yield _way(visit, *event)
    if entry.role is not Role.HELPER and entry.role not in MAINTENANCE:  # a helper's text is its callers'
        unknown = Found(Reason.DYNAMIC_SQL, "the SQL text")
        for unread in run.trace.unread if not is_executor else ():
            if unread.dynamic:
                yield _way(visit, _unknown_access(unread), unknown)


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


def _site(seen: Seen) -> Site:
    return seen.query.site.path, seen.query.site.span[:2]


def _unknown_access(unread: Unread) -> Seen:
    """SQL whose text is not known, as an access to a table that is not known either."""
    return Seen(Query(LAYER, unread.place, ()), unread.function, unread.stack, (), 0)


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


def _judge(visit: _Visit, seen: Seen, advise: bool = False) -> Judged:
    cases = [Case(visit.run, visit.entry, seen, way) for way in visit.entry.ways]
    case, found = min(((case, judge(case)) for case in cases), key=lambda judged: _least_sure(judged[1]))
    way = _way(visit, seen, found)
    return replace(way, remedy=remedy(case, found)) if advise else way


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
        operation=query.operation,
        replaced=bool(query.replaced),
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
