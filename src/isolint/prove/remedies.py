"""What would confine an access, if anything at hand would: each proposal is put before the judge, none is guessed.

The values that are tried are those that the file itself restricts tenant columns to, and what the function has under
the name of such a column. Each is evaluated where the access is, so a value that means something else there, or that
is not there, proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from isolint.link.symbols import FunctionRef
from isolint.model.access import Operation, Role
from isolint.model.code import (
    Argument,
    Assign,
    Attribute,
    Await,
    Branch,
    Call,
    Compare,
    Constant,
    Entry,
    Expression,
    Function,
    Loop,
    Name,
    Node,
    Statement,
    Try,
    With,
)
from isolint.model.evidence import Reason, Verdict
from isolint.model.remedy import Change, Remedy
from isolint.model.source import Place, Span
from isolint.model.walk import body_of, nodes_in, parts_in
from isolint.prove.case import Case, Found
from isolint.prove.columns import Meaning, read_column
from isolint.prove.confine import own_table
from isolint.prove.frame import Frame
from isolint.prove.judge import judge
from isolint.prove.members import table_of
from isolint.prove.origins import Kind, origin
from isolint.prove.show import show
from isolint.prove.terms import (
    Column,
    Entity,
    Literal,
    Outcome,
    Pending,
    Record,
    Result,
    Term,
    Test,
    Where,
)

PLAIN = frozenset(
    {
        Reason.NO_PREDICATE,
        Reason.ACTED_ID_NOT_AUTHORISED,
        Reason.UNUSED_TENANT_PARAMETER,
        Reason.JOB_IGNORES_TENANT,
    }
)
"""Nothing restricts the rows: a restriction takes away what nobody meant to give."""
MEANT = frozenset({Reason.WIDENED_PREDICATE, Reason.REPLACED_PREDICATE})
"""Somebody wrote that these rows be reached as well: to take them away is for people to decide."""
MOST = 8
"""How many values are tried for one access."""


def remedy(case: Case, found: Found) -> Remedy | None:
    """The change that would confine an unconfined access, None when nothing at hand would."""
    if found.reason.verdict is not Verdict.UNSCOPED or found.at is not None:
        return None
    if found.reason is Reason.UNAWAITED_GUARD:
        return _awaited(case, found)
    if found.reason is Reason.HARD_CODED_TENANT:
        return _replaced(case)
    narrows = found.reason in PLAIN or found.reason in MEANT
    return _narrowed(case, found) if narrows and case.seen.query.operation is not Operation.CREATE else None


# --- a restriction more


def _narrowed(case: Case, found: Found) -> Remedy | None:
    query = case.seen.query
    frame, own = _frame(case), own_table(case, query)
    ownership = case.ownership(own)
    if frame is None or own is None or ownership is None or not ownership.columns:
        return None
    table = _written_table(case, frame)
    for column, value in _values(case, frame, ownership.columns):
        term = _evaluated(case, frame, value)
        where = Where(Test("eq", Column(None, (column,)), term))
        verdicts = _judged(case, (*query.where, where))
        if all(verdict.reason.verdict is Verdict.SCOPED for verdict in verdicts):
            proven = not any(step.assumed for verdict in verdicts for step in verdict.steps)
            safe = found.reason in PLAIN and proven and origin(term).kind is not Kind.UNKNOWN
            return Remedy(Change.NARROW, query.site, query.layer, column, dotted(value), table, safe)
    return None


def _judged(case: Case, where: tuple[Where, ...]) -> list[Found]:
    """What the judge says of the access under other restrictions, on each way through the guards."""
    seen = replace(case.seen, query=replace(case.seen.query, where=where, replaced=()))
    return [judge(Case(case.run, case.entry, seen, way)) for way in case.entry.ways]


def _written_table(case: Case, frame: Frame) -> str:
    """How the query itself names its table; '' when it does not."""
    query = case.seen.query
    table = table_of(case.run, query.tables[0])
    for node in sorted(_nodes_at(case, query.site), key=lambda node: node.at):
        if isinstance(node, Name) and frame.lookup(node.id) is None:
            named = case.run.name(frame, node.id)
            if isinstance(named, Entity) and table_of(case.run, named) is table:
                return node.id
    return ""


# --- another value


def _replaced(case: Case) -> Remedy | None:
    query, frame = case.seen.query, _frame(case)
    own = own_table(case, query)
    ownership = case.ownership(own)
    if frame is None or ownership is None or not ownership.columns:
        return None
    constants = [
        (column, value)
        for column, value in _restrictions(_parts_at(case, query.site))
        if column in ownership.columns and isinstance(value, Constant)
    ]
    if len(constants) != 1:
        return None
    written, constant = constants[0]
    for column, value in _values(case, frame, ownership.columns):
        term = _evaluated(case, frame, value)
        where = tuple(_with_value(case, item, term) for item in query.where)
        if column == written and all(v.reason.verdict is Verdict.SCOPED for v in _judged(case, where)):
            place = Place(query.site.path, constant.at)
            return Remedy(Change.REPLACE, place, query.layer, column, dotted(value))
    return None


def _with_value(case: Case, where: Where, term: Term) -> Where:
    """A restriction of the tenant's column to a constant, to `term` instead."""
    test, own = where.condition, own_table(case, case.seen.query)
    if isinstance(test, Record):
        entries = tuple(
            (key, term if isinstance(value, Literal) and _is_tenant(case, str(getattr(key, "value", ""))) else value, w)
            for key, value, w in test.entries
        )
        return replace(where, condition=Record(entries))
    if isinstance(test, Test) and isinstance(test.left, Column) and isinstance(test.right, Literal):
        if read_column(case, test.left, own).meaning is Meaning.TENANT:
            return replace(where, condition=replace(test, right=term))
    return where


