"""Tables as the code or the DDL declares them, whatever the data layer."""

from __future__ import annotations

from dataclasses import dataclass, field

from isolint.model.code import Expression
from isolint.model.source import Place


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `references` names the declared target of a foreign key as written (model or SQL name), '' if none.

    `sql_name` is its name in the database where the data layer knows it by another, else ''.
    `generated`: text that the program makes up for each new row. `editable`: forms and serializers may write it.
    """

    name: str
    references: str = ""
    nullable: bool = False
    unique: bool = False
    primary: bool = False
    sql_name: str = ""
    generated: bool = False
    editable: bool = True


@dataclass(frozen=True, slots=True)
class Relation:
    """An attribute that leads to rows of another table: `column` is the local key, '' when the key is on the other
    side.

    `back` is the attribute of the target that leads to these rows as a query, '' when there is none.
    """

    name: str
    target: str
    column: str = ""
    many: bool = False
    back: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A table as one class or one CREATE TABLE declares it; targets are names as written, resolved by `link`.

    `sql_name` is the name in the database ('' when the layer derives it), `schema` the declared schema. `uniques` holds
    the column sets that are unique together. `managers` maps a manager attribute to the dotted name of its class.
    `accessor` is the attribute of a client that leads to its rows (`client.user.findMany()`), '' when there is none.
    `stands_for` names the class (`path::name`) whose rows these are, when a variable describes them. `filters` are the
    conditions, by name, that restrict every query of these rows which does not switch them off.
    """

    name: str
    place: Place
    layer: str
    columns: tuple[Column, ...]
    relations: tuple[Relation, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()
    sql_name: str = ""
    schema: str = ""
    managers: tuple[tuple[str, str], ...] = ()
    accessor: str = ""
    stands_for: str = ""
    filters: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A declared table with its foreign keys resolved to names of other tables of the program.

    `foreign_keys` maps a column to the table it refers to; `relations` maps an attribute to its relation,
    `reverse` an attribute to (table, column) of the rows that point here.
    """

    name: str
    declaration: Declaration
    columns: dict[str, Column]
    foreign_keys: dict[str, str] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    reverse: dict[str, tuple[str, str]] = field(default_factory=dict)

    def column_of(self, name: str) -> str:
        """The column's name in the code, of its name there or in the database, where SQL text may be in any case."""
        if name in self.columns:
            return name
        folded = name.lower()
        known = ((column.name, (column.sql_name or column.name).lower()) for column in self.columns.values())
        return next((column for column, sql_name in known if sql_name == folded), name)

    @property
    def primary_key(self) -> frozenset[str]:
        """The primary key's columns; layers that add one silently name it `id`."""
        return frozenset(c.name for c in self.columns.values() if c.primary) or frozenset({"id"})
