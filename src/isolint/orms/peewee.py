"""Peewee: declarations."""

from __future__ import annotations

from isolint.model.access import Operation
from isolint.model.code import Call, Field
from isolint.model.table import Column, Declaration, Relation
from isolint.orms.declare import ClassView, is_true, keyword, positional, target_name, text
from isolint.orms.layer import Action, Form, Layer, Yields, actions

FOREIGN_KEYS = {"ForeignKeyField", "DeferredForeignKey"}


def declare(view: ClassView) -> Declaration | None:
    """The table of a class with peewee's `Model` among its bases and fields of its own."""
    if not view.derives_from("peewee.Model", "peewee_async.Model", "peewee_aio.Model"):
        return None
    fields = [(item, call, name) for item, call, name in view.calls() if name.endswith("Field") or name in FOREIGN_KEYS]
    if not any(item.name in view.own for item, _, _ in fields):
        return None
    columns = [_column(item, call, name) for item, call, name in fields]
    if not any(column.primary for column in columns):
        columns.append(Column("id", primary=True))
    return Declaration(
        name=view.name,
        place=view.place,
        layer="peewee",
        columns=tuple(columns),
        relations=tuple(
            Relation(item.name, target, _key_column(item, call))
            for item, call, name in fields
            if name in FOREIGN_KEYS and (target := _target(view.name, call))
        ),
        sql_name=text(view.options.get("table_name")) or text(view.options.get("db_table")) or view.name.lower(),
    )


def _key_column(item: Field, call: Call) -> str:
    return text(keyword(call, "column_name")) or f"{item.name}_id"


def _target(own: str, call: Call) -> str:
    arguments = positional(call)
    name = target_name(arguments[0] if arguments else keyword(call, "model"))
    return own if name == "self" else name


def _column(item: Field, call: Call, kind: str) -> Column:
    is_key = kind in FOREIGN_KEYS
    return Column(
        name=_key_column(item, call) if is_key else item.name,
        references=_target("", call) if is_key else "",
        nullable=is_true(keyword(call, "null")),
        unique=is_true(keyword(call, "unique")),
        primary=is_true(keyword(call, "primary_key")) or kind in {"AutoField", "BigAutoField"},
    )


WHERE = Action(where={"*": Form.EXPRESSION, "**": Form.LOOKUPS})
FETCH = Action(yields=Yields.ROWS, where={"*": Form.EXPRESSION, "**": Form.LOOKUPS})
LAYER = Layer(
    name="peewee",
    rank=30,
    modules=("peewee", "playhouse"),
    declare=declare,
    model={
        "select": Action(),
        "update": Action(operation=Operation.UPDATE, payload=("0", "**")),
        "delete": Action(operation=Operation.DELETE),
        **actions(Action(operation=Operation.CREATE, payload=("0", "**")), "insert insert_many replace replace_many"),
        **actions(Action(yields=Yields.ROWS, operation=Operation.CREATE, payload=("**",)), "create"),
        **actions(Action(yields=Yields.NUMBER, operation=Operation.CREATE, payload=("0",)), "bulk_create"),
        **actions(FETCH, "get get_or_none"),
        **actions(Action(yields=Yields.ROWS, where={"**": Form.LOOKUPS}, operation=Operation.CREATE), "get_or_create"),
        **actions(Action(yields=Yields.ROWS, where={"0": Form.KEY}), "get_by_id"),
        **actions(Action(yields=Yields.NUMBER, where={"0": Form.KEY}, operation=Operation.DELETE), "delete_by_id"),
        **actions(
            Action(yields=Yields.NUMBER, where={"0": Form.KEY}, payload=("1",), operation=Operation.UPDATE),
            "set_by_id",
        ),
        "filter": WHERE,
    },
    query={
        **actions(WHERE, "where orwhere filter having"),
        **actions(Action(join=True), "join switch_join"),
        **actions(Action(join=True, outer=True), "left_outer_join"),
        **actions(FETCH, "get get_or_none first"),
        **actions(Action(yields=Yields.ROWS), "execute dicts tuples namedtuples objects iterator scalar peek"),
        **actions(Action(yields=Yields.NUMBER), "count exists"),
        **actions(
            Action(),
            "order_by limit offset group_by distinct switch select paginate alias on_conflict on_conflict_ignore "
            "returning for_update with_cte union union_all select_extend columns join_from prefetch",
        ),
    },
)
