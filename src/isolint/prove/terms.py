"""Symbolic values: what an expression can stand for, without running anything.

Terms are plain, comparable and hashable; two equal terms stand for the same value within one run of an entry point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal as Choices

from isolint.link.symbols import ClassRef, FunctionRef, ModuleRef
from isolint.model.access import Operation
from isolint.model.source import Place


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter of the function that a run starts from.

    `part` tells what the framework fills it with: a part of the request (`path`, `query`, …), `request` for the request object
    itself, `injected` when a decorator passes it in, '' when only a caller knows. `klass` is its declared class, if of the project.
    """

    name: str
    part: str = ""
    klass: ClassRef | None = None


@dataclass(frozen=True, slots=True)
class Injected:
    """A value that the framework passes in: `by` is the dependency or decorator that makes it, `value` what that returns."""

    name: str
    by: Term
    value: Term


@dataclass(frozen=True, slots=True)
class Global:
    """A name from outside the project, or a built-in, by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A function, class or module of the project."""

    ref: FunctionRef | ClassRef | ModuleRef


@dataclass(frozen=True, slots=True)
class Bound:
    """A method together with the object it was taken from."""

    function: FunctionRef
    receiver: Term


@dataclass(frozen=True, slots=True)
class Closed:
    """A nested function or lambda; `frame` numbers the frame in which it was made."""

    function: FunctionRef
    frame: int


@dataclass(frozen=True, slots=True)
class Member:
    """`base.name`."""

    base: Term
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """`base[key]`."""

    base: Term
    key: Term


@dataclass(frozen=True, slots=True)
class Result:
    """What a call of something unknown gives. `keywords` are (name, value); the name `**` stands for a spread."""

    callee: Term
    arguments: tuple[Term, ...] = ()
    keywords: tuple[tuple[str, Term], ...] = ()

    def operands(self) -> tuple[Term, ...]:
        """All argument values."""
        return (*self.arguments, *(value for _, value in self.keywords))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call of a known function gives: each return value with what is known to hold when it is returned."""

    function: FunctionRef
    arguments: tuple[Term, ...]
    returns: tuple[tuple[Term, tuple[Term, ...]], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Text put together from parts."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping: (key, value, conditions under which the entry is there). The key None stands for a spread."""

    entries: tuple[tuple[Term | None, Term, tuple[Term, ...]], ...]

    def get(self, name: str) -> Term | None:
        """The value last written under a literal key."""
        for key, value, _ in reversed(self.entries):
            if isinstance(key, Literal) and key.value == name:
                return value
        return None


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or set with known items."""

    items: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """An element of a collection that is no query: what a loop variable stands for."""

    source: Term


@dataclass(frozen=True, slots=True)
class Mapped:
    """A collection made from another one: `element` for each element of `source` that passes `conditions`."""

    element: Term
    source: Term
    conditions: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values. `fallback`: written as `a or b`, `a ?? b` or a default: the first that is set."""

    options: tuple[Term, ...]
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison: operators as in `code.Compare`, and `other`."""

    operator: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` or `or` over conditions."""

    operator: Choices["and", "or"]
    operands: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """A condition that does not hold."""

    operand: Term


