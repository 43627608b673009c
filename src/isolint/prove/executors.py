"""Calls of sanctioned executors: SQL that they are given runs confined to the tenant they are given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.link.symbols import FunctionRef
from isolint.model.tenancy import Executor
from isolint.prove.terms import Bound, Closed, Entity, Global, Member, Result, Term, Unknown

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.querying import Given
    from isolint.prove.run import Run

EXECUTOR = "executor"


def executor_of(run: Run, callee: Term) -> Executor | None:
    """The executor that a callee is, by its name as configured or inferred."""
    name = _name(callee)
    if not name:
        return None
    for executor in run.tenancy.executors:
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
    """Read a call of an executor: its SQL becomes queries carried by it, its callback is followed; None for other calls."""
    executor = executor_of(run, callee)
    if executor is None:
        return None
    from isolint.prove.sqltext import read_sql

    tenant = argument(given, executor.tenant) or Unknown("no tenant argument")
    carrier = Result(Global(EXECUTOR), (tenant,), (("name", Global(executor.name)),))
    sql = argument(given, executor.sql)
    callback = argument(given, executor.callback)
    if isinstance(callback, Closed | Bound | Entity):
        from isolint.prove.calling import invoke

        return invoke(run, frame, callback, replace(given, positional=(carrier,), keywords=()))
    if sql is None:
        return carrier
    if isinstance(sql, Closed | Bound):
        run.note_misuse(frame, executor, given.at)
        return Result(callee, given.positional, given.keywords)
    return read_sql(run, frame, sql, _after(given, executor.sql), carrier, given.at)


def argument(given: Given, slot: str) -> Term | None:
    """The argument in a slot: a position as digits, or a keyword's name."""
    if not slot:
        return None
    if slot.isdigit():
        index = int(slot)
        return given.positional[index] if index < len(given.positional) else None
    return given.keyword(slot)


def _after(given: Given, slot: str) -> Given:
    """The arguments behind the SQL text, which fill its parameters."""
    start = int(slot) + 1 if slot.isdigit() else len(given.positional)
    return replace(given, positional=given.positional[start:])
