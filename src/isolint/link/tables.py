"""The tables of a program: declared by classes through a data layer, or by DDL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from isolint.link.observed import observed_keys
from isolint.link.symbols import ClassRef, External, FunctionRef, TableSymbol, VariableRef
from isolint.link.undeclared import undeclared_tables
from isolint.link.variables import declared_relations, related, variable_tables
from isolint.model.code import Attribute, Call, Closure, Expression, Field, Function, Return
from isolint.model.identifiers import split
from isolint.model.source import Place, Span
from isolint.model.sql import CreatedTable
from isolint.model.table import Column, Declaration, Relation, Table
from isolint.orms import LAYERS
from isolint.orms.declare import ClassView, last_name

if TYPE_CHECKING:
    from isolint.link.program import Program

DDL_LAYER = "ddl"
START = Span(1, 1, 1, 1)
COPIES = frozenset({"migrations", "versions", "alembic", "tests", "test"})
"""Folders whose classes repeat models that are declared elsewhere."""
CASE_CHANGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class TableSet:
    """Tables by name, by the symbol that declares them, by the attribute of a client that leads to their rows, and by
    SQL name. `layers` are the data layers that declare them; `schemas` those in which DDL creates a table, by its name.
    """

    def __init__(self) -> None:
        self.by_name: dict[str, Table] = {}
        self.by_symbol: dict[TableSymbol, Table] = {}
        self.by_accessor: dict[str, list[TableSymbol]] = {}
        self.layers: set[str] = set()
        self.schemas: dict[str, set[str]] = {}
        self._by_sql: dict[str, Table] = {}

    def add(self, declaration: Declaration, ref: TableSymbol | None) -> None:
        """Register a declaration; a second one of the same name is told apart by its file."""
        name = declaration.name
        if name in self.by_name:
            name = f"{name} ({declaration.place.path})"
        table = Table(name, declaration, {column.name: column for column in declaration.columns})
        self.by_name[name] = table
        self.layers.add(declaration.layer)
        if ref is not None:
            self.by_symbol[ref] = table
            for accessor in {declaration.accessor, declaration.accessor.lower()} - {
                ""
            }:  # lower case in Python's client
                self.by_accessor.setdefault(accessor, []).append(ref)
        for sql_name in sql_names(declaration):
            self._by_sql.setdefault(sql_name.lower(), table)

    def create(self, path: str, created: CreatedTable) -> None:
        """Register what DDL creates: a table of its own, or further columns of a class that stands for the same one."""
        known = self.of_sql(created.name)
        declaration = _from_ddl(path, created)
        if known is None:
            self.add(declaration, None)
            known = self.by_name[created.name]
        else:
            for column in declaration.columns:
                known.columns.setdefault(column.name, replace(column, primary=False))
        if not created.altered:
            self.schemas.setdefault(known.name, set()).add(created.schema)

    def of_sql(self, name: str) -> Table | None:
        """The table that a name in SQL text means, whatever its case."""
        return self._by_sql.get(name.lower())

    def of_target(self, name: str) -> Table | None:
        """The table that a foreign key's or relation's target means: a model's name, an SQL name, or `path::name`."""
        path, _, symbol = name.rpartition("::")
        if path:
            return self.by_symbol.get(VariableRef(path, symbol))
        return self.by_name.get(name) or self.of_sql(name)

    def symbol_of(self, name: str) -> TableSymbol | None:
        """The class or variable that declares the table of that name."""
        table = self.by_name.get(name)
        return next((ref for ref, declared in self.by_symbol.items() if declared is table), None)

    def __iter__(self) -> Iterator[Table]:
        return iter(self.by_name.values())

    def __len__(self) -> int:
        return len(self.by_name)


