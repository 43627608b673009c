"""Entities that are described by values: `new EntitySchema({…})` of TypeORM and MikroORM, `defineEntity({…})`."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.model.code import Call
from isolint.model.table import Column, Declaration, Relation
from isolint.orms.declare import is_true, last_name, positional, text
from isolint.orms.written import VariableView, Written, entries, entry, items, method_calls

TO_ONE = frozenset("many-to-one one-to-one m:1 1:1 MANY_TO_ONE ONE_TO_ONE manyToOne oneToOne".split())
TO_MANY = frozenset("one-to-many many-to-many 1:m m:n ONE_TO_MANY MANY_TO_MANY oneToMany manyToMany".split())


def described(view: VariableView, module: str, makers: frozenset[str]) -> Written | None:
    """What a variable describes an entity by, None when nothing of that module is made."""
    call = view.value.expression
    given = positional(call) if isinstance(call, Call) else ()
    if not isinstance(call, Call) or not given or last_name(call.function) not in makers:
        return None
    return view.value.part(given[0]) if view.value.part(call.function).qualified().startswith(module) else None


def declare_typeorm(view: VariableView) -> Declaration | None:
    """The table of TypeORM's `new EntitySchema({ name, columns, relations })`."""
    entity = described(view, "typeorm", frozenset({"EntitySchema"}))
    if entity is None:
        return None
    columns = {name: _column(name, value) for name, value in _under(entity, "columns")}
    relations = []
    for name, value in _under(entity, "relations"):
        kind, target = _text(value, "type"), _target(entry(value, "target"))
        key = _key(name, value, columns) if kind in TO_ONE else ""
        if key and key not in columns:
            columns[key] = Column(key, target, nullable=True)
        relations.append(Relation(name, target, key, many=kind in TO_MANY))
    uniques = tuple(_names(entry(unique, "columns")) for unique in items(entry(entity, "uniques")))
    return _declaration(view, entity, "typeorm", "target", columns, relations, uniques)


def declare_mikroorm(view: VariableView) -> Declaration | None:
    """The table of MikroORM's `new EntitySchema({ name, properties })` or `defineEntity({ name, properties })`."""
    entity = described(view, "@mikro-orm", frozenset({"EntitySchema", "defineEntity"}))
    if entity is None:
        return None
    columns, relations = {}, []
    for name, value in _under(entity, "properties"):
        column, kind, target = _property(name, value)
        if kind not in TO_MANY:
            columns[name] = column
        if kind in TO_ONE | TO_MANY:
            relations.append(Relation(name, target, name if kind in TO_ONE else "", many=kind in TO_MANY))
    uniques = tuple(_names(entry(unique, "properties")) for unique in items(entry(entity, "uniques")))
    return _declaration(view, entity, "mikroorm", "class", columns, relations, uniques)


def _declaration(
    view: VariableView,
    entity: Written,
    layer: str,
    klass: str,
    columns: dict[str, Column],
    relations: list[Relation],
    uniques: tuple[tuple[str, ...], ...],
) -> Declaration:
    named = entry(entity, klass)
    stands_for = _target(named)
    return Declaration(
        name=(last_name(named.expression) if named is not None else "") or _text(entity, "name") or view.name,
        place=view.place,
        layer=layer,
        columns=tuple(columns.values()),
        relations=tuple(relations),
        uniques=tuple(unique for unique in uniques if unique),
        sql_name=_text(entity, "tableName") or _text(entity, "name"),
        schema=_text(entity, "schema"),
        stands_for=stands_for if "::" in stands_for else "",
    )


def _under(entity: Written, name: str) -> Iterator[tuple[str, Written]]:
    found = entry(entity, name)
    return entries(found) if found is not None else iter(())


def _text(value: Written, name: str) -> str:
    found = entry(value, name)
    return text(found.expression) if found is not None else ""


def _names(listed: Written | None) -> tuple[str, ...]:
    return tuple(text(item.expression) for item in items(listed))


def _target(value: Written | None) -> str:
    """The entity that is named by a text, a class, another description, or a function that gives one of these."""
    for _ in range(2):
        if value is None:
            return ""
        if literal := text(value.expression):
            return literal
        if "::" in (name := value.qualified()):
            return name
        value = value.behind()
    return ""


def _key(name: str, value: Written, columns: dict[str, Column]) -> str:
    join = entry(value, "joinColumn")
    named = (_text(join, "name") if join is not None else "") or f"{name}Id"
    return next((column.name for column in columns.values() if named in (column.name, column.sql_name)), named)


def _column(name: str, value: Written) -> Column:
    options = {key: found.expression for key, found in entries(value)}
    return Column(
        name=name,
        nullable=is_true(options.get("nullable")),
        unique=is_true(options.get("unique")),
        primary=is_true(options.get("primary")),
        sql_name=text(options.get("name")) or text(options.get("fieldName")),
    )


def _property(name: str, value: Written) -> tuple[Column, str, str]:
    """A property given by options, or built: `p.string().unique()`, `() => p.manyToOne(Org)`."""
    resolved = value.resolved()
    call, methods = method_calls(resolved.expression)
    if not isinstance(call, Call):
        kind, target = _text(value, "kind") or _text(value, "reference"), _target(entry(value, "entity"))
        named = entry(value, "kind")
        kind = kind or (last_name(named.expression) if named is not None else "")
        column = _column(name, value)
        return Column(name, target, column.nullable, column.unique, column.primary, column.sql_name), kind, target
    kind, given = last_name(call.function), positional(call)
    target = _target(resolved.part(given[0])) if given and kind in TO_ONE | TO_MANY else ""
    said = {method: positional(made) for method, made in methods}
    sql_name = next((text(value) for name in ("fieldName", "name") for value in said.get(name, ())[:1]), "")
    return Column(name, target, "nullable" in said, "unique" in said, "primary" in said, sql_name), kind, target
