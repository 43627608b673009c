"""SQLAlchemy 1.x and 2.x, Flask-SQLAlchemy and SQLModel: declarations."""

from __future__ import annotations

from isolint.model.access import Operation
from isolint.model.code import Call, Expression, Field, Mapping, Sequence
from isolint.model.table import Column, Declaration, Relation
from isolint.orms.declare import (
    ClassView,
    annotation_target,
    is_true,
    keyword,
    last_name,
    names_in,
    positional,
    text,
)
from isolint.orms.layer import Action, Form, Layer, Yields, actions

COLUMN_CALLS = {"Column", "mapped_column", "Field"}
RELATION_CALLS = {"relationship", "Relationship", "association_proxy"}
DECLARATIVE = ("declarative_base", "DeclarativeBase", "DeclarativeBaseNoMeta", "Model", "SQLModel", "automap_base")


def declare(view: ClassView) -> Declaration | None:
    """The table of a mapped class: it has a table name or a primary key of its own or inherited, and is not
    abstract.
    """
    if "__abstract__" in view.own and is_true(view.value("__abstract__")):
        return None
    columns = tuple(column for item in view.fields if (column := _column(item)))
    is_model = is_true(view.keywords.get("table"))
    named = view.value("__tablename__") is not None or view.value("__table__") is not None
    mapped = view.derives_from(*DECLARATIVE) and any(column.primary for column in columns)
    if not (is_model or named or mapped) or not (columns or named):
        return None
    sql_name = text(view.value("__tablename__"))
    options = view.value("__table_args__")
    return Declaration(
        name=view.name,
        place=view.place,
        layer="sqlalchemy",
        columns=columns,
        relations=tuple(relation for item in view.fields if (relation := _relation(item))),
        uniques=tuple(_uniques(options)),
        sql_name=sql_name or (view.name.lower() if is_model else ""),
        schema=_schema(options),
    )


def _column(item: Field) -> Column | None:
    call = item.value
    if not isinstance(call, Call) or last_name(call.function) not in COLUMN_CALLS:
        if isinstance(call, Call) and last_name(call.function) in RELATION_CALLS:
            return None
        annotated = item.annotation is not None and call is None and item.name[:1] != "_"
        return Column(item.name, nullable="Optional" in repr(item.annotation)) if annotated else None
    reference = text(keyword(call, "foreign_key"))
    inner: tuple[Expression, ...] = positional(call)
    nested = keyword(call, "sa_column")
    if isinstance(nested, Call):
        inner += positional(nested)
    for argument in inner:
        if isinstance(argument, Call) and last_name(argument.function) == "ForeignKey":
            first = positional(argument)[:1]
            reference = (text(first[0]) or _column_owner(first[0])) if first else ""
    return Column(
        name=item.name,
        references=_table_of_reference(reference),
        nullable=not is_true(keyword(call, "primary_key")) and _nullable(item, call),
        unique=is_true(keyword(call, "unique")),
        primary=is_true(keyword(call, "primary_key")),
        sql_name=_sql_name(call, inner),
    )


def _sql_name(call: Call, arguments: tuple[Expression, ...]) -> str:
    """The name in the database where one is given: `Column("agencyId", …)`, `mapped_column(name="agencyId")`."""
    return text(keyword(call, "name")) or next((name for argument in arguments if (name := text(argument))), "")


def _nullable(item: Field, call: Call) -> bool:
    declared = keyword(call, "nullable")
    if declared is not None:
        return is_true(declared)
    if item.annotation is not None:
        return "None" in repr(item.annotation) or "Optional" in repr(item.annotation)
    return last_name(call.function) == "Column"


def _column_owner(expression: Expression) -> str:
    from isolint.model.code import Attribute

    return f"{last_name(expression.base)}.id" if isinstance(expression, Attribute) else ""


def _table_of_reference(reference: str) -> str:
    """`organizations` of `organizations.id` and `public.organizations.id`."""
    parts = reference.split(".")
    return parts[-2] if len(parts) > 1 else reference