def collect_tables(program: Program, declared: Mapping[str, tuple[CreatedTable | Declaration, ...]]) -> TableSet:
    """All tables of the program with their foreign keys and relations resolved."""
    tables = TableSet()
    relations = declared_relations(program)
    for path, item in _in_order(declared):
        if isinstance(item, Declaration):
            place = replace(item.place, path=path)
            tables.add(replace(item, place=place), VariableRef(path, item.name))
    for path in sorted(program.modules, key=lambda path: (not COPIES.isdisjoint(PurePosixPath(path).parts), path)):
        for qualname in program.modules[path].classes:
            ref = ClassRef(path, qualname)
            if declaration := _declare(program, ref):
                tables.add(related(ref, declaration, relations), ref)
    for variable, declaration in variable_tables(program):
        tables.add(related(variable, declaration, relations), variable)
        if declaration.stands_for:
            path, _, name = declaration.stands_for.partition("::")
            tables.by_symbol[ClassRef(path, name)] = tables.by_symbol[variable]
    for path, item in _in_order(declared):
        if isinstance(item, CreatedTable):
            tables.create(path, item)
    for undeclared in undeclared_tables(program, tables):
        tables.add(undeclared, None)
    for table in tables:
        _connect(table, tables)
    _guess_keys(tables, observed_keys(program, tables))
    return tables


def _in_order(
    declared: Mapping[str, tuple[CreatedTable | Declaration, ...]],
) -> Iterator[tuple[str, CreatedTable | Declaration]]:
    return ((path, item) for path in sorted(declared) for item in declared[path])


def sql_names(declaration: Declaration) -> Iterator[str]:
    """The names that a declared table may have in the database, as far as they are known."""
    yield from filter(None, (declaration.sql_name, declaration.name, *_derived_names(declaration)))


def _derived_names(declaration: Declaration) -> Iterator[str]:
    """The names that data layers give a table whose class does not say one: `app_model` in Django, else snake case."""
    if declaration.sql_name:
        return
    if declaration.layer == "django":
        folders = [part for part in PurePosixPath(declaration.place.path).parent.parts if part != "models"]
        if folders:
            yield f"{folders[-1]}_{declaration.name}"
    yield CASE_CHANGE.sub("_", declaration.name)


def _guess_keys(tables: TableSet, observed: Mapping[str, str]) -> None:
    """Columns that name a row of another table without declaring it: by what the code compares them with, or by
    name.
    """
    by_words = {"".join(split(table.declaration.name)): table.name for table in tables}
    for table in tables:
        for column in table.columns.values():
            words = split(column.name)
            if column.references or column.name in table.foreign_keys or len(words) < 2 or words[-1] != "id":
                continue
            target = observed.get(column.name) or by_words.get("".join(words[:-1]))
            target = target or _named_alike(by_words, split(table.declaration.name), words[:-1])
            if target and target != table.name:
                table.foreign_keys[column.name] = target


def _named_alike(by_words: Mapping[str, str], own: tuple[str, ...], words: tuple[str, ...]) -> str | None:
    """The table that a key means when it leaves out what the names of both tables begin with."""
    prefixes = (own[:count] for count in range(len(own), 0, -1))
    return next((found for prefix in prefixes if (found := by_words.get("".join((*prefix, *words))))), None)


def _declare(program: Program, ref: ClassRef) -> Declaration | None:
    view = _view(program, ref)
    if view is None:
        return None
    for layer in LAYERS:
        if declaration := layer.declare(view):
            return declaration
    return None


