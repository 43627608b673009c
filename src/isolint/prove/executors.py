"""Calls of sanctioned executors: what they are given runs confined to the tenant that they are given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.link.symbols import FunctionRef
from isolint.model.tenancy import Executor, Tenancy
from isolint.prove.terms import Bound, Closed, Entity, Global, Literal, Member, Record, Result, Term, Unknown

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.given import Given
    from isolint.prove.run import Run

EXECUTOR = "executor"
TRANSLATE = "schema_translate_map"
ENTERING = frozenset({"enter_context", "enter_async_context"})
MAX_LINKS = 8


def executor_of(run: Run, callee: Term) -> Executor | None:
    """The executor that a callee is, by its name as configured or inferred."""
    name = _name(callee) if run.tenancy.executors else ""
    return _named(run.tenancy, name) if name else None


def _named(tenancy: Tenancy, name: str) -> Executor | None:
    for executor in tenancy.executors:
        if name == executor.name or name.endswith("." + executor.name):
            return executor
    return None


def _name(callee: Term) -> str:
    match callee:
        case Entity(FunctionRef(_, qualname)) | Bound(FunctionRef(_, qualname), _):
            return qualname
        case Global(name):
            return name
        case Member(base, name):
            return f"{_name(base)}.{name}"
        case _:
            return ""


def executor_call(run: Run, frame: Frame, callee: Term, given: Given) -> Term | None:
    """Read a call of an executor: its SQL becomes queries that it carries, its callback is followed; None for others.

    An executor without either is a block or a factory: its value is the client that carries what it runs.
    """
    executor = executor_of(run, callee)
    if executor is None:
        return None
    from isolint.prove.sqltext import read_sql

    names = _parameters(run, callee)
    tenant = argument(given, executor.tenant, names) or Unknown("no tenant argument")
    carrier = Result(Global(EXECUTOR), (tenant,), (("name", Global(executor.name)),))
    callback = argument(given, executor.callback, names)
    if isinstance(callback, Closed | Bound | Entity):
        return _call_back(run, frame, carrier, callback, given)
    sql = argument(given, executor.sql, names)
    if sql is None:
        return carrier
    if isinstance(sql, Closed | Bound):
        return _misused(run, frame, executor, sql, given)
    return read_sql(run, frame, sql, _bindings(executor, given, names), carrier, given.at)


def _call_back(run: Run, frame: Frame, carrier: Term, callback: Term, given: Given) -> Term:
    from isolint.prove.calling import invoke

    with within(run, carrier):
        return invoke(run, frame, callback, replace(given, positional=(carrier,), keywords=()))


def _misused(run: Run, frame: Frame, executor: Executor, function: Term, given: Given) -> Term:
    """A function stands where SQL text is taken: what it would run is part of this one mistake."""
    from isolint.prove.calling import invoke

    before = len(run.trace.seen)
    value = invoke(run, frame, function, replace(given, positional=(Unknown("client"),), keywords=()))
    inner = run.trace.forget(before)
    run.note_misuse(frame, executor, inner[0].query if inner else None, given.at)
    return value


def _parameters(run: Run, callee: Term) -> tuple[str, ...]:
    """The parameter names of a function of the project, without the one that a bound method fills itself."""
    match callee:
        case Entity(FunctionRef() as ref):
            return tuple(p.name for p in run.program.function(ref).parameters)
        case Bound(ref, _):
            return tuple(p.name for p in run.program.function(ref).parameters)[1:]
        case _:
            return ()


def argument(given: Given, slot: str, names: tuple[str, ...] = ()) -> Term | None:
    """The argument in a slot: a position as digits, or a parameter's name; `names` are the callee's parameters."""
    if not slot:
        return None
    if slot.isdigit():
        index = int(slot)
        name = names[index] if index < len(names) else ""
    else:
        index = names.index(slot) if slot in names else len(given.positional)
        name = slot
    return given.positional[index] if index < len(given.positional) else given.keyword(name)


def _bindings(executor: Executor, given: Given, names: tuple[str, ...]) -> Given:
    """The arguments that fill the parameters of the SQL text: those behind it, and those given by name."""
    slot = executor.sql
    index = int(slot) if slot.isdigit() else names.index(slot) if slot in names else len(given.positional)
    named = tuple(value for key, value in given.keywords if key not in {executor.tenant, executor.sql})
    return replace(given, positional=(*given.positional[index + 1 :], *named))


@contextmanager
def within(run: Run, value: Term) -> Iterator[None]:
    """Follow a block whose context is `value`; when that is an executor's client, what runs inside knows of it."""
    if carrier_of(value) is None:
        yield
        return
    run.scopes.append(value)
    yield
    run.scopes.pop()


def carrier_of(client: Term | None) -> Result | None:
    """The executor's client behind a session, a cursor or a transaction that was taken from it."""
    for _ in range(MAX_LINKS):
        match client:
            case Result(Global(name), _, _) if name == EXECUTOR:
                return client
            case Result(_, _, keywords) if (tenant := _translated(keywords)) is not None:
                return Result(Global(EXECUTOR), (tenant,), (("name", Global(TRANSLATE)),))
            case Result(Member(_, name), (inner, *_), _) if name in ENTERING:
                client = inner
            case Result(Member(base, _), _, _) | Member(base, _):
                client = base
            case Result(callee, _, keywords) if isinstance(callee, Result):
                client = callee
            case Result(_, arguments, keywords):
                client = dict(keywords).get("bind") or (arguments[0] if arguments else None)
            case _:
                return None
    return None


def _translated(keywords: tuple[tuple[str, Term], ...]) -> Term | None:
    """The schema that unqualified tables are translated to, when it is not constant."""
    mapping = dict(keywords).get(TRANSLATE)
    values = [value for _, value, _ in mapping.entries] if isinstance(mapping, Record) else []
    return next((value for value in values if not isinstance(value, Literal)), None)


def carrier_tenant(client: Term | None) -> Term | None:
    """The tenant that the executor behind a client was given."""
    carrier = carrier_of(client)
    return carrier.arguments[0] if carrier is not None else None


def carrier_executor(tenancy: Tenancy, client: Term | None) -> Executor | None:
    """The executor behind a client, None for one that is none (an engine with translated schemas)."""
    carrier = carrier_of(client)
    name = dict(carrier.keywords)["name"] if carrier is not None else None
    return _named(tenancy, name.name) if isinstance(name, Global) else None
