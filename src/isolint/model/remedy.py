"""What would confine an access: decided with the evidence, carried out by `fixes`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isolint.model.source import Place, Span


class Change(StrEnum):
    """NARROW adds a restriction to a query; REPLACE puts another value in the place of one; AWAIT waits for a call;
    ROUTE lets the tenant's executor run it; REORDER moves a check above what it is to prevent;
    QUALIFY changes the schema that a statement names a table with.
    """

    NARROW = "narrow"
    REPLACE = "replace"
    AWAIT = "await"
    ROUTE = "route"
    REORDER = "reorder"
    QUALIFY = "qualify"


class Form(StrEnum):
    """How an executor is used: it is given the text of a statement, or a function, or it opens a block around what
    runs in it; CLIENT: the client that a block has opened already is used.
    """

    TEXT = "text"
    FUNCTION = "function"
    BLOCK = "block"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Route:
    """The way through an executor.

    `executor` is its name; `module` what it is to be imported from, as other files of the project write it, '' where it
    is known. `client` is the expression of the client that is used now, `name` what the one of the executor is called.
    `waits`: the block is an asynchronous one.
    """

    form: Form
    executor: str
    client: Span
    name: str
    module: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change of the code that was judged to confine the access.

    `place` is the query (NARROW, QUALIFY), the value (REPLACE) the call (AWAIT, ROUTE) that is changed, or the
    statement that others are moved above (REORDER): those at `moves`, in this order. QUALIFY: `names` are
    the tables, in SQL; the expression of the schema stands at `moves`, and without one it is taken out. `column` is the
    tenant's column and `value` the expression of the tenant, which is in scope there; `table` the expression of the
    query's own table, '' when none is written. `safe`: it only narrows what is reached, and nothing about the value is
    assumed.
    """

    change: Change
    place: Place
    layer: str = ""
    column: str = ""
    value: str = ""
    table: str = ""
    safe: bool = False
    route: Route | None = None
    moves: tuple[Span, ...] = ()
    names: tuple[str, ...] = ()
