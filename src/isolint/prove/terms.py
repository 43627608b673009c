"""Symbolic values: what an expression can stand for, without running anything.

Two equal terms are the same object and stand for the same value within one run of an entry point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from typing import Literal as Choices

from isolint.link.symbols import ClassRef, FunctionRef, ModuleRef, TableSymbol, VariableRef
from isolint.model.access import Operation
from isolint.model.source import Place
from isolint.prove.interning import Interned, Nothing

if TYPE_CHECKING:
    from isolint.prove.frame import Boundary


@dataclass(frozen=True, slots=True, eq=False)
class Literal(metaclass=Interned):
    """A constant."""

    value: str | int | float | bool | Nothing | None


@dataclass(frozen=True, slots=True, eq=False)
class Input(metaclass=Interned):
    """A parameter of the function that a run starts from.

    `part` tells what the framework fills it with: a part of the request (`path`, `query`, …), `request` for the
    request object itself, `injected` when a decorator passes it in, '' when only a caller knows. `klass` is its
    declared class, if of the project.
    """

    name: str
    part: str = ""
    klass: ClassRef | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Injected(metaclass=Interned):
    """A value that the framework passes in: `by` is the dependency or decorator that makes it, `value` what that
    returns.
    """

    name: str
    by: Term
    value: Term


@dataclass(frozen=True, slots=True, eq=False)
class Global(metaclass=Interned):
    """A name from outside the project, or a built-in, by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Entity(metaclass=Interned):
    """A function, class or module of the project, or a variable that declares a table."""

    ref: FunctionRef | ClassRef | ModuleRef | VariableRef


@dataclass(frozen=True, slots=True, eq=False)
class Bound(metaclass=Interned):
    """A method together with the object it was taken from."""

    function: FunctionRef
    receiver: Term


@dataclass(frozen=True, slots=True, eq=False)
class Closed(metaclass=Interned):
    """A nested function or lambda; `frame` numbers the frame in which it was made."""

    function: FunctionRef
    frame: int


@dataclass(frozen=True, slots=True, eq=False)
class Member(metaclass=Interned):
    """`base.name`."""

    base: Term
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Item(metaclass=Interned):
    """`base[key]`."""

    base: Term
    key: Term


@dataclass(frozen=True, slots=True, eq=False)
class Result(metaclass=Interned):
    """What a call of something unknown gives. `keywords` are (name, value); the name `**` stands for a spread."""

    callee: Term
    arguments: tuple[Term, ...] = ()
    keywords: tuple[tuple[str, Term], ...] = ()

    def operands(self) -> tuple[Term, ...]:
        """All argument values."""
        return (*self.arguments, *(value for _, value in self.keywords))


