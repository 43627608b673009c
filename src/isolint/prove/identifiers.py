"""Names of tables and schemas that a program puts into SQL text: who chooses them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from isolint.model.access import Role
from isolint.model.evidence import Reason, Step, Verdict
from isolint.prove.case import Case, Found
from isolint.prove.guards import authorised, guarded_input, trusted
from isolint.prove.origins import Kind, origin
from isolint.prove.show import show
from isolint.prove.terms import (
    Global,
    Injected,
    Input,
    Item,
    Items,
    Literal,
    Mapped,
    Query,
    Record,
    SqlTable,
    Term,
    Test,
)

HOLE = re.compile(r"⟦(\d+)⟧")


def judge_identifiers(case: Case, query: Query) -> Found | None:
    """The verdict when a table's or schema's name is inserted into the text; None when none is, or it says nothing."""
    found = [judged for table in _tables(query) for judged in _judge(case, table)]
    wrong = [f for f in found if f.reason.verdict is Verdict.UNSCOPED]
    unclear = [f for f in found if f.reason.verdict is Verdict.UNKNOWN]
    return next(iter((*wrong, *unclear, *found)), None)


def _tables(query: Query) -> Iterator[SqlTable]:
    for table in (*query.tables, *(join.table for join in query.joins)):
        if isinstance(table, SqlTable) and table.holes:
            yield table


def _judge(case: Case, table: SqlTable) -> Iterator[Found]:
    for text, is_schema in ((table.schema, True), (table.name, False)):
        for mark in HOLE.finditer(text):
            number = int(mark[1])
            if number < len(table.holes) and (found := _judge_hole(case, table.holes[number], is_schema)):
                yield found


def _judge_hole(case: Case, term: Term, is_schema: bool) -> Found | None:
    while isinstance(term, Injected) and origin(term.value).kind is Kind.REQUEST:
        term = term.value
    shown = show(term)
    found = origin(term)
    what = "schema" if is_schema else "table"
    if found.kind is Kind.REQUEST:
        if is_listed(case, term):
            return None
        if is_schema and (guarded_input(case, term) or authorised(case, term, case.known) is not None):
            return Found(Reason.DOMINATING_GUARD, shown, (Step(f"`{shown}` was checked before it names the schema"),))
        step = Step(f"`{shown}` of the request's {found.part or 'input'} names the {what} in the statement")
        return Found(Reason.INTERPOLATED_IDENTIFIER, shown, (step,))
    if not is_schema:
        return None
    if found.kind is Kind.SESSION or (found.kind is Kind.ROW and trusted(case, term)):
        return Found(Reason.BOUND_SESSION, shown, (Step(f"the statement names the caller's own schema `{shown}`"),))
    return _unconfined(case, term, found.kind)


def _unconfined(case: Case, term: Term, kind: Kind) -> Found | None:
    """A schema that nothing ties to the caller: one of a list of all, or one that is not known here."""
    shown = show(term)
    if kind is Kind.ROW and case.entry.role is Role.JOB:
        return Found(
            Reason.BACKGROUND_BY_DESIGN, shown, (Step("a job that visits every tenant's schema", assumed=True),)
        )
    if kind is Kind.ROW and case.entry.role is not Role.HELPER:
        step = Step(f"`{shown}` is a schema that a query over all of them has listed")
        return Found(Reason.INTERPOLATED_IDENTIFIER, shown, (step,))
    if kind is Kind.CALLER:
        return Found(Reason.UNRESOLVED_CALLER, shown)
    return Found(Reason.UNRESOLVED_VALUE, shown) if kind in {Kind.UNKNOWN, Kind.ROW} else None


def is_listed(case: Case, term: Term) -> bool:
    """Whether the value is one of a constant list: by a dominating check, its type, or the mapping it is read from."""
    for fact in case.known:
        if isinstance(fact, Test) and fact.operator in {"in", "eq"} and fact.left == term and _is_constant(fact.right):
            return True
    match term:
        case Item(base, _):
            return _is_constant(base) or is_listed(case, base)
        case Input(name, _, _):
            return _is_literal_type(case, name)
        case _:
            return False


def _is_constant(term: Term) -> bool:
    match term:
        case Literal():
            return True
        case Items(items):
            return all(map(_is_constant, items))
        case Record(entries):
            return all(key is not None and _is_constant(value) for key, value, _ in entries)
        case Mapped(element, source, _):
            return _is_constant(source) or _is_constant(element)
        case Global(name):
            return name.rpartition(".")[2].isupper()
        case _:
            return False


def _is_literal_type(case: Case, name: str) -> bool:
    """Whether the handler's parameter is declared as one of a few literals, which the framework enforces."""
    from isolint.model.code import Index, Name

    ref = case.run.entry_frame.function
    for parameter in case.run.program.function(ref).parameters:
        annotation = parameter.annotation
        if parameter.name == name and isinstance(annotation, Index):
            base = annotation.base
            return isinstance(base, Name) and base.id == "Literal"
    return False
