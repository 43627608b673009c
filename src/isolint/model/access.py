"""One access to data, as the prover found it and as rules, outputs and `isolint explain` see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isolint.model.source import Place


class Operation(StrEnum):
    """What is done to the rows."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    DDL = "ddl"


class Client(StrEnum):
    """What carries the access out: an ORM, SQL text over a plain connection, or a sanctioned executor."""

    ORM = "orm"
    SQL = "sql"
    EXECUTOR = "executor"


class Role(StrEnum):
    """How the enclosing function is reached, which decides how its parameters are judged."""

    ROUTE = "route"
    JOB = "job"
    COMMAND = "command"
    MIGRATION = "migration"
    TEST = "test"
    HELPER = "helper"


@dataclass(frozen=True, slots=True)
class Access:
    """`place` is the access's statement; `function` the qualified name around it; `table` the model or table name.

    `layer` names the data layer (`sqlalchemy`, `django`, `psycopg`, …). `caller` is set when the access is judged
    for one call of a helper: then `place` is that call, `helper` the place inside and `holder` the function that the
    access itself stands in ('' for `function`). `reached` is false where nothing in the program is seen to call the
    function. `stored` is what the database calls the table in the connection's own schema, '' where that is not known;
    `columns` those of its columns, as the database calls them, that the access certainly names.
    """

    place: Place
    function: str
    role: Role
    client: Client
    layer: str
    operation: Operation
    table: str
    helper: Place | None = None
    reached: bool = True
    holder: str = ""
    stored: str = ""
    columns: tuple[str, ...] = ()