def _is_tenant(case: Case, name: str) -> bool:
    table = own_table(case, case.seen.query)
    return bool(name) and read_column(case, Column(None, (name,)), table).meaning is Meaning.TENANT


# --- a call that is waited for


def _awaited(case: Case, found: Found) -> Remedy | None:
    if not case.run.program.function(case.seen.function).asynchronous:
        return None
    facts = (*case.known, *(fact for check in case.later for fact in check.facts))
    fact = next((fact for fact in facts if isinstance(fact, Pending) and show(fact) == found.subject), None)
    if fact is None:
        return None
    function = case.run.program.function(case.seen.function)
    waited = {part.value.at for part in body_of(function).of(Await)}
    calls = [
        place
        for callee, place, ref, operands in case.run.trace.calls
        if ref == case.seen.function and _is_call(fact.value, callee, operands) and place.span not in waited
    ]
    return Remedy(Change.AWAIT, calls[0], safe=True) if len(set(calls)) == 1 else None


def _is_call(value: Term, callee: Term, operands: tuple[Term, ...]) -> bool:
    """Whether a call of `callee` gave the value."""
    match value:
        case Result(name, _, _):
            return name == callee and value.operands() == operands
        case Outcome(function, arguments, _):
            called = callee.ref if isinstance(callee, Entity) else getattr(callee, "function", None)
            return bool(called == function) and (not operands or arguments[-len(operands) :] == operands)
        case _:
            return False


# --- what is at hand


def _values(case: Case, frame: Frame, columns: tuple[str, ...]) -> list[tuple[str, Expression]]:
    """(column, expression) that could restrict the access, those written nearest to it first."""
    module = case.run.program.modules[frame.path]
    here = module.functions[frame.function.qualname]
    others = [function for function in module.functions.values() if function is not here]
    written = [*_written(here, columns), *_named(here, columns)]
    written += [pair for function in others for pair in _written(function, columns)]
    found: dict[tuple[str, str], tuple[str, Expression]] = {}
    for column, value in written:
        spelled = dotted(value)
        if spelled and (column, spelled) not in found and _at_hand(case, frame, value):
            found[column, spelled] = (column, value)
    return list(found.values())[:MOST]


def _written(function: Function, columns: tuple[str, ...]) -> Iterator[tuple[str, Expression]]:
    """What a function itself restricts such columns to."""
    return ((name, value) for name, value in _restrictions(body_of(function).parts) if name in columns)


def _named(function: Function, columns: tuple[str, ...]) -> Iterator[tuple[str, Expression]]:
    """Parameters and local names that are called what the column is."""
    names = [parameter.name for parameter in function.parameters]
    names += [part.target.id for part in body_of(function).of(Assign) if isinstance(part.target, Name)]
    return ((name, Name(function.at, name)) for name in names if name in columns)


def _restrictions(parts: object) -> Iterator[tuple[str, Expression]]:
    """(last name of the column, value) of comparisons, keyword arguments, entries and `eq(column, value)`."""
    for part in parts:  # type: ignore[attr-defined]
        match part:
            case Compare(operator="eq", left=Attribute(name=name), right=value):
                yield name, value
            case Compare(operator="eq", left=value, right=Attribute(name=name)):
                yield name, value
            case Argument(name=name, value=value) if name:
                yield name, value
            case Entry(key=Constant(value=str(name)), value=value):
                yield name, value
            case Call(function=Name(), arguments=(Argument(value=Attribute(name=name)), Argument(value=value))):
                yield name, value


def dotted(value: Expression) -> str:
    """A name or a path from one as text; '' for anything else."""
    if isinstance(value, Name):
        return value.id
    if isinstance(value, Attribute) and not value.optional:
        base = dotted(value.base)
        return f"{base}.{value.name}" if base else ""
    return ""


def _at_hand(case: Case, frame: Frame, value: Expression) -> bool:
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
        block = next((inner for statement in block for inner in _blocks(statement) if _around(inner, at)), None)
    return False


def _binds(part: Node, name: str) -> bool:
    match part:
        case Assign(target=target) | Loop(target=target) | With(target=target) if target is not None:
            return any(isinstance(node, Name) and node.id == name for node in nodes_in(target))
        case _:
            return False


def _blocks(statement: Statement) -> tuple[tuple[Statement, ...], ...]:
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


def _evaluated(case: Case, frame: Frame, value: Expression) -> Term:
    from isolint.prove.evaluate import evaluate

    return case.run.aside(0, lambda: evaluate(case.run, frame, value))


def _frame(case: Case) -> Frame | None:
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


def _parts_at(case: Case, site: Place) -> list[object]:
    """The parts of the code within a place, nested functions included."""
    ref = FunctionRef(site.path, case.seen.function.qualname)
    body = body_of(case.run.program.function(ref)).parts
    around = [part for part in body if isinstance(part, Node) and part.at == site.span]
    return [part for node in around[:1] for part in parts_in(node)]


def _nodes_at(case: Case, site: Place) -> list[Node]:
    return [part for part in _parts_at(case, site) if isinstance(part, Node)]
