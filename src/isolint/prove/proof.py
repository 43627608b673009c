"""Runs every entry point, judges what it shows, and puts the verdicts together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from isolint.link import Program
from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.access import Client, Role
from isolint.model.evidence import Evidence
from isolint.model.source import Place, Problem
from isolint.model.tenancy import Tenancy
from isolint.prove.case import Case, Entry
from isolint.prove.contexts import Judged, frames_of, gather
from isolint.prove.entry import entry_values, role_of
from isolint.prove.frame import Seen
from isolint.prove.guarded import describe_entry
from isolint.prove.judge import judge
from isolint.prove.members import table_of
from isolint.prove.run import Run
from isolint.prove.schemas import carrier_tenant
from isolint.prove.show import show
from isolint.prove.sqltext import LAYER

MODULE_LEVEL = "<module>"


@dataclass(frozen=True, slots=True)
class Proof:
    """All evidence in order of place, the number of SQL statements that were read, and static SQL that did not parse."""

    evidence: tuple[Evidence, ...]
    statements: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Visit:
    """One entry point that was run."""

    ref: FunctionRef
    run: Run
    entry: Entry


def prove(program: Program, tenancy: Tenancy) -> Proof:
    """Judge every access of the program."""
    visits = [_visit(program, tenancy, ref, role) for ref, role in _entries(program)]
    reached = {_key(seen) for visit in visits for seen in visit.run.trace.seen}
    for ref, role in _helpers(program):
        visit = _visit(program, tenancy, ref, role)
        if any(_key(seen) not in reached for seen in visit.run.trace.seen):
            visits.append(visit)
    judged = [way for visit in _with_siblings(visits) for way in _judged(visit, reached)]
    statements = {text for visit in visits for text in visit.run.statements}
    return Proof(tuple(gather(judged, tenancy.strategy)), len(statements), _problems(visits))


def _key(seen: Seen) -> tuple[object, ...]:
    return (seen.query.site.path, seen.query.site.span[:2])


def _roles(program: Program) -> list[tuple[FunctionRef, Role]]:
    return [
        (ref, role_of(program, ref, function))
        for ref, function in program.functions()
        if ref.qualname != MODULE_LEVEL and not function.parent
    ]


def _entries(program: Program) -> list[tuple[FunctionRef, Role]]:
    return [(ref, role) for ref, role in _roles(program) if role is not Role.HELPER]


def _helpers(program: Program) -> list[tuple[FunctionRef, Role]]:
    return [(ref, role) for ref, role in _roles(program) if role is Role.HELPER]


def _visit(program: Program, tenancy: Tenancy, ref: FunctionRef, role: Role) -> _Visit:
    run = Run(program, tenancy)
    run.prepare(ref)
    function = program.function(ref)
    values = entry_values(run, ref, role)
    entry = describe_entry(run, ref, function, role, values)
    run.start(ref, values)
    return _Visit(ref, run, entry)


def _with_siblings(visits: list[_Visit]) -> list[_Visit]:
    """Tell each handler whether the others of its file are guarded."""
    guarded: dict[str, int] = defaultdict(int)
    for visit in visits:
        if visit.entry.role is Role.ROUTE and visit.entry.authenticated:
            guarded[visit.ref.path] += 1
    return [
        replace(visit, entry=replace(visit.entry, siblings_guarded=bool(guarded[visit.ref.path]))) for visit in visits
    ]


def _judged(visit: _Visit, reached: set[tuple[object, ...]]) -> list[Judged]:
    found = []
    for seen in _last_forms(visit.run.trace.seen):
        if visit.entry.role is Role.HELPER and _key(seen) in reached:
            continue
        found.append(_judge(visit, seen))
    return found


def _last_forms(seen: list[Seen]) -> list[Seen]:
    """Each query as it ran; a query that was both handed on and run counts once."""
    kept: dict[object, Seen] = {}
    for item in seen:
        kept[item.query, item.stack] = item
    return list(kept.values())


def _judge(visit: _Visit, seen: Seen) -> Judged:
    run = visit.run
    query = seen.query
    table = table_of(run, query.tables[0]) if query.tables else None
    case = Case(run, visit.entry, seen)
    frames = frames_of(seen)
    return Judged(
        seen=seen,
        found=judge(case),
        role=visit.entry.role,
        table=table.declaration.name if table else show(query.tables[0]) if query.tables else "?",
        layer=query.layer,
        client=_client(query),
        frames=frames,
        functions=_functions(visit, seen, len(frames)),
        inherited=_inherited(run, seen),
    )


def _client(query: object) -> Client:
    if carrier_tenant(query.receiver) is not None:  # type: ignore[attr-defined]
        return Client.EXECUTOR
    return Client.SQL if query.layer == LAYER else Client.ORM  # type: ignore[attr-defined]


def _functions(visit: _Visit, seen: Seen, count: int) -> tuple[str, ...]:
    """The names of the functions that the frames stand in, as far as they are known."""
    names = [seen.function.qualname]
    names += [_enclosing(visit.run.program, place) for place in reversed(seen.stack)]
    return tuple(names[:count])


def _enclosing(program: Program, place: Place) -> str:
    """The innermost function around a place."""
    best = MODULE_LEVEL
    size = None
    for function in program.modules[place.path].facts.functions:
        if function.qualname == MODULE_LEVEL or function.name == "<lambda>":
            continue
        first, last = function.at.line, function.at.end_line
        if first <= place.span.line <= last and (size is None or last - first < size):
            best, size = function.qualname, last - first
    return best


def _inherited(run: Run, seen: Seen) -> bool:
    """Whether the access is in a method of a base class that does not know the table itself."""
    function = run.program.function(seen.function)
    if not function.owner or not seen.stack:
        return False
    owner = ClassRef(seen.function.path, function.owner)
    return seen.receiver is not None and seen.receiver != owner


def _problems(visits: list[_Visit]) -> tuple[Problem, ...]:
    found = {
        (unread.place.path, unread.place.span): Problem("statement", unread.place.path, unread.hint, unread.place.span)
        for visit in visits
        for unread in visit.run.trace.unread
        if not unread.dynamic
    }
    return tuple(found[key] for key in sorted(found))