@dataclass(frozen=True, slots=True, eq=False)
class Outcome(metaclass=Interned):
    """What a call of a known function gives: each return value with what is known to hold when it is returned."""

    function: FunctionRef
    arguments: tuple[Term, ...]
    returns: tuple[tuple[Term, tuple[Term, ...]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Text(metaclass=Interned):
    """Text put together from parts."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Record(metaclass=Interned):
    """A mapping: (key, value, conditions under which the entry is there). The key None stands for a spread."""

    entries: tuple[tuple[Term | None, Term, tuple[Term, ...]], ...]

    def get(self, name: str) -> Term | None:
        """The value last written under a literal key."""
        for key, value, _ in reversed(self.entries):
            if isinstance(key, Literal) and key.value == name:
                return value
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Items(metaclass=Interned):
    """A list, tuple or set with known items."""

    items: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Each(metaclass=Interned):
    """An element of a collection that is no query: what a loop variable stands for."""

    source: Term


@dataclass(frozen=True, slots=True, eq=False)
class Maybe(metaclass=Interned):
    """An item of a list that is there only under conditions."""

    value: Term
    conditions: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Passed(metaclass=Interned):
    """A call of unknown code for its effect that returned: it may have checked what it was given."""

    value: Term


@dataclass(frozen=True, slots=True, eq=False)
class Pending(metaclass=Interned):
    """A coroutine that nobody awaited: always true, and nothing is checked; `learnt` holds once somebody does."""

    value: Term
    learnt: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Mapped(metaclass=Interned):
    """A collection made from another one: `element` for each element of `source` that passes `conditions`."""

    element: Term
    source: Term
    conditions: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Either(metaclass=Interned):
    """One of several values. `fallback`: written as `a or b`, `a ?? b` or a default: the first that is set."""

    options: tuple[Term, ...]
    fallback: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Test(metaclass=Interned):
    """A comparison: operators as in `code.Compare`, and `other`."""

    operator: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class Logic(metaclass=Interned):
    """`and` or `or` over conditions."""

    operator: Choices["and", "or"]
    operands: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Negated(metaclass=Interned):
    """A condition that does not hold."""

    operand: Term


@dataclass(frozen=True, slots=True, eq=False)
class Computed(metaclass=Interned):
    """The result of an operator on values."""

    operator: str
    operands: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Object(metaclass=Interned):
    """A new instance of a class, or row of a variable's table, with the fields that are known of it."""

    klass: TableSymbol
    fields: Record
    site: Place | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Alias(metaclass=Interned):
    """Another name for a table (`aliased(Model)`)."""

    table: Term
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class SqlTable(metaclass=Interned):
    """A table named in SQL text; `holes` fill the marks in its name and schema, () when there are none."""

    name: str
    schema: str = ""
    alias: str = ""
    holes: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Column(metaclass=Interned):
    """A column, or a path over relations to one, of a table: `table` is an Entity, Alias, SqlTable, or None for a
    query's own.
    """

    table: Term | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Where(metaclass=Interned):
    """A restriction: a condition over columns, where it stands, and under which conditions it is there at all."""

    condition: Term
    position: Choices["where", "join", "outer join", "select", "having"] = "where"
    optional: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Joined(metaclass=Interned):
    """A table that a query joins; `on` holds what the join says, empty when the layer joins by foreign key. A join of
    relations follows them along `path`.
    """

    table: Term
    on: tuple[Term, ...] = ()
    outer: bool = False
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Query(metaclass=Interned):
    """A query as far as it is built. `site` is the statement it was begun in, `begun` where another function began it
    and handed it on to be restricted further; `tables` are its own, `joins` the joined ones.

    `payload` is what it writes, with keys as literals (a spread has key None). `receiver` is the session, connection or
    client that carries it. `open` tells that text of unknown content stands in it. `replaced` holds restrictions that a
    later call dropped; `included` tells which rows of relations are fetched as well.
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
    included: Record | None = None
    begun: Place | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Handle(metaclass=Interned):
    """What leads to the rows of a table, like a repository; `own` is the project's class of it, where it has one."""

    layer: str
    table: Term
    receiver: Term | None = None
    own: ClassRef | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rows(metaclass=Interned):
    """What a query that ran gives: a row, several, or a value of them."""

    query: Query


@dataclass(frozen=True, slots=True, eq=False)
class Lost(metaclass=Interned):
    """What is read from the context variable `name` behind a boundary; `value` is what it holds in front of that."""

    value: Term
    name: str
    boundary: Boundary


@dataclass(frozen=True, slots=True, eq=False)
class Unknown(metaclass=Interned):
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
    | Maybe
    | Passed
    | Pending
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
    | Handle
    | Rows
    | Lost
    | Unknown
)

TRUE = Literal(True)
FALSE = Literal(False)
NULL = Literal(None)
UNKNOWN = Unknown()
NEVER = Unknown("never returns")
OUTER = Global("outer query")
"""What a column of the query around a subquery is a column of."""
MAX_OPTIONS = 6
CONTENTS = 60


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
        return Test(OPPOSITES[term.operator], term.left, term.right)
    return Negated(term)


OPPOSITES = {"eq": "ne", "ne": "eq", "in": "not in", "not in": "in", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}


def truth(term: Term) -> bool | None:
    """Whether a condition is known to hold; None when it depends."""
    if isinstance(term, Literal):
        return bool(term.value)
    if isinstance(term, Object | Entity | Bound | Closed):
        return True
    if isinstance(term, Items) and any(not isinstance(item, Each | Maybe) for item in term.items):
        return True
    if isinstance(term, Record) and any(key is not None and not when for key, _, when in term.entries):
        return True
    if isinstance(term, Negated):
        inner = truth(term.operand)
        return None if inner is None else not inner
    if isinstance(term, Test) and term.operator in {"in", "not in"} and isinstance(term.right, Items):
        if isinstance(term.left, Literal) and all(isinstance(item, Literal) for item in term.right.items):
            return (term.left in term.right.items) == (term.operator == "in")
    if isinstance(term, Test) and term.operator in {"eq", "ne"}:
        if isinstance(term.left, Literal) and isinstance(term.right, Literal):
            return (term.left.value == term.right.value) == (term.operator == "eq")
        if isinstance(term.right, Literal) and term.right.value is None and truth(term.left) is True:
            return term.operator == "ne"
    return None


def children(term: Term) -> tuple[Term, ...]:
    """The terms directly inside a term, queries' parts included."""
    inside = _INSIDE.get(type(term))
    return inside(term) if inside is not None else ()


_INSIDE: dict[type, Callable[[Any], tuple[Term, ...]]] = {
    Member: lambda term: (term.base,),
    Negated: lambda term: (term.operand,),
    Each: lambda term: (term.source,),
    Alias: lambda term: (term.table,),
    Bound: lambda term: (term.receiver,),
    Maybe: lambda term: (term.value,),
    Pending: lambda term: (term.value,),
    Passed: lambda term: (term.value,),
    Item: lambda term: (term.base, term.key),
    Injected: lambda term: (term.by, term.value),
    Result: lambda term: (term.callee, *term.operands()),
    Outcome: lambda term: (*term.arguments, *(value for value, _ in term.returns)),
    Text: lambda term: term.parts,
    Items: lambda term: term.items,
    Either: lambda term: term.options,
    Logic: lambda term: term.operands,
    Computed: lambda term: term.operands,
    Record: lambda term: tuple([value for _, value, _ in term.entries]),
    Mapped: lambda term: (term.element, term.source, *term.conditions),
    Test: lambda term: (term.left, term.right),
    Object: lambda term: (term.fields,),
    Query: lambda term: (*[where.condition for where in term.where], term.payload),
    Rows: lambda term: (term.query,),
    Lost: lambda term: (term.value,),
}
"""How the terms inside a term are found, by its class: walks over terms ask this most of all."""


@lru_cache(maxsize=1 << 15)
def contents(term: Term) -> frozenset[Term]:
    """The term and the terms inside it, at most `CONTENTS` of them; of a query only what its rows are looked up by."""
    found: dict[Term, None] = {}
    stack = [term]
    while stack and len(found) < CONTENTS:
        current = stack.pop()
        if current in found:
            continue
        found[current] = None
        if isinstance(current, Query):
            stack.extend(test.right for test in lookups(current))
        elif not isinstance(current, Object):  # an instance holds values without being about each of them
            stack.extend(children(current))
    return frozenset(found)


@lru_cache(maxsize=1 << 14)
def lookups(query: Query) -> tuple[Test, ...]:
    """The comparisons by which a query finds its rows: `eq` and `in` in its restrictions and in what its joins say."""
    conditions = [where.condition for where in query.where] + [on for join in query.joins for on in join.on]
    return tuple(
        part
        for condition in conditions
        for part in walk(condition, 80)
        if isinstance(part, Test) and part.operator in {"eq", "in"}
    )


def walk(term: Term, limit: int = 400) -> Iterator[Term]:
    """The term and all terms inside it, at most `limit` of them."""
    stack = [term]
    while stack and limit:
        limit -= 1
        current = stack.pop()
        yield current
        stack.extend(children(current))