def _view(program: Program, ref: ClassRef) -> ClassView | None:
    """What a data layer sees of a class; None when it cannot be a model (no bases, nothing declared)."""
    klass = program.klass(ref)
    if not (klass.bases or klass.decorators) and not any(item.value is not None for item in klass.fields):
        return None
    fields: dict[str, Field] = {}
    options: dict[str, Expression] = {}
    for base in program.mro(ref):
        if isinstance(base, External):
            continue
        for item in (*program.klass(base).fields, *_properties(program, base)):
            fields.setdefault(item.name, item)
        meta = program.modules[base.path].classes.get(f"{base.qualname}.Meta")
        for item in meta.fields if meta else ():
            if item.value is not None and (item.name != "abstract" or base == ref):
                options.setdefault(item.name, item.value)
    return ClassView(
        name=klass.name,
        place=Place(ref.path, klass.at),
        fields=tuple(fields.values()),
        own=frozenset(item.name for item in klass.fields),
        bases=program.externals(ref),
        keywords={argument.name: argument.value for argument in klass.keywords},
        options=options,
        qualified=lambda expression: _qualified(program, ref.path, expression),
        decorators=klass.decorators,
        returned=lambda expression: _returned(program, ref, expression),
        told=_told(program, ref),
    )


def _told(program: Program, ref: ClassRef) -> dict[str, Call]:
    """What is called on the class in its own file, by the name of the method."""
    found = {}
    for call in program.modules[ref.path].told:
        if isinstance(call.function, Attribute) and last_name(call.function.base) == ref.name:
            found[call.function.name] = call
    return found


def _properties(program: Program, ref: ClassRef) -> Iterator[Field]:
    """Methods that only return a call, such as declared attributes, read as fields."""
    functions = program.modules[ref.path].functions
    for qualname in program.klass(ref).methods:
        function = functions.get(qualname)
        if function and function.decorators and (value := _sole_return(function)) is not None:
            yield Field(function.at, function.name, function.returns, value)


def _sole_return(function: Function) -> Call | None:
    last = function.body[-1] if function.body else None
    return last.value if isinstance(last, Return) and isinstance(last.value, Call) else None


def _returned(program: Program, ref: ClassRef, expression: Expression) -> Expression | None:
    """The value of a function that only returns one, in the file of the class or of one of its bases."""
    if not isinstance(expression, Closure):
        return None
    for base in program.mro(ref):
        functions = program.modules[base.path].functions if isinstance(base, ClassRef) else {}
        if isinstance(base, ClassRef) and expression.function in functions:
            if functions[expression.function].at == expression.at:
                return program.returned(FunctionRef(base.path, expression.function))
    return None


def _qualified(program: Program, path: str, expression: Expression) -> str:
    from isolint.link.program import dotted

    symbol = program.resolve(path, expression)
    if isinstance(symbol, External):
        return symbol.name
    return f"{symbol.path}::{symbol.qualname}" if isinstance(symbol, ClassRef) else dotted(expression)


def _from_ddl(path: str, created: CreatedTable) -> Declaration:
    columns = tuple(
        Column(c.name, c.references_table, nullable=not c.not_null, unique=c.unique, primary=c.primary)
        for c in created.columns
    )
    return Declaration(
        name=created.name,
        place=Place(path, START),
        layer=DDL_LAYER,
        columns=columns,
        uniques=created.uniques,
        sql_name=created.name,
        schema=created.schema,
    )


def _connect(table: Table, tables: TableSet) -> None:
    for column in table.columns.values():
        if column.references and (referred := tables.of_target(column.references)):
            table.foreign_keys[column.name] = referred.name
    for relation in table.declaration.relations:
        target = tables.of_target(relation.target)
        if target is None:
            continue
        key = relation.column or ("" if relation.many else _key_towards(table, relation.name, target.name))
        if relation.back and key:
            target.reverse.setdefault(relation.back, (table.name, key))
        table.relations[relation.name] = Relation(relation.name, target.name, key, relation.many)
        if key and key not in table.foreign_keys and key in table.columns:
            table.foreign_keys[key] = target.name


def _key_towards(table: Table, relation: str, target: str) -> str:
    """The local column behind a relation that does not name it: `<relation>_id`, else the only key to that table."""
    for guess in (f"{relation}_id", f"{relation}Id"):
        if guess in table.columns:
            return guess
    keys = [column for column, name in table.foreign_keys.items() if name == target]
    return keys[0] if len(keys) == 1 else ""