def _relation(item: Field) -> Relation | None:
    call = item.value
    if not isinstance(call, Call) or last_name(call.function) not in RELATION_CALLS - {"association_proxy"}:
        return None
    arguments = positional(call)
    target = text(arguments[0]).rsplit(".", 1)[-1] or last_name(arguments[0]) if arguments else ""
    target = target or annotation_target(item.annotation)
    local = keyword(call, "foreign_keys")
    column = last_name(local.items[0]) if isinstance(local, Sequence) and local.items else ""
    if local is not None and not column:
        column = last_name(local) or text(local).rsplit(".", 1)[-1].rstrip("]")
    return Relation(item.name, target, column) if target else None


def _uniques(options: Expression | None) -> list[tuple[str, ...]]:
    found = []
    for item in options.items if isinstance(options, Sequence) else ():
        if not isinstance(item, Call):
            continue
        kind = last_name(item.function)
        names = tuple(name for argument in positional(item) if (name := text(argument) or last_name(argument)))
        if kind == "UniqueConstraint":
            found.append(names)
        elif kind == "Index" and is_true(keyword(item, "unique")):
            found.append(names[1:])
    return found


def _schema(options: Expression | None) -> str:
    tables = options.items if isinstance(options, Sequence) else (options,)
    for table in tables:
        for entry in table.entries if isinstance(table, Mapping) else ():
            if entry.key is not None and names_in(entry.key) == ("schema",):
                return text(entry.value)
    return ""


WHERE = Action(where={"*": Form.EXPRESSION, "**": Form.LOOKUPS})
QUERY_METHODS = {
    **actions(WHERE, "where filter filter_by having"),
    **actions(Action(join=True), "join"),
    **actions(Action(join=True, outer=True), "outerjoin"),
    **actions(Action(tables="*"), "select_from add_columns add_entity"),
    **actions(Action(payload=("**", "0")), "values"),
    **actions(Action(yields=Yields.ROWS, where={"0": Form.KEY}), "get"),
    **actions(Action(yields=Yields.ROWS, where={"0": Form.KEY}, raises=True), "get_or_404"),
    **actions(Action(yields=Yields.ROWS, raises=True), "one scalar_one first_or_404 one_or_404"),
    **actions(
        Action(yields=Yields.ROWS),
        "all first one_or_none scalar scalars scalar_one_or_none paginate yield_per "
        "mappings fetchall fetchone partitions",
    ),
    **actions(Action(yields=Yields.NUMBER), "count exists"),
    **actions(Action(yields=Yields.NUMBER, operation=Operation.UPDATE, payload=("0",)), "update"),
    **actions(Action(yields=Yields.NUMBER, operation=Operation.DELETE), "delete"),
    **actions(
        Action(),
        "options order_by limit offset distinct group_by with_for_update execution_options correlate returning "
        "subquery "
        "alias cte scalar_subquery label as_scalar on_conflict_do_update on_conflict_do_nothing with_only_columns "
        "slice "
        "enable_assertions populate_existing union union_all from_self params add_column unique prefix_with "
        "correlate_except lateral",
    ),
}
LAYER = Layer(
    name="sqlalchemy",
    rank=10,
    modules=("sqlalchemy", "sqlmodel", "flask_sqlalchemy"),
    declare=declare,
    functions={
        "select": Action(tables="*"),
        "update": Action(tables="0", operation=Operation.UPDATE),
        "delete": Action(tables="0", operation=Operation.DELETE),
        "insert": Action(tables="0", operation=Operation.CREATE),
        "exists": Action(tables="*"),
    },
    attributes=frozenset({"query"}),
    transparent=frozenset({"__table__", "c", "columns"}),
    model=actions(Action(yields=Yields.INSTANCE, payload=("0", "update")), "model_validate parse_obj from_orm"),
    query=QUERY_METHODS,
    session={
        "query": Action(tables="*"),
        "get": Action(yields=Yields.ROWS, tables="0", where={"1": Form.KEY, "ident": Form.KEY}),
        "get_or_404": Action(yields=Yields.ROWS, tables="0", where={"1": Form.KEY}, raises=True),
        "get_one": Action(yields=Yields.ROWS, tables="0", where={"1": Form.KEY}),
        **actions(Action(yields=Yields.ROWS), "execute scalars scalar exec stream stream_scalars"),
        **actions(
            Action(yields=Yields.NUMBER, tables="0", operation=Operation.CREATE, payload=("1",)), "bulk_insert_mappings"
        ),
        **actions(Action(yields=Yields.NUMBER, operation=Operation.CREATE), "add add_all merge bulk_save_objects"),
    },
)
