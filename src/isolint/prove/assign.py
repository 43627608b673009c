"""Assignments: to names, into patterns, to attributes and entries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.model import code
from isolint.model.access import Operation
from isolint.model.source import Span
from isolint.prove.absent import MISSING, UNDEFINED
from isolint.prove.ambient import set_attribute
from isolint.prove.evaluate import element_of, evaluate, item, operate
from isolint.prove.origins import Kind, origin
from isolint.prove.terms import (
    NULL,
    Column,
    Either,
    Items,
    Literal,
    Mapped,
    Object,
    Outcome,
    Query,
    Record,
    Rows,
    Term,
    Test,
    Where,
    either,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run


def assign(run: Run, frame: Frame, target: code.Expression, value: Term) -> None:
    """Bind a target to a value."""
    if isinstance(target, code.Name):
        frame.names[target.id] = value
        frame.parts.pop(target.id, None)
    elif isinstance(target, code.Sequence):
        _unpack(run, frame, target, value)
    elif isinstance(target, code.Mapping):
        _destructure(run, frame, target, value)
    elif isinstance(target, code.Bind):
        assign(run, frame, target.target, either((value, evaluate(run, frame, target.value)), fallback=True))
    elif isinstance(target, code.Spread):
        assign(run, frame, target.value, value)
    elif isinstance(target, code.Attribute):
        write(run, frame, target.base, Literal(target.name), value)
    elif isinstance(target, code.Index):
        write(run, frame, target.base, evaluate(run, frame, target.key), value)


def augment(run: Run, frame: Frame, node: code.Assign) -> None:
    """`target op= value`."""
    current = evaluate(run, frame, node.target)
    assign(run, frame, node.target, operate(node.operator, current, evaluate(run, frame, node.value)))


def _unpack(run: Run, frame: Frame, pattern: code.Sequence, value: Term) -> None:
    for index, part in enumerate(pattern.items):
        if isinstance(part, code.Spread):
            assign(run, frame, part.value, value)
            return
        assign(run, frame, part, position(value, index))


def position(value: Term, index: int) -> Term:
    """The value at a position of something that is unpacked; rows are unpacked into values of the row."""
    if isinstance(value, Outcome):
        value = either(tuple(returned for returned, _ in value.returns))
    if isinstance(value, Either):
        parts = tuple(position(option, index) for option in value.options if option not in MISSING)
        present = tuple(part for part in parts if part not in MISSING) or parts
        return either(present, value.fallback) if present else NULL
    if isinstance(value, Rows):
        return value
    if isinstance(value, Mapped):
        return element_of(value)
    if isinstance(value, Items) and index >= len(value.items):
        return NULL
    return item(value, Literal(index))


def _destructure(run: Run, frame: Frame, pattern: code.Mapping, value: Term) -> None:
    from isolint.prove.members import member

    source = f"{pattern.at.line}:{pattern.at.column}" if isinstance(value, Outcome) else ""
    if source:
        frame.names[source] = value
    for entry in pattern.entries:
        if entry.key is None:
            assign(run, frame, entry.value, value)
            continue
        key = evaluate(run, frame, entry.key)
        name = key.value if isinstance(key, Literal) else None
        found = member(run, frame, value, name, pattern.at) if isinstance(name, str) else item(value, key)
        if isinstance(value, Record) and value.get(str(name)) is None and _is_whole(value):
            found = UNDEFINED
        assign(run, frame, entry.value, found)
        if source and isinstance(entry.value, code.Name) and isinstance(name, str):
            frame.parts[entry.value.id] = (source, name)


def _is_whole(record: Record) -> bool:
    """Whether all keys of a record are known, so that it has no others."""
    return all(isinstance(key, Literal) for key, _, _ in record.entries)


def write(run: Run, frame: Frame, base: code.Expression, key: Term, value: Term) -> None:
    """`base.key = value` or `base[key] = value`: what `base` names is changed, and the change is remembered."""
    holder = evaluate(run, frame, base)
    if isinstance(holder, Record):
        assign(run, frame, base, Record((*holder.entries, (key, value, ()))))
    elif isinstance(holder, Object):
        fields = Record((*holder.fields.entries, (key, value, ())))
        assign(run, frame, base, replace(holder, fields=fields))
    elif isinstance(key, Literal) and isinstance(key.value, str):
        if not set_attribute(run, frame, holder, key.value, value):
            run.overlay[holder, key.value] = value


def overwrite(run: Run, frame: Frame, row: Rows, key: Term, value: Term, at: Span) -> None:
    """A column of a fetched row is overwritten that the request names, and no list of allowed ones holds it."""
    names = {fact.left for fact in frame.known if isinstance(fact, Test) and fact.operator in {"in", "eq"}}
    if origin(key).kind is not Kind.REQUEST or key in names:
        return
    where = (Where(Test("eq", Column(None, ("id",)), row)),)
    payload = Record(((None, value, ()),))
    written = Query(row.query.layer, run.place(frame, at), row.query.tables, Operation.UPDATE, where)
    run.see(frame, replace(written, payload=payload, receiver=row.query.receiver))
