"""The way through an executor for an access that goes past it: one that the project itself takes elsewhere.

What is unsure stays as it is: a client that the executor is not seen to hand out, a result that it does not give in
the same form, an executor that other files do not import in a way that holds here as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from isolint.model.code import (
    Assign,
    Attribute,
    Await,
    Call,
    Constant,
    Evaluate,
    Expression,
    Node,
    Return,
)
from isolint.model.evidence import Verdict
from isolint.model.remedy import Change, Form, Remedy, Route
from isolint.model.source import Place, Span
from isolint.model.walk import everything_in
from isolint.orms import SESSION
from isolint.prove.case import Case
from isolint.prove.executing import Use, carrier, chain, client_calls, gives_parts, uses
from isolint.prove.executors import carrier_executor, carrier_of
from isolint.prove.frame import Frame
from isolint.prove.judge import judge
from isolint.prove.supplies import at_hand, dotted, evaluated, may_lack
from isolint.prove.terms import Result, Term

SQL_LAYER = "sql"
TAGGED_NUMBER = "$1"
GIVES_ROWS = frozenset({"$queryRaw", "$queryRawUnsafe", "fetch", "fetch_all"})
"""Methods of clients that give a list of rows and nothing else."""


def rerouted(case: Case, frame: Frame) -> Remedy | None:
    """The remedy that lets an executor run the access, None when the project shows none that would."""
    call = _carrying(case, frame)
    if call is None:
        return None
    for route, value, receiver in _routes(case, frame, call):
        if _confines(case, receiver):
            place = Place(frame.path, call.at)
            return Remedy(Change.ROUTE, place, case.seen.query.layer, value=value, route=route)
    return None


def retargeted(case: Case, frame: Frame) -> Remedy | None:
    """The remedy that gives an executor the tenant of the caller, as it is given elsewhere, where it has a constant."""
    known = uses(case, frame)
    for use in known:
        constant = use.argument(use.executor.tenant)
        if use.ref != frame.function or use.call.at != case.seen.query.site.span or not isinstance(constant, Constant):
            continue
        for value, term in _tenants(case, frame, known):
            if _confines(case, carrier(use.executor, term)):
                place = Place(frame.path, constant.at)
                return Remedy(Change.REPLACE, place, case.seen.query.layer, value=value)
    return None


def _tenants(case: Case, frame: Frame, known: list[Use]) -> Iterator[tuple[str, Term]]:
    """The tenants that executors are given elsewhere, where they are known here."""
    for use in known:
        tenant = use.argument(use.executor.tenant)
        if tenant is not None and dotted(tenant) and at_hand(case, frame, tenant):
            term = evaluated(case, frame, tenant)
            if use.ref == frame.function or not may_lack(term):
                yield dotted(tenant), term


def _confines(case: Case, receiver: Term) -> bool:
    seen = replace(case.seen, query=replace(case.seen.query, receiver=receiver))
    verdicts = [judge(Case(case.run, case.entry, seen, way)) for way in case.entry.ways]
    return all(verdict.reason.verdict is Verdict.SCOPED for verdict in verdicts)


def _carrying(case: Case, frame: Frame) -> Call | None:
    """The call by which the query's client runs it."""
    query, body = case.seen.query, case.run.program.function(frame.function).body
    calls = [part for part in everything_in(*body) if isinstance(part, Call) and within(query.site.span, part.at)]
    for call in sorted(calls, key=lambda call: call.at[2:]):
        if _client(case, frame, call) is not None:
            return call
    return None


def within(inner: Span, outer: Span) -> bool:
    """Whether a span lies inside another one."""
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def _client(case: Case, frame: Frame, call: Call) -> tuple[Expression, tuple[str, ...]] | None:
    """The expression of the query's client at the root of a call, and the attributes behind it."""
    _, path = chain(call.function)
    expression = call.function
    for length in range(1, len(path) + 1):
        assert isinstance(expression, Attribute)
        asked = expression if call.tagged else expression.base
        expression = expression.base
        if dotted(expression) and evaluated(case, frame, asked) == case.seen.query.receiver:
            return expression, path[len(path) - length :]
    return None


