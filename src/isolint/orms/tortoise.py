"""Tortoise ORM: declarations."""

from __future__ import annotations

from isolint.model.access import Operation
from isolint.model.code import Call
from isolint.model.table import Column, Declaration, Relation
from isolint.orms.declare import ClassView, is_true, keyword, positional, target_name, text
from isolint.orms.layer import Action, Form, Layer, Yields, actions

FOREIGN_KEYS = {"ForeignKeyField", "OneToOneField"}


def declare(view: ClassView) -> Declaration | None:
    """The table of a class derived from `tortoise.models.Model`; abstract ones declare none."""
    if not any(base.startswith("tortoise.") and base.endswith(".Model") for base in view.bases):
        return None
    if is_true(view.options.get("abstract")):
        return None
    fields = [(item, call, name) for item, call, name in view.calls() if name.endswith("Field")]
    return Declaration(
        name=view.name,
        place=view.place,
        layer="tortoise",
        columns=tuple(_column(item.name, call, name) for item, call, name in fields),
        relations=tuple(
            Relation(item.name, _target(call), f"{item.name}_id") for item, call, name in fields if name in FOREIGN_KEYS
        ),
        sql_name=text(view.options.get("table")),
    )


def _target(call: Call) -> str:
    arguments = positional(call)
    return target_name(arguments[0] if arguments else keyword(call, "model_name"))


def _column(name: str, call: Call, kind: str) -> Column:
    is_key = kind in FOREIGN_KEYS
    return Column(
        name=f"{name}_id" if is_key else name,
        references=_target(call) if is_key else "",
        nullable=is_true(keyword(call, "null")),
        unique=is_true(keyword(call, "unique")),
        primary=is_true(keyword(call, "pk")) or is_true(keyword(call, "primary_key")),
    )


WHERE = Action(where={"*": Form.EXPRESSION, "**": Form.LOOKUPS})
FETCH = Action(yields=Yields.ROWS, where={"*": Form.EXPRESSION, "**": Form.LOOKUPS})
STARTS = {
    **actions(WHERE, "filter"),
    **actions(Action(), "all exclude annotate select_for_update"),
    **actions(FETCH, "get get_or_none first"),
    **actions(Action(yields=Yields.ROWS, operation=Operation.CREATE, payload=("**",)), "create"),
    **actions(Action(yields=Yields.NUMBER, operation=Operation.CREATE, payload=("0",)), "bulk_create"),
    **actions(
        Action(yields=Yields.ROWS, where={"**": Form.LOOKUPS}, operation=Operation.CREATE),
        "get_or_create update_or_create",
    ),
}
LAYER = Layer(
    name="tortoise",
    rank=40,
    modules=("tortoise",),
    declare=declare,
    model={
        **STARTS,
        "exists": Action(yields=Yields.NUMBER, where=WHERE.where),
        "in_bulk": Action(yields=Yields.ROWS, where={"0": Form.KEY}),
    },
    query={
        **STARTS,
        **actions(
            Action(),
            "order_by limit offset distinct prefetch_related select_related values values_list only using_db group_by",
        ),
        **actions(Action(yields=Yields.NUMBER), "count exists"),
        **actions(Action(yields=Yields.NUMBER, operation=Operation.UPDATE, payload=("**",)), "update"),
        **actions(Action(yields=Yields.NUMBER, operation=Operation.DELETE), "delete"),
    },
)
