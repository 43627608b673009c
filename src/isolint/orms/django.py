"""Django: declarations."""

from __future__ import annotations

from dataclasses import replace

from isolint.model.access import Operation
from isolint.model.code import Attribute, Call, Closure, Constant, Expression, Field, Name, Sequence
from isolint.model.table import Column, Declaration, Relation
from isolint.orms.declare import ClassView, is_true, keyword, last_name, names_in, positional, target_name, text
from isolint.orms.layer import Action, Form, Layer, Yields, actions

FOREIGN_KEYS = {"ForeignKey", "OneToOneField", "ParentalKey", "TreeForeignKey", "FlexibleForeignKey"}
MANY = {"ManyToManyField", "ParentalManyToManyField"}
OTHER_LIBRARIES = {
    "pydantic",
    "pydantic_settings",
    "peewee",
    "tortoise",
    "sqlmodel",
    "mongoengine",
    "odmantic",
    "beanie",
}
TEXT_FIELDS = {"CharField", "SlugField", "TextField"}
USER_SETTING = "AUTH_USER_MODEL"


def declare(view: ClassView) -> Declaration | None:
    """The table of a model class; abstract models declare none."""
    fields = [(item, call, name) for item, call, name in view.calls() if _is_field(name)]
    is_model = view.derives_from("models.Model", "AbstractUser", "AbstractBaseUser") or (
        bool(fields) and any(_may_be_model(base) for base in view.bases)
    )
    is_foreign = any(base.split(".")[0] in OTHER_LIBRARIES for base in view.bases)
    if not is_model or is_foreign or is_true(view.options.get("abstract")):
        return None
    columns = [_column(item, call, name) for item, call, name in fields if name not in MANY]
    if not any(column.primary for column in columns):
        columns.append(Column("id", primary=True))
    return Declaration(
        name=view.name,
        place=view.place,
        layer="django",
        columns=tuple(columns),
        relations=tuple(
            relation for item, call, name in fields if (relation := _relation(view.name, item, call, name))
        ),
        uniques=tuple(_uniques(view)),
        sql_name=text(view.options.get("db_table")),
        managers=tuple(
            (item.name, view.qualified(call.function))
            for item, call, name in view.calls()
            if name.endswith(("Manager", "as_manager", "from_queryset")) or item.name == "objects"
        ),
    )


def _may_be_model(base: str) -> bool:
    """A base of an installed package that is named like a model."""
    return base.endswith("Model") and "." in base


def _is_field(name: str) -> bool:
    return (name.endswith("Field") and name != "Field") or name in FOREIGN_KEYS or name in MANY


def _column(item: Field, call: Call, kind: str) -> Column:
    is_key = kind in FOREIGN_KEYS
    return Column(
        name=f"{item.name}_id" if is_key else item.name,
        references=_target(call, "") if is_key else "",
        nullable=is_true(keyword(call, "null")),
        unique=is_true(keyword(call, "unique")) or kind == "OneToOneField",
        primary=is_true(keyword(call, "primary_key")),
        sql_name=text(keyword(call, "db_column")),
        editable=not _is_false(keyword(call, "editable")),
        generated=kind in TEXT_FIELDS and isinstance(keyword(call, "default"), Name | Attribute | Closure),
    )


def _is_false(expression: Expression | None) -> bool:
    return isinstance(expression, Constant) and expression.value is False


def _target(call: Call, own: str) -> str:
    arguments = positional(call)
    target: Expression | None = arguments[0] if arguments else keyword(call, "to")
    name = target_name(target)
    if name == USER_SETTING:
        return "User"
    return own if name == "self" else name


def _relation(own: str, item: Field, call: Call, kind: str) -> Relation | None:
    target = _target(call, own)
    if not target:
        return None
    if kind in MANY:
        return Relation(item.name, target, many=True)
    if kind not in FOREIGN_KEYS:
        return None
    back = related_name(call).replace("%(class)s", own.lower()) or f"{own.lower()}_set"
    return Relation(item.name, target, f"{item.name}_id", back="" if back.endswith("+") else back)


def related_name(call: Call) -> str:
    """The reverse accessor that a foreign key declares, '' when it is the default one."""
    return text(keyword(call, "related_name"))


def _uniques(view: ClassView) -> list[tuple[str, ...]]:
    found = []
    together = view.options.get("unique_together")
    for item in together.items if isinstance(together, Sequence) else ():
        if isinstance(item, Sequence):
            found.append(names_in(item))
    if isinstance(together, Sequence) and names_in(together):
        found.append(names_in(together))
    constraints = view.options.get("constraints")
    for item in constraints.items if isinstance(constraints, Sequence) else ():
        if isinstance(item, Call) and last_name(item.function) == "UniqueConstraint":
            found.append(names_in(keyword(item, "fields")))
    return found


WHERE = Action(where={"*": Form.EXPRESSION, "**": Form.LOOKUPS})
FETCH = Action(yields=Yields.ROWS, where={"*": Form.EXPRESSION, "**": Form.LOOKUPS})
QUERY_METHODS = {
    **actions(WHERE, "filter complex_filter"),
    **actions(Action(), "exclude"),
    **actions(replace(FETCH, raises=True), "get aget earliest latest"),
    **actions(FETCH, "first afirst last alast"),
    **actions(
        Action(yields=Yields.ROWS, where={"**": Form.LOOKUPS}, operation=Operation.CREATE),
        "get_or_create aget_or_create",
    ),
    **actions(
        Action(yields=Yields.ROWS, where={"**": Form.LOOKUPS}, payload=("defaults",), operation=Operation.UPDATE),
        "update_or_create aupdate_or_create",
    ),
    **actions(Action(yields=Yields.ROWS, payload=("**",), operation=Operation.CREATE), "create acreate"),
    **actions(Action(yields=Yields.ROWS, payload=("0",), operation=Operation.CREATE), "bulk_create abulk_create"),
    **actions(
        Action(yields=Yields.NUMBER, where={"0": Form.KEY}, operation=Operation.UPDATE), "bulk_update abulk_update"
    ),
    **actions(Action(yields=Yields.NUMBER, payload=("**",), operation=Operation.UPDATE), "update aupdate"),
    **actions(Action(yields=Yields.NUMBER, operation=Operation.DELETE), "delete adelete"),
    **actions(Action(yields=Yields.NUMBER), "count acount exists aexists aggregate aaggregate contains"),
    **actions(Action(yields=Yields.ROWS), "iterator aiterator in_bulk"),
    **actions(
        Action(),
        "all none select_related prefetch_related order_by distinct values values_list annotate only defer using "
        "reverse "
        "select_for_update alias union extra dates datetimes get_queryset",
    ),
}
LAYER = Layer(
    name="django",
    rank=20,
    modules=("django",),
    declare=declare,
    attributes=frozenset({"objects", "_default_manager", "_base_manager", "all_objects"}),
    query=QUERY_METHODS,
    functions={
        "get_object_or_404": replace(FETCH, tables="0", raises=True),
        "get_list_or_404": replace(FETCH, tables="0", raises=True),
        "aget_object_or_404": replace(FETCH, tables="0", raises=True),
    },
)