def _routes(case: Case, frame: Frame, call: Call) -> Iterator[tuple[Route, str, Term]]:
    """(way, tenant, client) of each way that could be taken, the nearest first."""
    found = _client(case, frame, call)
    assert found is not None
    client, path = found
    if isinstance(case.seen.scope, Result) and (name := _opened(case, frame)):
        executor = carrier_executor(case.tenancy, case.seen.scope)
        calls = [other for use in uses(case, frame) if use.executor == executor for other in client_calls(case, use)[1]]
        if any(_alike(path, other) for other in calls):
            yield Route(Form.CLIENT, "", client.at, name), "", case.seen.scope
        return
    for use in uses(case, frame):
        tenant = use.argument(use.executor.tenant)
        module = _import(case, frame, use)
        if tenant is None or not dotted(tenant) or module is None or not at_hand(case, frame, tenant):
            continue
        term = evaluated(case, frame, tenant)
        if use.ref != frame.function and may_lack(term):
            continue
        for form, name in _forms(case, frame, use, call, path):
            waits = use.definition is not None and use.definition.asynchronous
            kept = dotted(client) if form is Form.FUNCTION and "." not in dotted(client) else name
            route = Route(form, use.name, client.at, kept, module, waits)
            yield route, dotted(tenant), carrier(use.executor, term)


def _opened(case: Case, frame: Frame) -> str:
    """The name of the client of the executor's block around the access, '' when there is none."""
    scope = carrier_of(case.seen.scope)
    holder: Frame | None = frame
    while scope is not None and holder is not None:
        if name := next((name for name, value in holder.names.items() if carrier_of(value) == scope), ""):
            return name
        holder = holder.parent
    return ""


def _import(case: Case, frame: Frame, use: Use) -> str | None:
    """The module that the executor is to be imported from: '' where it is known, None where it cannot be told."""
    program = case.run.program
    here, there = (program.lookup(path, use.name) for path in (frame.path, use.ref.path))
    if here is not None or frame.lookup(use.name) is not None:
        return "" if here == there and frame.lookup(use.name) is None else None
    facts = program.modules[use.ref.path].facts
    named = [item for item in facts.imports if item.local == use.name == item.name]
    return named[0].module if named and not named[0].module.startswith(".") else None


def _forms(case: Case, frame: Frame, use: Use, call: Call, path: tuple[str, ...]) -> Iterator[tuple[Form, str]]:
    """The forms in which this executor could run the call, each with the name of its client."""
    statement = _statement(case, frame, call)
    if not _waits_alike(case, frame, use, call):
        return
    name, calls = client_calls(case, use)
    alike = any(_alike(path, other) for other in calls)
    if use.block is None and alike:
        yield Form.FUNCTION, name
    if use.block is not None and alike and statement is not None and frame.lookup(name) is None:
        yield Form.BLOCK, name
    if use.executor.sql and case.seen.query.layer == SQL_LAYER and _takes(case, use, call, path, statement):
        yield Form.TEXT, ""


def _alike(path: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a client that is called by one path can be taken to answer to the other: to another method of another
    table, or to another one of a session of the same kind.
    """
    if len(path) != len(other):
        return False
    kinds = [{layer.name for layer, _ in SESSION.get(names[-1], ())} for names in (path, other)]
    return len(path) > 1 or path == other or bool(kinds[0] & kinds[1])


def _statement(case: Case, frame: Frame, call: Call) -> Node | None:
    """The simple statement that a call stands in."""
    body = case.run.program.function(frame.function).body
    simple = (part for part in everything_in(*body) if isinstance(part, Assign | Evaluate | Return))
    return next((part for part in simple if within(call.at, part.at)), None)


def _waits_alike(case: Case, frame: Frame, use: Use, call: Call) -> bool:
    """Whether the executor is waited for where the client is; a promise may be handed on without."""
    if not frame.path.endswith(".py") or use.definition is None:
        return True
    if use.block is not None:
        return case.run.program.function(frame.function).asynchronous or not use.definition.asynchronous
    return _is_awaited(case, frame, call) is use.definition.asynchronous


def _is_awaited(case: Case, frame: Frame, call: Call) -> bool:
    body = case.run.program.function(frame.function).body
    return any(isinstance(part, Await) and part.value is call for part in everything_in(*body))


def _takes(case: Case, use: Use, call: Call, path: tuple[str, ...], statement: Node | None) -> bool:
    """Whether the executor takes such a text with such values, and gives what the call gives."""
    if not call.arguments or use.argument(use.executor.sql) is None:
        return False
    if call.tagged and not _numbers(case, use):
        return False
    value = statement.value if isinstance(statement, Evaluate) else None
    unused = value is call or (isinstance(value, Await) and value.value is call)
    return unused or (path[-1] in GIVES_ROWS and not gives_parts(case, use.executor))


def _numbers(case: Case, use: Use) -> bool:
    """Whether texts that the executor is given number their values."""
    return any(
        isinstance(text := other.argument(other.executor.sql), Constant) and TAGGED_NUMBER in str(text.value)
        for other in uses(case, case.run.entry_frame)
        if other.executor == use.executor
    )
