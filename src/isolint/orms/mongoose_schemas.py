"""Mongoose: models are made of schemas, or of classes that are decorated."""

from __future__ import annotations

from isolint.model.code import Call, Expression, Index, Name, Sequence
from isolint.model.code import Mapping as MappingNode
from isolint.model.table import Column, Declaration, Relation
from isolint.orms.declare import ClassView, entries, is_true, last_name, positional, target_name, text
from isolint.orms.written import VariableView, Written
from isolint.orms.written import entries as written_entries

KEY = Column("_id", primary=True, sql_name="id")
MODULE = "@nestjs/mongoose"


def declare(view: ClassView) -> Declaration | None:
    """The collection of a class with a schema decorator."""
    schema = view.decorator(MODULE, {"Schema"})
    if schema is None:
        return None
    columns, relations = [KEY], []
    for item in view.fields:
        prop = next((d for d in item.decorators if isinstance(d, Call) and last_name(d.function) == "Prop"), None)
        if prop is None:
            continue
        given = positional(prop)
        options = entries(*given)
        inner = given[0].items[:1] if given and isinstance(given[0], Sequence) else ()
        target = (
            _named(options.get("ref")) or _reference(options.get("type")) or (_reference(inner[0]) if inner else "")
        )
        columns.append(_column(item.name, options, target))
        relations.extend([Relation(item.name, target, item.name)] if target else [])
    collection = text(entries(*positional(schema)).get("collection"))
    return Declaration(
        view.name, view.place, "mongoose", tuple(columns), tuple(relations), sql_name=collection, accessor=view.name
    )


def declare_variable(view: VariableView) -> Declaration | None:
    """The collection of a model (`mongoose.model("Invoice", invoiceSchema)`)."""
    call = view.value.expression
    given = positional(call) if isinstance(call, Call) else ()
    if not isinstance(call, Call) or len(given) < 2 or last_name(call.function) != "model" or not text(given[0]):
        return None
    fields = _fields(view.value.part(given[1]))
    if fields is None:
        return None
    columns, relations, uniques = [KEY], [], []
    for name, value in fields:
        options = entries(value)
        target = _reference(value)
        columns.append(_column(name, options, target))
        relations.extend([Relation(name, target, name, many=isinstance(value, Sequence))] if target else [])
        uniques.extend([(name,)] if is_true(options.get("unique")) else [])
    return Declaration(
        name=text(given[0]),
        place=view.place,
        layer="mongoose",
        columns=tuple(columns),
        relations=tuple(relations),
        uniques=tuple(uniques),
        sql_name=text(given[2]) if given[2:] else "",
        accessor=view.name if view.name.isidentifier() and view.name != "default" else text(given[0]),
    )


def _fields(schema: Written) -> list[tuple[str, Expression]] | None:
    """The fields of `new Schema({…})`, None for what makes no schema."""
    made = schema.resolved()
    call = made.expression
    if not isinstance(call, Call) or not last_name(_bare(call.function)).endswith("Schema") or not positional(call):
        return None
    return [(name, value.expression) for name, value in written_entries(made.part(positional(call)[0]))]


def _bare(function: Expression) -> Expression:
    """A class without the types that it is given."""
    return function.base if isinstance(function, Index) else function


def _reference(value: Expression | None) -> str:
    """The model that a field's value refers to: `{ type: ObjectId, ref: "Org" }`, or a list of those."""
    if isinstance(value, Sequence):
        return next((found for item in value.items if (found := _reference(item))), "")
    if not isinstance(value, MappingNode):
        return ""
    options = entries(value)
    return _named(options.get("ref")) or _reference(options.get("type"))


def _named(reference: Expression | None) -> str:
    """`"Org"`, `Org`, `Org.name`."""
    if reference is None or isinstance(reference, Call):
        return ""
    base = getattr(reference, "base", None)
    return target_name(base if last_name(reference) == "name" and isinstance(base, Name) else reference)


def _column(name: str, options: dict[str, Expression], target: str) -> Column:
    return Column(
        name=name,
        references=target,
        nullable=not is_true(options.get("required")),
        unique=is_true(options.get("unique")),
    )
