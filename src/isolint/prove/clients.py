"""Calls on a client's attribute or on a repository that lead to the rows of one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isolint.model.source import Place
from isolint.orms import LAYERS, layer
from isolint.prove.extended import through_extensions
from isolint.prove.given import Given
from isolint.prove.members import accessed
from isolint.prove.querying import apply
from isolint.prove.terms import Entity, Global, Handle, Member, Query, Result, SqlTable, Term

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

OF_MODEL = ".prisma"
"""The method of a generated model's class that gives the client of its table."""


def on_delegate(run: Run, frame: Frame, receiver: Term, method: str, given: Given) -> Term | None:
    """`client.user.findMany({…})`: the attribute tells the table, whatever the client; so does `User.prisma()`."""
    if isinstance(receiver, Result) and isinstance(receiver.callee, Global) and receiver.callee.name.endswith(OF_MODEL):
        models, _, model = receiver.callee.name.removesuffix(OF_MODEL).rpartition(".")
        receiver = Global(f"{models}.{model.lower()}")
    if not isinstance(receiver, Member | Global):
        return None
    prefix, _, name = receiver.name.rpartition(".")
    known, table = _of_accessor(run, frame, receiver, method)
    action = layer(known).delegates.get(method) if known else None
    if action is None or table is None:
        return None
    client = receiver.base if isinstance(receiver, Member) else Global(prefix)
    query = Query(known, Place(frame.path, given.at), (table,), receiver=client)
    return apply(run, frame, query, action, through_extensions(run, frame, client, name, method, given))


def _of_accessor(run: Run, frame: Frame, receiver: Member | Global, method: str) -> tuple[str, Term | None]:
    """The data layer and the table that a client's attribute leads to.

    Models that the schema lacks are tables by their name, where a method that only such a client has is called on them
    somewhere and the client is one for the whole process.
    """
    tables = run.program.tables
    if (symbol := accessed(run, frame.path, receiver)) is not None:
        return tables.by_symbol[symbol].declaration.layer, Entity(symbol)
    name = receiver.name.rpartition(".")[2]
    model = name[:1].upper() + name[1:]
    table = tables.of_sql(model)
    for known in LAYERS if isinstance(receiver, Global) else ():
        used = table is not None and table.declaration.layer == known.name and method in known.delegates
        if known.name in tables.layers and (used or method in known.sure):
            return known.name, SqlTable(model)
    return "", None


def on_handle(run: Run, frame: Frame, handle: Handle, method: str, given: Given) -> Term | None:
    """`repository.find({…})`: None for what the data layer does not know."""
    action = layer(handle.layer).delegates.get(method)
    if action is None or (handle.own is not None and run.program.method(handle.own, method) is not None):
        return None
    query = Query(handle.layer, Place(frame.path, given.at), (handle.table,), receiver=handle.receiver)
    return apply(run, frame, query, action, given)
