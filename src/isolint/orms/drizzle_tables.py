"""Drizzle: tables and relations are variables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from isolint.model.code import Attribute, Call, Expression, Name
from isolint.model.table import Column, Declaration, Relation
from isolint.orms.declare import last_name, positional, text
from isolint.orms.written import MAX_STEPS, VariableView, Written, entries, entry, items, method_calls

TABLES = frozenset("pgTable mysqlTable sqliteTable singlestoreTable gelTable cockroachTable mssqlTable".split())
SCHEMAS = frozenset("pgSchema mysqlSchema singlestoreSchema gelSchema cockroachSchema mssqlSchema".split())
UNIQUES = frozenset({"unique", "uniqueIndex"})


def declare_variable(view: VariableView) -> Declaration | None:
    """The table that a variable holds (`pgTable("users", {…}, (table) => […])`)."""
    made = next(_made(view.value), None)
    if made is None:
        return None
    schema, arguments = made
    columns = {name: _column(name, value) for name, value in entries(view.value.part(arguments[1]))}
    if not columns:
        return None
    uniques: list[tuple[str, ...]] = []
    for rule in _rules(view.value.part(arguments[2])) if len(arguments) > 2 else ():
        _apply(rule, columns, uniques)
    return Declaration(
        name=view.name,
        place=view.place,
        layer="drizzle",
        columns=tuple(columns.values()),
        uniques=tuple(uniques),
        sql_name=text(arguments[0]),
        schema=schema,
        accessor=view.name,
    )


def _made(value: Written) -> Iterator[tuple[str, tuple[Expression, ...]]]:
    """The schema and the arguments of the call that makes a table, whatever is called on it afterwards."""
    first, methods = method_calls(value.expression)
    for call in (*(call for _, call in reversed(methods)), first):
        arguments = positional(call) if isinstance(call, Call) else ()
        if isinstance(call, Call) and len(arguments) > 1:
            if (schema := _schema(value.part(call.function))) is not None:
                yield schema, arguments


def _schema(function: Written) -> str | None:
    """The database schema of the tables that a function makes, '' when it names none; None when it makes no tables."""
    name = last_name(function.expression)
    if name in TABLES:
        return ""
    if name == "table" and isinstance(function.expression, Attribute):
        made = function.part(function.expression.base).resolved().expression
        if isinstance(made, Call) and last_name(made.function) in SCHEMAS and positional(made):
            return text(positional(made)[0])
    elif isinstance(function.expression, Name):
        made = function.resolved().expression
        if isinstance(made, Call) and last_name(made.function).endswith("TableCreator"):
            return ""
    return None


def _column(name: str, value: Written) -> Column:
    """A column, through the helpers of the project that make it."""
    column = Column(name, nullable=True)
    for _ in range(MAX_STEPS):
        call, methods = method_calls(value.expression)
        for method, given in methods:
            column = _modified(column, method, given, value)
        if isinstance(call, Call) and not column.sql_name:
            column = replace(column, sql_name=_sql_name(call))
        found = value.part(call).behind()
        if found is None:
            break
        value = found
    return column


def _sql_name(call: Call) -> str:
    arguments = positional(call)
    return text(arguments[0]) if arguments else ""


def _modified(column: Column, method: str, call: Call, value: Written) -> Column:
    match method:
        case "notNull":
            return replace(column, nullable=False)
        case "primaryKey":
            return replace(column, nullable=False, primary=True)
        case "unique":
            return replace(column, unique=True)
        case "references" if positional(call):
            referred = value.part(positional(call)[0]).behind()
            if referred is not None and isinstance(referred.expression, Attribute):
                return replace(column, references=referred.part(referred.expression.base).qualified())
    return column


def _rules(value: Written) -> Iterator[Written]:
    """What the third argument lists, as an object or as an array."""
    yield from items(value)
    yield from (found for _, found in entries(value))


def _apply(rule: Written, columns: dict[str, Column], uniques: list[tuple[str, ...]]) -> None:
    """Put a key or constraint of several columns where it belongs."""
    call, methods = method_calls(rule.expression)
    if not isinstance(call, Call):
        return
    kind = last_name(call.function)
    options = rule.part(positional(call)[0]) if positional(call) else None
    if kind == "primaryKey":
        named = _names(items(entry(options, "columns"))) or _names(tuple(map(rule.part, positional(call))))
        for name in named:
            if name in columns:
                columns[name] = replace(columns[name], primary=True, nullable=False)
        uniques.append(named)
    elif kind == "foreignKey":
        targets = items(entry(options, "foreignColumns"))
        for name, target in zip(_names(items(entry(options, "columns"))), targets, strict=False):
            if name in columns and isinstance(target.expression, Attribute):
                referred = target.part(target.expression.base).qualified()
                columns[name] = replace(columns[name], references=referred)
    elif kind in UNIQUES and all(method != "where" for method, _ in methods):
        on = next((given for method, given in methods if method == "on"), None)
        uniques.append(_names(tuple(map(rule.part, positional(on)))) if on is not None else ())


def _names(parts: tuple[Written, ...]) -> tuple[str, ...]:
    return tuple(name for part in parts if (name := last_name(part.expression)))


def relate(view: VariableView) -> dict[str, tuple[Relation, ...]]:
    """The relations that a variable declares (`relations(users, …)`, `defineRelations(schema, …)`), by table."""
    call = view.value.expression
    arguments = positional(call) if isinstance(call, Call) else ()
    if not isinstance(call, Call) or len(arguments) < 2:
        return {}
    owner = view.value.part(arguments[0])
    declared = view.value.part(arguments[1])
    if last_name(call.function) == "relations":
        return {owner.qualified(): tuple(_relations(declared))}
    if last_name(call.function) in {"defineRelations", "defineRelationsPart"}:
        schema = arguments[0]
        found = {}
        for name, value in entries(declared):
            table = owner.part(Attribute(schema.at, schema, name)).qualified()
            found[table] = tuple(_defined(owner, value))
        return found
    return {}


def _relations(declared: Written) -> Iterator[Relation]:
    """`workspace: one(workspaces, { fields: […], references: […] })`, `posts: many(posts)`."""
    for name, value in entries(declared):
        call = value.expression
        if not (isinstance(call, Call) and positional(call)):
            continue
        target, *options = positional(call)
        fields = _names(items(entry(value.part(options[0]), "fields"))) if options else ()
        many = last_name(call.function) == "many"
        yield Relation(name, value.part(target).qualified(), fields[0] if fields else "", many)


def _defined(schema: Written, declared: Written) -> Iterator[Relation]:
    """`author: r.one.users({ from: r.posts.authorId, to: r.users.id })`."""
    for name, value in entries(declared):
        call = value.expression
        if not (isinstance(call, Call) and isinstance(call.function, Attribute)):
            continue
        target = Attribute(call.at, schema.expression, call.function.name)
        options = positional(call)
        column = entry(value.part(options[0]), "from") if options else None
        many = last_name(call.function.base) == "many"
        yield Relation(name, schema.part(target).qualified(), _last(column), many)


def _last(column: Written | None) -> str:
    first = items(column)[0] if column is not None and items(column) else column
    return last_name(first.expression) if first is not None else ""