@dataclass(frozen=True, slots=True)
class Computed:
    """The result of an operator on values."""

    operator: str
    operands: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Object:
    """A new instance of a class of the project with the fields that are known of it."""

    klass: ClassRef
    fields: Record


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name for a table (`aliased(Model)`)."""

    table: Term
    name: str


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table named in SQL text."""

    name: str
    schema: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or a path over relations to one, of a table: `table` is an Entity, Alias, SqlTable, or None for a query's own."""

    table: Term | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """A restriction: a condition over columns, where it stands, and under which conditions it is there at all."""

    condition: Term
    position: Choices["where", "join", "outer join", "select", "having"] = "where"
    optional: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """A table that a query joins; `on` holds what the join says, empty when the layer joins by foreign key."""

    table: Term
    on: tuple[Term, ...] = ()
    outer: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query as far as it is built. `site` is the statement it was begun in; `tables` are its own, `joins` the joined ones.

    `payload` is what it writes, with keys as literals (a spread has key None). `receiver` is the session, connection or client that
    carries it. `open` tells that text of unknown content stands in it. `replaced` holds restrictions that a later call dropped.
    """

    layer: str
    site: Place
    tables: tuple[Term, ...] = ()
    operation: Operation = Operation.READ
    where: tuple[Where, ...] = ()
    joins: tuple[Joined, ...] = ()
    payload: Record = Record(())
    receiver: Term | None = None
    open: bool = False
    replaced: tuple[Where, ...] = ()
    sql: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a query that ran gives: a row, several, or a value of them."""

    query: Query


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known; `hint` is what was written."""

    hint: str = ""


Term = (
    Literal
    | Input
    | Injected
    | Global
    | Entity
    | Bound
    | Closed
    | Member
    | Item
    | Result
    | Outcome
    | Text
    | Record
    | Items
    | Each
    | Mapped
    | Either
    | Test
    | Logic
    | Negated
    | Computed
    | Object
    | Alias
    | SqlTable
    | Column
    | Query
    | Rows
    | Unknown
)

TRUE = Literal(True)
FALSE = Literal(False)
NULL = Literal(None)
UNKNOWN = Unknown()
MAX_OPTIONS = 6


def either(options: tuple[Term, ...], fallback: bool = False) -> Term:
    """One of the options, flattened, each once; too many of them are unknown."""
    flat: dict[Term, None] = {}
    for option in options:
        for part in option.options if isinstance(option, Either) and option.fallback == fallback else (option,):
            flat[part] = None
    if len(flat) == 1:
        return next(iter(flat))
    return Either(tuple(flat), fallback) if len(flat) <= MAX_OPTIONS else UNKNOWN


def negate(term: Term) -> Term:
    """The opposite condition."""
    if isinstance(term, Negated):
        return term.operand
    if isinstance(term, Literal):
        return Literal(not term.value)
    if isinstance(term, Test) and term.operator in OPPOSITES:
        return replace(term, operator=OPPOSITES[term.operator])
    return Negated(term)


OPPOSITES = {"eq": "ne", "ne": "eq", "in": "not in", "not in": "in", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}


def truth(term: Term) -> bool | None:
    """Whether a condition is known to hold; None when it depends."""
    if isinstance(term, Literal):
        return bool(term.value)
    if isinstance(term, Object | Entity | Bound | Closed):
        return True
    if isinstance(term, Negated):
        inner = truth(term.operand)
        return None if inner is None else not inner
    if isinstance(term, Test) and term.operator in {"eq", "ne"}:
        if isinstance(term.left, Literal) and isinstance(term.right, Literal):
            return (term.left.value == term.right.value) == (term.operator == "eq")
        if isinstance(term.right, Literal) and term.right.value is None and truth(term.left) is True:
            return term.operator == "ne"
    return None


def children(term: Term) -> tuple[Term, ...]:
    """The terms directly inside a term, queries' parts included."""
    match term:
        case Member(base, _) | Each(base) | Negated(base) | Alias(base, _) | Bound(_, base):
            return (base,)
        case Item(base, key):
            return (base, key)
        case Injected(_, by, value):
            return (by, value)
        case Result():
            return (term.callee, *term.operands())
        case Outcome(_, arguments, returns):
            return (*arguments, *(value for value, _ in returns))
        case Text(parts) | Items(parts):
            return parts
        case Either(parts, _) | Logic(_, parts) | Computed(_, parts):
            return parts
        case Record(entries):
            return tuple(value for _, value, _ in entries)
        case Mapped(element, source, conditions):
            return (element, source, *conditions)
        case Test(_, left, right):
            return (left, right)
        case Object(_, fields):
            return (fields,)
        case Query():
            return (*(where.condition for where in term.where), term.payload)
        case Rows(query):
            return (query,)
        case _:
            return ()


def walk(term: Term, limit: int = 400) -> Iterator[Term]:
    """The term and all terms inside it, at most `limit` of them."""
    stack = [term]
    while stack and limit:
        limit -= 1
        current = stack.pop()
        yield current
        stack.extend(children(current))
