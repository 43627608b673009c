"""How a data layer is described: its declarations by a function, its queries by data.

An `Action` says what one call does to a query. Arguments are named by slots: `*` all positional ones, `**` all keyword
ones, `0` the first, `0.where` the entry `where` of an object given first, `0.[].where` that of each object of a list,
`name` the keyword of that name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from isolint.model.access import Operation
from isolint.model.table import Declaration, Relation
from isolint.orms.declare import ClassView
from isolint.orms.written import VariableView


class Form(StrEnum):
    """How an argument restricts rows."""

    EXPRESSION = "expression"  # Model.column == value, Q(...), and/or of those
    LOOKUPS = "lookups"  # keyword column=value, with `__` paths and operators
    MAPPING = "mapping"  # {column: value} or {column: {operator: value}}
    KEY = "key"  # the primary key's value
    CRITERIA = "criteria"  # the primary key's value, a list of them, or a mapping
    FRAGMENT = "fragment"  # the text of a condition with what is bound to it in the next argument, or a mapping
    COMPARISON = "comparison"  # a column's name, an operator that may be left out, and a value; or a mapping of those
    CONDITION = "condition"  # as EXPRESSION or MAPPING, or a function of the table and the operators that gives one
    OPERAND = "operand"  # what the column that the call before names is compared with
    NAMED = "named"  # the name of a restriction that is written elsewhere


class Yields(StrEnum):
    """What a call gives back."""

    QUERY = "query"  # a query that can go on
    ROWS = "rows"  # it ran: a row, several, or nothing
    NUMBER = "number"  # it ran: a count, a flag, nothing of the rows
    HANDLE = "handle"  # what leads to the rows of the tables, like a repository
    REFERENCE = "reference"  # a row that is only named by its key, and not fetched
    INSTANCE = "instance"  # a new row with the payload, stored by nothing yet


@dataclass(frozen=True, slots=True)
class Action:
    """What a call does: `tables` names the slot that holds the models, `where` and `payload` map slots to forms.

    `join`: the first argument is a table or relation to join, the second its condition. `replaces`: earlier
    restrictions are
    dropped. `widens`: its restriction is an alternative to the earlier ones. `operator` compares
    where the call does not say how. `raises`: it raises when there is no row.
    `operation` changes what the query does. `outer` marks an outer join.
    `include` names the slots that tell which rows of relations are fetched as well, `joins` those that list tables to
    join, each as `{ model, where, required }`.
    """

    yields: Yields = Yields.QUERY
    tables: str = ""
    where: Mapping[str, Form] = field(default_factory=dict)
    payload: tuple[str, ...] = ()
    operation: Operation | None = None
    join: bool = False
    outer: bool = False
    replaces: bool = False
    widens: bool = False
    operator: str = ""
    raises: bool = False
    include: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()

    def behind(self, tables: str) -> Action:
        """The same action of something that is told the table first: the other slots move on by one."""
        where = {_next(slot): form for slot, form in self.where.items()}
        return replace(self, tables=tables, where=where, payload=tuple(_next(slot) for slot in self.payload))


def _next(slot: str) -> str:
    number, dot, rest = slot.partition(".")
    return f"{int(number) + 1}{dot}{rest}" if number.isdigit() else slot


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The keys of an object that restricts rows: `operators` maps those that compare (`{"gte": 1}`) to operators as in
    `code.Compare` and `other`; `every`, `any` and `none` join conditions; `through` stand between a relation and the
    conditions on its rows (`some`), `without` the same for rows that must not be there. `drops` are those of
    `undefined` and `null` with which an entry restricts nothing. `calls` are the operators that
    are written as calls (`In(ids)`); besides those of `code.Compare`, `null` and `not`, which negates what it is given.
    """

    operators: Mapping[str, str] = field(default_factory=dict)
    every: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    through: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    drops: frozenset[str] = frozenset()
    calls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layer:
    """A data layer.

    `functions` are called by name from one of `modules` (`select(Model)`); `attributes` of a model begin a query
    (`Model.objects`); `model` are methods of the model's class; `query` methods of a query; `session` methods of a
    session or
    connection that take a model or a query; `row` methods of a fetched row that write it and may be given new values.
    `makers` are functions that make a table wherever they are called, `relating` methods of a table that relate it to
    another one, for `relate`.
    `delegates` are methods of `client.<accessor>`, which lead to the rows of the table with that accessor; those in
    `sure` are methods of nothing else.
    `words` are the keys of objects that restrict rows.
    `handles` are generic types whose argument is the model that they lead to the rows of (`Repository<User>`), with the
    methods of `delegates`; `injects` decorators that fill in such a value. `instances` are methods of a session or a
    handle that are given new or fetched rows, and what becomes of those. `mutable`: methods of a query change it, so
    that the result need not be used. `merges` are methods that put what further objects hold into an instance or row.
    `tracks`: a new instance is stored, and a changed row updated, without being handed over for it.
    `conditions` maps functions that make conditions (`eq(a, b)`) to operators: those of `Vocabulary.operators`, `and`,
    `or`, `not`, `is null`, `is not null`, `exists`. `fragments` are tags of SQL text that is put into queries;
    `aliases` functions that give a table another name; `transparent` attributes of a query or
    model that lead to its columns.
    `thenable`: an asynchronous function that returns a query has run it. `named` are methods of a client that are
    given a table's name; `callable`: so is the client itself.
    Column operators (`in_`) and wrappers (`func.lower(column)`, `col(column)`) read as comparisons.
    """

    name: str
    rank: int = 50
    modules: tuple[str, ...] = ()
    declare: Callable[[ClassView], Declaration | None] = lambda view: None
    declare_variable: Callable[[VariableView], Declaration | None] = lambda view: None
    relate: Callable[[VariableView], Mapping[str, tuple[Relation, ...]]] = lambda view: {}
    functions: Mapping[str, Action] = field(default_factory=dict)
    attributes: frozenset[str] = frozenset()
    model: Mapping[str, Action] = field(default_factory=dict)
    query: Mapping[str, Action] = field(default_factory=dict)
    session: Mapping[str, Action] = field(default_factory=dict)
    row: Mapping[str, Action] = field(default_factory=dict)
    makers: frozenset[str] = frozenset()
    relating: frozenset[str] = frozenset()
    delegates: Mapping[str, Action] = field(default_factory=dict)
    sure: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    injects: frozenset[str] = frozenset()
    instances: Mapping[str, Operation] = field(default_factory=dict)
    merges: frozenset[str] = frozenset()
    tracks: bool = False
    mutable: bool = False
    thenable: bool = False
    named: Mapping[str, Action] = field(default_factory=dict)
    callable: bool = False
    words: Vocabulary = field(default_factory=Vocabulary)
    conditions: Mapping[str, str] = field(default_factory=dict)
    fragments: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    transparent: frozenset[str] = frozenset()

    def has_module(self, module: str) -> bool:
        """Whether a module, or a part of one, is of this layer."""
        return any(module == known or module.startswith((known + ".", known + "/")) for known in self.modules)


def actions(action: Action, names: str) -> dict[str, Action]:
    """The same action under each of the names in a text, separated by white space."""
    return dict.fromkeys(names.split(), action)
