"""Sequelize: tables are classes with decorators or a call of `init`, or what `define` makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from isolint.model.code import Attribute, Call, Expression, Field, Name
from isolint.model.code import Mapping as MappingNode
from isolint.model.table import Column, Declaration, Relation
from isolint.orms.declare import (
    ClassView,
    annotation_target,
    entries,
    is_true,
    last_name,
    positional,
    target_name,
    text,
)
from isolint.orms.written import VariableView
from isolint.orms.written import entries as written_entries

TYPES = "DataTypes DataType Sequelize STRING TEXT UUID INTEGER BIGINT ENUM JSONB JSON DATE BOOLEAN DECIMAL".split()
COLUMN = frozenset({"Column", "PrimaryKey", "ForeignKey", "CreatedAt", "UpdatedAt", "DeletedAt"})
TO_ONE = frozenset({"BelongsTo", "HasOne"})
TO_MANY = frozenset({"HasMany", "BelongsToMany"})
RELATING = frozenset({"belongsTo", "hasMany", "hasOne", "belongsToMany"})


def declare(view: ClassView) -> Declaration | None:
    """The table of a class that is decorated, or whose `init` is called with its columns."""
    made = view.told.get("init")
    if made is not None and view.derives_from("sequelize.Model", "Sequelize.Model", "Model"):
        given = positional(made)
        columns = tuple(_column(name, value) for name, value in entries(*given[:1]).items())
        options = entries(*given[1:2])
        name = text(options.get("modelName")) or view.name
        return _declaration(view, name, columns, (), options) if columns else None
    table = next((item for item in view.decorators if _decorator(item) == "Table"), None)
    if table is None or not view.qualified(_called(table)).startswith("sequelize-typescript"):
        return None
    columns = tuple(_decorated(view, item) for item in view.fields if _named(item, COLUMN))
    options = entries(*(positional(table) if isinstance(table, Call) else ()))
    return _declaration(view, view.name, columns, tuple(_relations(view)), options)


def declare_variable(view: VariableView) -> Declaration | None:
    """The table that `sequelize.define("invoice", {…}, {…})` makes."""
    call = view.value.expression
    given = positional(call) if isinstance(call, Call) else ()
    if not isinstance(call, Call) or len(given) < 2 or last_name(call.function) != "define":
        return None
    attributes = {name: value.resolved().expression for name, value in written_entries(view.value.part(given[1]))}
    if not text(given[0]) or not any(map(_is_column, attributes.values())):
        return None
    options = (
        {name: value.expression for name, value in written_entries(view.value.part(given[2]))} if given[2:] else {}
    )
    columns = tuple(_column(name, value) for name, value in attributes.items())
    return _declaration(view, view.name or text(given[0]), columns, (), options)


def _declaration(
    view: ClassView | VariableView,
    name: str,
    columns: tuple[Column, ...],
    relations: tuple[Relation, ...],
    options: Mapping[str, Expression],
) -> Declaration:
    if not any(column.primary for column in columns):
        columns = (Column("id", primary=True), *columns)
    as_is = is_true(options.get("freezeTableName"))
    return Declaration(
        name=name,
        place=view.place,
        layer="sequelize",
        columns=columns,
        relations=relations,
        sql_name=text(options.get("tableName")) or (name if as_is else _plural(name)),
        schema=text(options.get("schema")),
        accessor=name,
    )


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in set("aeiou"):
        return name[:-1] + "ies"
    return name if name.endswith("s") else name + "s"


def _is_column(value: Expression) -> bool:
    """Whether a value says what a column holds: a type, or an object with one."""
    if isinstance(value, MappingNode):
        return "type" in entries(value)
    while isinstance(value, Call):
        value = value.function
    while isinstance(value, Attribute):
        if value.name in TYPES:
            return True
        value = value.base
    return isinstance(value, Name) and value.id in TYPES


def _column(name: str, value: Expression) -> Column:
    options = entries(value)
    referred = entries(options.get("references"))
    return Column(
        name=name,
        references=target_name(referred.get("model") or referred.get("table")),
        nullable=text(options.get("allowNull")) == "" and not is_true(options.get("primaryKey")),
        unique=is_true(options.get("unique")),
        primary=is_true(options.get("primaryKey")),
        sql_name=text(options.get("field")),
    )


def _called(decorator: Expression) -> Expression:
    return decorator.function if isinstance(decorator, Call) else decorator


def _decorator(decorator: Expression) -> str:
    return last_name(_called(decorator))


def _named(item: Field, names: frozenset[str]) -> Expression | None:
    return next((decorator for decorator in item.decorators if _decorator(decorator) in names), None)


def _decorated(view: ClassView, item: Field) -> Column:
    options: dict[str, Expression] = {}
    for decorator in item.decorators:
        options |= entries(*(positional(decorator) if isinstance(decorator, Call) else ()))
    return Column(
        name=item.name,
        references=_target(view, _named(item, frozenset({"ForeignKey"}))),
        nullable=not _named(item, frozenset({"PrimaryKey"})),
        unique=is_true(options.get("unique")) or _named(item, frozenset({"Unique"})) is not None,
        primary=_named(item, frozenset({"PrimaryKey"})) is not None or is_true(options.get("primaryKey")),
        sql_name=text(options.get("field")),
    )


def _target(view: ClassView, decorator: Expression | None) -> str:
    """The model of `@ForeignKey(() => Org)`."""
    first = next(iter(positional(decorator)), None) if isinstance(decorator, Call) else None
    return target_name(view.returned(first) if first is not None else None) if first is not None else ""


def _relations(view: ClassView) -> Iterator[Relation]:
    keys = {target: item.name for item in view.fields if (target := _target(view, _named(item, COLUMN)))}
    for item in view.fields:
        decorator = _named(item, TO_ONE | TO_MANY)
        if decorator is None:
            continue
        target = _target(view, decorator) or annotation_target(item.annotation)
        given = positional(decorator) if isinstance(decorator, Call) else ()
        key = next((name for value in given[1:] if (name := _key(value))), "") or keys.get(target, "")
        owned = _decorator(decorator) == "BelongsTo"
        yield Relation(item.name, target, key if owned else "", many=_decorator(decorator) in TO_MANY)


def _key(value: Expression) -> str:
    """The key's name: given as a text, or as `foreignKey` with or without options."""
    held = entries(value).get("foreignKey", value)
    return text(held) or text(entries(held).get("name"))


