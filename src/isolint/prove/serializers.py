"""Serializers of Django REST Framework: which fields a client may write through one, and where that happens."""

from __future__ import annotations

from isolint.link import Program
from isolint.link.questions import question
from isolint.link.symbols import ClassRef, FunctionRef, TableSymbol
from isolint.model.code import Assign, Attribute, Call, Expression, Function, Mapping
from isolint.model.table import Table
from isolint.model.walk import nodes
from isolint.orms.declare import is_true, keyword, last_name, names_in, positional, target_name, text

ENDING = "Serializer"
ALL_FIELDS = "__all__"
READ_ONLY = ("MethodField", "ReadOnlyField", "HiddenField")
WRITERS = ("create", "update", "partial_update", "post", "put", "patch")
NARROWING = ("__init__", "get_fields")


def is_serializer(program: Program, ref: TableSymbol) -> bool:
    """Whether the class is a serializer."""
    return any(base.name.endswith(ENDING) for base in program.mro(ref))


def options(program: Program, ref: ClassRef) -> dict[str, Expression]:
    """The fields of the class's `Meta`, its own or the nearest inherited one."""
    return _meta(program, ref)[1]


def _meta(program: Program, ref: ClassRef) -> tuple[str, dict[str, Expression]]:
    for base in program.mro(ref):
        if isinstance(base, ClassRef) and (meta := program.modules[base.path].classes.get(f"{base.qualname}.Meta")):
            return base.path, {field.name: field.value for field in meta.fields if field.value is not None}
    return ref.path, {}


def model_table(program: Program, ref: ClassRef) -> Table | None:
    """The table that the serializer writes, None when it has no model."""
    symbol = model_class(program, ref)
    return program.tables.by_symbol.get(symbol) if symbol is not None else None


def model_class(program: Program, ref: ClassRef) -> ClassRef | None:
    """The class of the rows that the serializer writes."""
    path, meta = _meta(program, ref)
    symbol = program.resolve(path, meta.get("model"))
    return symbol if isinstance(symbol, ClassRef) else None


def accepts(program: Program, ref: ClassRef, name: str) -> bool:
    """Whether a client may write the field `name`: what else is in the validated data, the view has put there."""
    declared = program.field(ref, name)
    if declared is not None and isinstance(declared[1].value, Call):
        return not _is_read_only(declared[1].value)
    meta = options(program, ref)
    if not meta or name in (*names_in(meta.get("read_only_fields")), *names_in(meta.get("exclude"))):
        return False
    if _is_read_only_by_options(meta.get("extra_kwargs"), name):
        return False
    table = model_table(program, ref)
    relation = table.relations.get(name) if table else None
    column = table.columns.get(relation.column if relation else name) if table else None
    if column is not None and not column.editable:
        return False
    chosen = meta.get("fields")
    if chosen is not None and text(chosen) != ALL_FIELDS:
        return name in names_in(chosen) or not names_in(chosen)
    return table is None or name not in {relation.column for relation in table.relations.values()}


def _is_read_only(call: Call) -> bool:
    return is_true(keyword(call, "read_only")) or last_name(call.function).endswith(READ_ONLY)


def _is_read_only_by_options(extra: Expression | None, name: str) -> bool:
    """`extra_kwargs = {"name": {"read_only": True}}`."""
    for entry in extra.entries if isinstance(extra, Mapping) else ():
        if text(entry.key) == name and isinstance(entry.value, Mapping):
            return any(text(inner.key) == "read_only" and is_true(inner.value) for inner in entry.value.entries)
    return False


def is_written(program: Program, ref: ClassRef, fixed: tuple[str, ...] = ()) -> bool:
    """Whether a request's data is written through the serializer, other than by making a row whose `fixed` columns the
    view sets when it saves.
    """
    if any(_writes(program.function(caller), ref.name, fixed) for caller in program.callers_of(ref.name)):
        return True
    return _is_served(program, *ref)


@question
def _is_served(program: Program, path: str, qualname: str) -> bool:
    ref = ClassRef(path, qualname)
    return any(_serves(program, one, name, ref) for one in program.modules for name in program.modules[one].classes)


def _writes(function: Function, name: str, fixed: tuple[str, ...]) -> bool:
    calls = [node for node in nodes(function) if isinstance(node, Call)]
    saved = any(last_name(c.function) == "save" and any(keyword(c, column) for column in fixed) for c in calls)
    for made in calls:
        if last_name(made.function) == name and keyword(made, "data") is not None:
            if not saved or positional(made) or keyword(made, "instance") is not None:
                return True
    return False


def _serves(program: Program, path: str, qualname: str, ref: ClassRef) -> bool:
    """A view that names the serializer and leaves the writing to the framework."""
    view = ClassRef(path, qualname)
    own = {field.name: field.value for field in program.klass(view).fields}
    if target_name(own.get("serializer_class")) != ref.name:
        return False
    return program.resolve(path, own["serializer_class"]) == ref and not any(
        program.method(view, name) for name in WRITERS
    )


def narrows(program: Program, ref: ClassRef) -> bool:
    """Whether the serializer replaces the query sets of its fields when it is made."""
    for name in NARROWING:
        method = program.method(ref, name)
        for node in nodes(program.function(method)) if method else ():
            if isinstance(node, Assign) and isinstance(node.target, Attribute) and node.target.name == "queryset":
                return True
    return False


def validators(program: Program, ref: ClassRef, field: str) -> list[FunctionRef]:
    """The methods that check a field's value before anything is written."""
    found = [program.method(ref, name) for name in ("validate", f"validate_{field}")]
    return [method for method in found if method is not None]
