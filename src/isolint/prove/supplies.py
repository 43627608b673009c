"""What is at hand where an access is: the values of the tenant that could restrict it, if they are known there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from isolint.link.symbols import FunctionRef
from isolint.model.access import Role
from isolint.model.code import (
    Argument,
    Assign,
    Attribute,
    Branch,
    Call,
    Compare,
    Constant,
    Entry,
    Expression,
    Function,
    Loop,
    Mapping,
    Name,
    Node,
    Statement,
    Try,
    With,
)
from isolint.model.source import Place, Span
from isolint.model.table import Table
from isolint.model.walk import Part, body_of, everything_in, nodes_in
from isolint.prove.case import Case
from isolint.prove.columns import Meaning, read_column
from isolint.prove.frame import Frame
from isolint.prove.origins import origin
from isolint.prove.terms import Column, Input, Member, Term

MOST = 12
"""How many values are tried for one access."""
LOOKUP = "__"
NESTED = frozenset({"django", "tortoise", "prisma", "typeorm"})
"""Layers in which a restriction may name a column of a related table."""

Path = tuple[str, ...]
"""A column, behind the relations that lead to it."""


def tenants_at_hand(case: Case, frame: Frame, table: Table) -> list[tuple[Path, Expression]]:
    """(column, expression) that could restrict rows of the table to one tenant, those written nearest to it first.

    They are the values that the file itself restricts such a column to, and names that are called what it is.
    """
    functions = case.run.program.modules[frame.path].functions
    here = functions[frame.function.qualname]
    others = [pair for function in functions.values() if function is not here for pair in _written(function)]
    found: dict[tuple[Path, str], tuple[Path, Expression]] = {}
    for pairs, elsewhere in (((*_written(here), *_named(here)), False), (others, True)):
        for path, value in pairs:
            spelled = dotted(value)
            for column in tenant_columns(case, table, path) if spelled else ():
                new = (column, spelled) not in found and at_hand(case, frame, value)
                if new and not (elsewhere and may_lack(evaluated(case, frame, value))):
                    found[column, spelled] = (column, value)
    return list(found.values())[:MOST]


def may_lack(value: Term) -> bool:
    """Whether it is only assumed that a parameter which a framework fills has what another function takes from its
    own of that name.
    """
    assumed, root = origin(value).assumed, value
    while isinstance(root, Member):
        root = root.base
    return assumed and isinstance(root, Input)


def tenant_columns(case: Case, table: Table, path: Path) -> Iterator[Path]:
    """The columns of the tenant that a path can mean for rows of a table: as it is written, from one of its parts on,
    and behind the relations that lead to the table which has them.
    """
    deep = case.seen.query.layer in NESTED
    ahead, columns = owner_path(case, table)
    candidates = [path]
    candidates += [(*ahead, *path[at:]) for at, name in enumerate(path) if name in columns]
    for candidate in dict.fromkeys(candidates):
        if (deep or len(candidate) == 1) and _is_tenants(case, table, candidate):
            yield candidate


def owner_path(case: Case, table: Table) -> tuple[Path, tuple[str, ...]]:
    """The relations from a table to the one whose own columns name the tenant, and these columns."""
    ownership, found = case.ownership(table), list[str]()
    at: Table | None = table
    for column, target in ownership.path if ownership is not None else ():
        relations = at.relations.values() if at is not None else ()
        named = [r.name for r in relations if r.target == target and column in {r.name, r.column}]
        if not named:
            return (), ()
        found.append(named[0])
        at = case.run.program.tables.by_name.get(target)
    owner = case.ownership(at)
    return tuple(found), owner.columns if owner is not None else ()


def _is_tenants(case: Case, table: Table, path: Path) -> bool:
    """Whether a path of declared relations ends at a declared column that names the tenant, or a part of one that most
    else is kept in.
    """
    at: Table | None = table
    for name in path[:-1]:
        at = case.related(at, name)
    if at is None or not (path[-1] in at.relations or at.column_of(path[-1]) in at.columns):
        return False
    reading = read_column(case, Column(None, path), table)
    inside = reading.table is not None and reading.table.name in case.tenancy.containers
    return reading.meaning is Meaning.TENANT or (reading.meaning is Meaning.PARENT and inside)


def _written(function: Function) -> Iterator[tuple[Path, Expression]]:
    return restrictions(everything_in(*function.body))


def _named(function: Function) -> Iterator[tuple[Path, Expression]]:
    """Parameters and local names, as if each were called what the column is."""
    names = [parameter.name for parameter in function.parameters]
    names += [part.target.id for part in body_of(function).of(Assign) if isinstance(part.target, Name)]
    return (((name,), Name(function.at, name)) for name in names if name)


def restrictions(parts: Iterable[Part]) -> Iterator[tuple[Path, Expression]]:
    """(column, value) of comparisons, keyword arguments, entries and `eq(column, value)`."""
    for part in parts:
        match part:
            case Compare(operator="eq", left=Attribute(name=name), right=value):
                yield (name,), value
            case Compare(operator="eq", left=value, right=Attribute(name=name)):
                yield (name,), value
            case Argument(name=name, value=value) if name:
                yield tuple(name.split(LOOKUP)), value
            case Entry(key=Constant(value=str()), value=_):
                yield from _entries(part, ())
            case Call(function=Name(), arguments=(Argument(value=Attribute(name=name)), Argument(value=value))):
                yield (name,), value


def _entries(entry: Entry, before: Path) -> Iterator[tuple[Path, Expression]]:
    """An entry, and what stands in the objects inside it: `trace: { projectId }`."""
    if isinstance(entry.key, Constant) and isinstance(entry.key.value, str):
        path = (*before, entry.key.value)
        yield path, entry.value
        for inner in entry.value.entries if isinstance(entry.value, Mapping) and before == () else ():
            yield from _entries(inner, path)


def dotted(value: Expression) -> str:
    """A name or a path from one as text; '' for anything else."""
    if isinstance(value, Name):
        return value.id
    if isinstance(value, Attribute) and not value.optional:
        base = dotted(value.base)
        return f"{base}.{value.name}" if base else ""
    return ""


def at_hand(case: Case, frame: Frame, value: Expression) -> bool:
    """Whether an expression's first name means one thing in the function, from before the access on."""
    first = value
    while isinstance(first, Attribute):
        first = first.base
    if not isinstance(first, Name):
        return False
    holder: Frame | None = frame
    while holder is not None and first.id not in holder.names:
        holder = holder.parent
    if holder is None:
        return case.run.program.lookup(frame.path, first.id) is not None
    body = case.run.program.function(holder.function).body
    before = _assigned_before(body, first.id, case.seen.query.site.span)
    return before is not False


