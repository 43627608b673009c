"""The object that a method belongs to where it finds it by itself: `this`, `super`, what a constructor declares."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.link.symbols import ClassRef, FunctionRef
from isolint.prove.terms import Entity, Global, Literal, Object, Record, Result, Term

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run


def with_properties(run: Run, method: FunctionRef, instance: Object, names: dict[str, Term]) -> Object:
    """The instance with the fields that its constructor declares among its parameters."""
    function = run.program.function(method)
    declared = {item.at for item in run.program.klass(ClassRef(method.path, function.owner)).fields}
    extra = tuple((Literal(p.name), names[p.name], ()) for p in function.parameters if p.at in declared)
    return replace(instance, fields=Record((*instance.fields.entries, *extra))) if extra else instance


def receiver_class(frame: Frame) -> ClassRef | None:
    """The class of the object whose method a frame is of, None in a plain function."""
    receiver = frame.lookup("self") or frame.lookup("cls") or frame.lookup("this")
    if isinstance(receiver, Object):
        return receiver.klass if isinstance(receiver.klass, ClassRef) else None
    return receiver.ref if isinstance(receiver, Entity) and isinstance(receiver.ref, ClassRef) else None


def bases_of(frame: Frame) -> Term | None:
    """What `super` stands for in a method that finds its object by itself; None elsewhere."""
    holder: Frame | None = frame
    while holder is not None and holder.klass is None:
        holder = holder.parent
    receiver = frame.lookup("this")
    if holder is None or holder.klass is None or receiver is None:
        return None
    return Result(Global("super"), (receiver, Entity(holder.klass)))
