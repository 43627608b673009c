"""New and fetched rows as objects of the program: what is put into them, and what becomes of them when stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.link.symbols import ClassRef, VariableRef
from isolint.model.access import Operation
from isolint.model.identifiers import split
from isolint.model.source import Place, Span
from isolint.orms import layer
from isolint.prove.absent import MISSING
from isolint.prove.evaluate import made_of
from isolint.prove.given import Given
from isolint.prove.members import table_of
from isolint.prove.origins import Kind, callee_name, origin
from isolint.prove.stored import Entry, stored
from isolint.prove.terms import (
    Column,
    Each,
    Either,
    Entity,
    Global,
    Handle,
    Items,
    Literal,
    Mapped,
    Object,
    Query,
    Record,
    Result,
    Rows,
    Term,
    Test,
    Where,
    either,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

DECODING = frozenset({"decrypt", "decrypted", "decode", "deserialize", "hydrate", "restore"})
"""What a function is called that reads what it is given in another form."""
SPREAD = "..."
"""The name under which a row keeps what was merged into it from an object of unknown content."""


def on_instance(run: Run, frame: Frame, receiver: Term, method: str, given: Given) -> Term | None:
    """`repository.save(row)`, `manager.remove(row)`, `manager.save(Model, {…})`: None when nothing is a row."""
    values = list(given.positional)
    model: Term | None = receiver.table if isinstance(receiver, Handle) else None
    if values and isinstance(values[0], Entity) and table_of(run, values[0]) is not None:
        model = values.pop(0)
    if not values:
        return None
    found = _model_of(run, values[0]) if model is None else model
    table = table_of(run, found)
    if found is None or table is None:
        return None
    known = layer(table.declaration.layer)
    if method in known.merges:
        merged = merge_into(run, frame, values[0], tuple(values[1:]), given.at)
        if known.tracks and isinstance(merged, Rows):
            site = Place(frame.path, given.at)
            _each(run, frame, merged, Query(known.name, site, (found,), Operation.UPDATE, receiver=receiver))
        return merged
    operation = known.instances.get(method)
    if operation is None:
        return None
    client = receiver.receiver if isinstance(receiver, Handle) else receiver
    _each(
        run,
        frame,
        values[0],
        Query(table.declaration.layer, Place(frame.path, given.at), (found,), operation, receiver=client),
    )
    return values[0]


def _model_of(run: Run, value: Term) -> Term | None:
    """The model that an instance, a fetched row or a list of those belongs to."""
    value = made_of(value)
    match value:
        case Object(klass, _, _):
            return Entity(klass) if klass in run.program.tables.by_symbol else None
        case Rows(query):
            return query.tables[0] if query.tables and table_of(run, query.tables[0]) is not None else None
        case Items(items) | Either(items, _):
            return next((model for item in items if (model := _model_of(run, item)) is not None), None)
        case Each(source) | Mapped(source, _, _):
            return _model_of(run, source)
        case _:
            return None


def _each(run: Run, frame: Frame, value: Term, query: Query) -> None:
    """Record what storing or removing a value does, for each of the rows that it may hold."""
    value = made_of(value)
    match value:
        case Items(items) | Either(items, _):
            for item in items:
                if item not in MISSING:
                    _each(run, frame, item, query)
        case Mapped(element, _, _):
            _each(run, frame, element, query)
        case Each(Rows() as rows):
            _each(run, frame, rows, query)
        case Object(_, fields, site):
            if site is None or not any(seen.query.site == site for seen in run.trace.seen):
                _put(run, frame, query, fields.entries)
        case Record(entries):
            _put(run, frame, query, entries)
        case Rows():
            changed = tuple(changes_of(run, value))
            operation = Operation.UPDATE if query.operation is Operation.CREATE else query.operation
            run.see(frame, replace(_keyed(run, query, value), operation=operation, payload=Record(changed)))
        case _:
            _put(run, frame, query, ((None, value, ()),))


def _put(run: Run, frame: Frame, query: Query, entries: tuple[Entry, ...]) -> None:
    """A new row, or, when its key is given, the row of that key."""
    table = table_of(run, query.tables[0])
    held = Record(tuple(stored(run, query, table, entries)))
    key = held.get(min(table.primary_key)) if table is not None and len(table.primary_key) == 1 else None
    if key is not None and key not in MISSING:
        operation = Operation.UPDATE if query.operation is Operation.CREATE else query.operation
        run.see(frame, replace(_keyed(run, query, key), operation=operation, payload=held))
    else:
        run.see(frame, replace(query, payload=held))


def _keyed(run: Run, query: Query, value: Term) -> Query:
    table = table_of(run, query.tables[0])
    key = Column(None, (min(table.primary_key) if table else "id",))
    return replace(query, where=(*query.where, Where(Test("eq", key, value))))


def changes_of(run: Run, row: Rows) -> list[Entry]:
    """What was assigned to a fetched row or merged into it, in order."""
    found: list[Entry] = []
    for (holder, name), value in run.overlay.items():
        if holder is row and name == SPREAD and isinstance(value, Record):
            found.extend(value.entries)
        elif holder is row:
            found.append((Literal(name), value, ()))
    return found


def merge_into(run: Run, frame: Frame, target: Term, sources: tuple[Term, ...], at: Span) -> Term:
    """`Object.assign(target, …)` and the like: every name of the target has what the sources hold from here on."""
    sources = tuple(source for source in sources if not _is_own(target, source))
    for source in sources:
        run.trace.note_copy(source, run.place(frame, at), frame.stack)
    extra: list[Entry] = []
    for source in sources:
        if isinstance(source, Record | Object):
            extra.extend((source if isinstance(source, Record) else source.fields).entries)
        elif not isinstance(source, Literal):
            extra.append((None, source, ()))
    merged = _merged(run, target, tuple(extra))
    if merged is not target:
        _rename(frame, target, merged)
    return merged


def _is_own(target: Term, source: Term) -> bool:
    """Whether a source was made from the target alone: its own values, read in another form (decrypted, say)."""
    if not isinstance(source, Result) or target not in source.operands():
        return False
    callees = source.callee.options if isinstance(source.callee, Either) else (source.callee,)
    if all(DECODING & set(split(callee_name(callee))) for callee in callees):
        return True
    return all(part == target or origin(part).kind < Kind.CALLER for part in source.operands())


def _merged(run: Run, target: Term, extra: tuple[Entry, ...]) -> Term:
    match target:
        case Record(entries):
            return Record((*entries, *extra))
        case Object(_, fields, _):
            return replace(target, fields=Record((*fields.entries, *extra)))
        case Either(options, fallback):
            return either(tuple(_merged(run, option, extra) for option in options), fallback)
        case Rows():
            held = run.overlay.get((target, SPREAD), Record(()))
            entries = held.entries if isinstance(held, Record) else ()
            run.overlay[target, SPREAD] = Record((*entries, *extra))
        case _:
            return Record(((None, target, ()), *extra))
    return target


def _rename(frame: Frame, old: Term, new: Term) -> None:
    """Objects are shared: every name of the old one stands for the new one. Equal objects need not be the same."""
    holder: Frame | None = frame
    while holder is not None:
        names = [name for name, value in holder.names.items() if value is old]
        if isinstance(old, Object) or len(names) == 1:
            holder.names.update(dict.fromkeys(names, new))
        holder = holder.parent


def reference(run: Run, frame: Frame, query: Query) -> Term:
    """What names a row by the key that the call is given."""
    keys = tuple(w.condition.right for w in query.where if isinstance(w.condition, Test))
    value = Result(Global("reference"), keys)
    run.trace.note_copy(value, query.site, frame.stack)
    return value


def made(query: Query) -> Term:
    """A new row that is stored later."""
    first = query.tables[0]
    made = isinstance(first, Entity) and isinstance(first.ref, ClassRef | VariableRef)
    return Object(first.ref, query.payload, query.site) if made else query.payload  # type: ignore[union-attr, arg-type]