def relate(view: VariableView) -> dict[str, tuple[Relation, ...]]:
    """What `Invoice.belongsTo(Organization, { foreignKey: "organizationId" })` says of the table that holds the key."""
    call = view.value.expression
    function = call.function if isinstance(call, Call) else None
    if not isinstance(call, Call) or not isinstance(function, Attribute) or function.name not in RELATING:
        return {}
    given = positional(call)
    if not given:
        return {}
    options = entries(*given[1:2])
    owner, target = _table(view, function.base), _table(view, given[0])
    key, name = (_key(given[1]) if given[1:] else ""), text(options.get("as"))
    if function.name == "belongsTo":
        camel = _camel(last_name(given[0]))
        return {owner: (Relation(name or camel, target, key or f"{camel}Id"),)}
    many = function.name != "hasOne"
    camel = _camel(last_name(given[0]))
    found: dict[str, tuple[Relation, ...]] = {
        owner: (Relation(name or (_plural(camel) if many else camel), target, many=many),)
    }
    if function.name == "belongsToMany":
        return found
    other = _camel(last_name(function.base))
    back = Relation(other, owner, key or f"{other}Id")
    return {owner: (*found[owner], back)} if owner == target else {**found, target: (back,)}


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def _table(view: VariableView, expression: Expression) -> str:
    """What names a table: where it is declared, or, for what a registry of models leads to, its name alone."""
    name = view.value.part(expression).qualified()
    return name if "::" in name else last_name(expression)