def _assigned_before(body: tuple[Statement, ...], name: str, at: Span) -> bool | None:
    """Whether a name is assigned once, on every way to `at`; None when it never is: then it is a parameter."""
    assigned = [part for part in nodes_in(*body) if _binds(part, name)]
    if not assigned:
        return None
    if len(assigned) > 1:
        return False
    block: tuple[Statement, ...] | None = body
    while block is not None:
        if any(statement is assigned[0] for statement in block):
            return assigned[0].at[2:] <= at[:2]
        block = next((inner for statement in block for inner in blocks(statement) if _around(inner, at)), None)
    return False


def _binds(part: Node, name: str) -> bool:
    match part:
        case Assign(target=target) | Loop(target=target) | With(target=target) if target is not None:
            return any(isinstance(node, Name) and node.id == name for node in nodes_in(target))
        case _:
            return False


def blocks(statement: Statement) -> tuple[tuple[Statement, ...], ...]:
    """The blocks of statements inside a statement."""
    match statement:
        case Branch(then=then, otherwise=otherwise):
            return then, otherwise
        case Loop(body=body, otherwise=otherwise):
            return body, otherwise
        case With(body=body):
            return (body,)
        case Try(body=body, otherwise=otherwise, final=final, handlers=handlers):
            return body, otherwise, final, *(handler.body for handler in handlers)
        case _:
            return ()


def _around(block: tuple[Statement, ...], at: Span) -> bool:
    return bool(block) and block[0].at[:2] <= at[:2] <= block[-1].at[2:]


def evaluated(case: Case, frame: Frame, value: Expression) -> Term:
    """What an expression is where the frame stands; looking at it leaves no trace."""
    from isolint.prove.evaluate import evaluate

    return case.run.aside(0, lambda: evaluate(case.run, frame, value))


def frame_of(case: Case) -> Frame | None:
    """The activation in which the access ran, when it stands in that function itself."""
    seen = case.seen
    at = case.run.program.function(seen.function).at
    site = seen.query.site
    if site.path != seen.function.path or not at[:2] <= site.span[:2] <= at[2:]:
        return None
    if case.entry.role is Role.HELPER and seen.stack:
        return None
    frames = (f for f in case.run.frames if f.function == seen.function and f.stack == seen.stack and f.names)
    return next(frames, None)


def parts_at(case: Case, site: Place) -> list[Part]:
    """The parts of the code within a place, nested functions excluded."""
    ref = FunctionRef(site.path, case.seen.function.qualname)
    body = everything_in(*case.run.program.function(ref).body)
    around = next((part for part in body if isinstance(part, Node) and part.at == site.span), None)
    return list(everything_in(around)) if around is not None else []
