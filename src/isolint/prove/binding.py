"""Clients that are bound to a schema by a statement that ran before on them, or by what the framework injects."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.link.symbols import FunctionRef
from isolint.model.access import Role
from isolint.prove.case import Case
from isolint.prove.frame import SessionSet
from isolint.prove.origins import Kind, is_request, origin
from isolint.prove.terms import Entity, Global, Injected, Input, Item, Literal, Member, Query, Result, Term

STATE_OBJECTS = frozenset({"g", "state", "ctx", "context"})
MAX_LINKS = 8


def bound_schema(case: Case, query: Query) -> Term | None:
    """The schema that the query's client was put into before it ran: by SET, set_config, or inside its dependency."""
    links = list(_links(query.receiver))
    for event in reversed(case.run.trace.sessions):
        schema = next((s for s in event.schemas if not isinstance(s, Literal)), None)
        if schema is not None and event.order < case.seen.order and any(_is_on(case, event, link) for link in links):
            return schema
    return None


def _links(client: Term | None) -> Iterator[Term]:
    """The client and what it was taken from."""
    for _ in range(MAX_LINKS):
        if client is None:
            return
        yield client
        match client:
            case Result(Member(base, _), _, _) | Member(base, _) | Item(base, _):
                client = base
            case _:
                return


def _is_on(case: Case, event: SessionSet, client: Term) -> bool:
    """Whether the client is the one that was set; a dependency's own is the handler's only as what it injects."""
    if event.order < case.run.trace.began:
        return isinstance(client, Injected) and _ran_in(case, event, client.by)
    return event.receiver == client or (isinstance(client, Result) and client in _cursors(event.receiver))


def _ran_in(case: Case, event: SessionSet, dependency: Term) -> bool:
    if not (isinstance(dependency, Entity) and isinstance(dependency.ref, FunctionRef)):
        return False
    whole = case.run.program.function(dependency.ref).at
    return event.function == dependency.ref or any(place.span == whole for place in event.stack[:1])


def _cursors(client: Term) -> Iterator[Term]:
    """The connection that a cursor was taken from."""
    match client:
        case Result(Member(base, "cursor"), _, _):
            yield base


def from_framework(case: Case, query: Query) -> bool:
    """Whether the client was put on the request by code that runs before the handler, or is a job's own argument."""
    for link in _links(query.receiver):
        match link:
            case Injected(_, _, value) if not isinstance(value, Literal):
                return any(_is_state(part) for part in _links(value))
            case Input(_, part, _) if part or case.entry.role is Role.JOB:
                return True  # no request carries a session: what holds it was put there before
        if _is_state(link):
            return True
    return False


def _is_state(term: Term) -> bool:
    """`request.state`, `request.db`, `flask.g`."""
    match term:
        case Member(base, _) if is_request(base):
            return True
        case Global(name):
            return name.rpartition(".")[0].rpartition(".")[2] in STATE_OBJECTS
        case _:
            return False


def from_caller(query: Query) -> bool:
    """Whether the client is handed in by a caller that is not known, or is that of a row which is."""
    client = query.receiver
    given = client.operands() if isinstance(client, Result) else ()
    return any(origin(part).kind is Kind.CALLER for part in (client, *given) if part is not None)
