"""Accesses that a class declares and a framework carries out: a view's `queryset`, a serializer's related fields
and fields.
"""

from __future__ import annotations

from collections.abc import Iterator

from isolint.link import Program
from isolint.link.symbols import ClassRef, FunctionRef
from isolint.model.access import Operation, Role
from isolint.model.code import Call, Constant, Field
from isolint.model.evidence import Reason, Step
from isolint.model.source import Place
from isolint.model.table import Table
from isolint.model.tenancy import Tenancy
from isolint.orms.declare import keyword, last_name, text
from isolint.prove.case import Case, Entry, Found
from isolint.prove.confine import confined, own_table
from isolint.prove.entry import class_guardians, entry_values
from isolint.prove.frame import Seen
from isolint.prove.given import Given
from isolint.prove.guarded import entry_of
from isolint.prove.relations import declared_relations
from isolint.prove.run import MODULE_LEVEL, Run
from isolint.prove.serializers import (
    ALL_FIELDS,
    accepts,
    is_written,
    model_class,
    model_table,
    narrows,
    options,
    validators,
)
from isolint.prove.terms import Entity, Item, Literal, Object, Query, Record, contents, lookups
from isolint.prove.views import filtered

VIEW_ENDINGS = ("ViewSet", "Viewset", "APIView", "GenericAPIView", "ListView", "DetailView", "UpdateView", "DeleteView")
SERIALIZER_ENDINGS = ("Serializer", "ModelSerializer")
RELATED_ENDING = "RelatedField"

Declared = tuple[Run, Entry, Seen, Found | None]


def declared_accesses(program: Program, tenancy: Tenancy) -> Iterator[Declared]:
    """Each declared access with its run and entry; a reason is given where the declaration itself decides it."""
    for path in sorted(program.modules):
        for qualname in program.modules[path].classes:
            ref = ClassRef(path, qualname)
            yield from declared_relations(program, tenancy, ref)
            names = {base.name.rsplit(".", 1)[-1] for base in program.mro(ref)} | {ref.name}
            if any(name.endswith(VIEW_ENDINGS) for name in names):
                yield from _view(program, tenancy, ref)
            elif any(name.endswith(SERIALIZER_ENDINGS) for name in names):
                yield from _serializer(program, tenancy, ref)


def _own_field(program: Program, ref: ClassRef, name: str) -> Field | None:
    return next((field for field in program.klass(ref).fields if field.name == name and field.value is not None), None)


def _view(program: Program, tenancy: Tenancy, ref: ClassRef) -> Iterator[Declared]:
    """A `queryset` that no `get_queryset` of the project narrows is what every request sees."""
    field = _own_field(program, ref, "queryset")
    if field is None or program.method(ref, "get_queryset") is not None:
        return
    run = Run(program, tenancy)
    entry = entry_of(run, Role.ROUTE, class_guardians(run, ref), {})
    for seen in _seen(run, ref, field):
        yield run, entry, seen, None


def _seen(run: Run, ref: ClassRef, field: Field) -> list[Seen]:
    frame = run.module_frame(ref.path)
    if field.value is not None:
        rows = run.class_value(ref, field.value)
        for way in filtered(run, frame, Object(ref, Record(())), rows, Given((), (), field.at)):
            run.hand_on(frame, way)
    return run.trace.seen


def _serializer(program: Program, tenancy: Tenancy, ref: ClassRef) -> Iterator[Declared]:
    for field in program.klass(ref).fields:
        call = field.value
        if isinstance(call, Call) and last_name(call.function) == "PrimaryKey" + RELATED_ENDING:
            yield from _related(program, tenancy, ref, field, call)
    yield from _all_fields(program, tenancy, ref)


def _related(program: Program, tenancy: Tenancy, ref: ClassRef, field: Field, call: Call) -> Iterator[Declared]:
    """The client may name any row of the field's query set."""
    queryset = keyword(call, "queryset")
    if queryset is None or narrows(program, ref) or not is_written(program, ref):
        return
    run = Run(program, tenancy)
    entry = entry_of(run, Role.ROUTE, [], {})
    run.hand_on(run.module_frame(ref.path), run.class_value(ref, queryset))
    for seen in run.trace.seen:
        case = Case(run, entry, seen)
        table = case.table(seen.query.tables[0]) if seen.query.tables else None
        if table is None or case.ownership(table) is None or confined(case, seen.query) is not None:
            continue
        if not _is_validated(program, tenancy, ref, text(keyword(call, "source")) or field.name, table):
            step = Step(f"`{field.name}` accepts the id of any row of {table.name}")
            yield run, entry, seen, Found(Reason.UNCHECKED_RELATION_ID, field.name, (step,))


def _is_validated(program: Program, tenancy: Tenancy, ref: ClassRef, name: str, table: Table) -> bool:
    """Whether the serializer's validation looks the row that a field names up within the tenant."""
    for method in validators(program, ref, name):
        run = Run(program, tenancy)
        run.prepare(method)
        values = entry_values(run, method, Role.ROUTE)
        entry = entry_of(run, Role.ROUTE, [], values)
        run.start(method, values)
        given = {Item(value, Literal(name)) for value in values.values()} | set(values.values())
        for seen in run.trace.seen:
            case = Case(run, entry, seen)
            names_row = any(given & contents(test.right) for test in lookups(seen.query))
            if names_row and own_table(case, seen.query) is table and confined(case, seen.query) is not None:
                return True
    return False


def _all_fields(program: Program, tenancy: Tenancy, ref: ClassRef) -> Iterator[Declared]:
    """`fields = "__all__"` lets the client write the tenant's key unless that is read-only."""
    chosen = options(program, ref).get("fields")
    if not isinstance(chosen, Constant) or text(chosen) != ALL_FIELDS:
        return
    table = model_table(program, ref)
    columns = tenancy.owned[table.name].columns if table is not None and table.name in tenancy.owned else ()
    free = [column for column in columns if accepts(program, ref, column)]
    if table is None or not free or not is_written(program, ref, columns):
        return
    run = Run(program, tenancy)
    model = model_class(program, ref)
    tables = (Entity(model),) if model is not None else ()
    query = Query(table.declaration.layer, Place(ref.path, chosen.at), tables, Operation.UPDATE)
    seen = Seen(query, FunctionRef(ref.path, MODULE_LEVEL), (), (), 0)
    step = Step(f"every field may be written, `{free[0]}` among them")
    yield run, entry_of(run, Role.ROUTE, [], {}), seen, Found(Reason.MASS_ASSIGNED_KEY, ALL_FIELDS, (step,))
