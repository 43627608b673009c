"""A check that comes after what it is to prevent, moved to where it does: with what it needs, above the statement.

It is moved when the judge takes the access for confined once the check has held, and when no statement on the way has
to do with the same names in a way that the order would matter for. It is safe when the check only compares: a call may
do more than that, and then people have to look at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from isolint.model.access import Operation
from isolint.model.code import (
    Assign,
    Attribute,
    Bind,
    Branch,
    Call,
    Closure,
    Define,
    Evaluate,
    Expression,
    Loop,
    Name,
    Node,
    Raise,
    Return,
    Statement,
    With,
)
from isolint.model.evidence import Verdict
from isolint.model.remedy import Change, Remedy
from isolint.model.source import Place
from isolint.model.walk import everything_in
from isolint.prove.afterwards import would_be_checked
from isolint.prove.case import Case
from isolint.prove.frame import Check, Frame, Seen
from isolint.prove.judge import judge
from isolint.prove.rerouted import within
from isolint.prove.supplies import blocks


def reordered(case: Case, frame: Frame) -> Remedy | None:
    """The remedy that moves a later check of the function above the access, None when none would confine it."""
    use = _use(case)
    if use is None:
        return None
    body = case.run.program.function(frame.function).body
    for check in case.later:
        if check.place.path != frame.path or check.stack != case.seen.stack or check.order < use.order:
            continue
        block = _block(body, use.query.site, check.place)
        moved = _moved(*block) if block is not None and _confines(case, check) else None
        if block is not None and moved is not None:
            statements, first, _ = block
            spans = tuple(statement.at for statement in moved)
            place = Place(frame.path, statements[first].at)
            return Remedy(Change.REORDER, place, case.seen.query.layer, safe=_compares(moved), moves=spans)
    return None


def _use(case: Case) -> Seen | None:
    """What the check must come before: the access itself; where rows are read, the first that changes such rows."""
    if case.seen.query.operation is not Operation.READ:
        return case.seen
    table, stack = case.seen.query.tables, case.seen.stack
    later = (seen for seen in case.run.trace.seen if seen.order > case.seen.order and seen.stack == stack)
    writes = (seen for seen in later if seen.query.operation is not Operation.READ and seen.query.tables == table)
    return min(writes, key=lambda seen: seen.order, default=None)


def _confines(case: Case, check: Check) -> bool:
    """Whether the judge would take the access for confined, had the check been made before."""
    if case.seen.query.operation is Operation.READ:
        return would_be_checked(case, case.seen.query)
    seen = replace(case.seen, known=(*case.seen.known, *check.facts), order=check.order + 1)
    verdicts = [judge(Case(case.run, case.entry, seen, way)) for way in case.entry.ways]
    return all(verdict.reason.verdict is Verdict.SCOPED for verdict in verdicts)


def _block(body: tuple[Statement, ...], use: Place, check: Place) -> tuple[tuple[Statement, ...], int, int] | None:
    """The block that both stand in, and where: the statement of the use before the one of the check."""
    waiting = [body]
    while waiting:
        block = waiting.pop()
        first = next((at for at, statement in enumerate(block) if within(use.span, statement.at)), -1)
        last = next((at for at, statement in enumerate(block) if within(check.span, statement.at)), -1)
        if 0 <= first < last:
            return block, first, last
        waiting += [inner for statement in block for inner in blocks(statement)]
    return None


def _moved(block: tuple[Statement, ...], first: int, last: int) -> list[Statement] | None:
    """The check with what it needs of the statements behind the use; None when the order of some matters."""
    moved, stay = [block[last]], [block[first]]
    if not isinstance(block[last], Branch | Evaluate | Raise):
        return None
    for statement in reversed(block[first + 1 : last]):
        needed = {name for one in moved for name in _read(one)}
        (moved if _bound(statement) & needed else stay).insert(0, statement)
    read = {name for one in moved for name in _read(one)}
    made = {name for one in moved for name in _bound(one)}
    touched = {name for one in stay for name in (*_bound(one), *_touched(one))}
    asked = {name for one in stay for name in (*_bound(one), *_read(one))}
    simple = not any(isinstance(node, Closure | Define) for one in (*moved, *stay) for node in everything_in(one))
    return moved if simple and not (touched & read) and not (made & asked) else None


def _read(statement: Statement) -> set[str]:
    return {part.id for part in everything_in(statement) if isinstance(part, Name)}


def _bound(statement: Statement) -> set[str]:
    """The names that a statement gives a value, or an attribute of which it does."""
    targets: list[Expression] = []
    for part in everything_in(statement):
        target = part.target if isinstance(part, Assign | Bind | Loop | With) else None
        if target is not None:
            targets.append(target)
    return {node.id for target in targets for node in everything_in(target) if isinstance(node, Name)}


def _touched(statement: Statement) -> Iterator[str]:
    """The names of objects that a call in the statement could change: those whose method it is, and its arguments."""
    for part in everything_in(statement):
        if isinstance(part, Call):
            given = [argument.value for argument in part.arguments if isinstance(argument.value, Name)]
            yield from (value.id for value in given if isinstance(value, Name))
            if isinstance(part.function, Attribute) and isinstance(part.function.base, Name):
                yield part.function.base.id


def _compares(moved: list[Statement]) -> bool:
    """Whether what is moved only compares, up to where it refuses."""
    check = moved[-1]
    if not isinstance(check, Branch) or check.otherwise or not isinstance(check.then[-1], Return | Raise):
        return False
    before: list[Node] = [*moved[:-1], check.test]
    return not any(isinstance(part, Call) for part in everything_in(*before))
