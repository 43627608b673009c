"""Query builders that name tables and columns by texts: `db.selectFrom("t").where("t.a", "=", x)`, `knex("t")`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.link import Program
from isolint.link.questions import question
from isolint.model.source import Place
from isolint.orms import LAYERS, layer
from isolint.orms.layer import Action, Layer
from isolint.prove.given import Given
from isolint.prove.terms import (
    NULL,
    Closed,
    Column,
    Global,
    Input,
    Joined,
    Literal,
    Member,
    Query,
    Record,
    Result,
    SqlTable,
    Term,
    Test,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

OPERATORS = {"=": "eq", "==": "eq", "is": "eq", "in": "in", "!=": "ne", "<>": "ne", "is not": "ne", "not in": "not in"}


def on_named(run: Run, frame: Frame, receiver: Term, method: str, given: Given) -> Term | None:
    """`db.selectFrom("t")`: None when the name is no known table's, or no data layer of the project has the method."""
    for known in _in_use(run.program):
        if (action := known.named.get(method)) is not None:
            return _begin(run, frame, known, action, receiver, given)
    return None


def on_client(run: Run, frame: Frame, callee: Term, given: Given) -> Term | None:
    """`knex("t")`: the client itself is called with a table's name."""
    if not isinstance(callee, Global | Member | Input) or len(given.positional) != 1:
        return None
    known = next((item for item in _in_use(run.program) if item.callable), None)
    return _begin(run, frame, known, Action(), callee, given) if known is not None else None


@question
def _in_use(program: Program) -> tuple[Layer, ...]:
    """The layers of this kind that a project imports."""
    return tuple(known for known in LAYERS if known.named and any(map(known.has_module, program.imported)))


def _begin(run: Run, frame: Frame, known: Layer, action: Action, receiver: Term, given: Given) -> Term | None:
    from isolint.prove.querying import apply

    table = named_table(run, given.positional[0] if given.positional else NULL)
    if table is None:
        return None
    query = Query(known.name, Place(frame.path, given.at), (table,), receiver=receiver)
    return apply(run, frame, query, action, Given((), (), given.at))


def named_table(run: Run, term: Term) -> SqlTable | None:
    """The table that a text names (`t`, `app.t`, `t as x`), if it is a known one."""
    if not (isinstance(term, Literal) and isinstance(term.value, str)):
        return None
    name, _, alias = term.value.strip().partition(" as ")
    schema, _, last = name.strip().rpartition(".")
    return SqlTable(last, schema, alias.strip()) if run.program.tables.of_sql(last) is not None else None


def compared(run: Run, frame: Frame, query: Query, action: Action, given: Given) -> Iterator[Term]:
    """The conditions of `where(column, value)`, `where(column, operator, value)`, an object, a fragment of SQL, or a
    function of those.
    """
    from isolint.prove.calling import invoke
    from isolint.prove.sqltext import fragment_condition

    first, rest = given.positional[0], given.positional[1:]
    if isinstance(first, Closed):
        builder = Global(f"{layer(query.layer).modules[0]}.eb")
        yield fragment_condition(run, invoke(run, frame, first, Given((builder,), (), given.at)))
    elif isinstance(first, Record):
        for key, value, _ in first.entries:
            if key is not None:
                yield Test(action.operator or "eq", column_of(query, key), value)
    elif len(rest) == 1:
        yield Test(action.operator or "eq", column_of(query, first), rest[0])
    elif len(rest) > 1:
        yield comparison(query, (first, *rest))
    else:
        yield fragment_condition(run, column_of(query, first))


def completed(query: Query, action: Action, given: Given) -> Query:
    """`where("t").equals(x)`: the column that was named last is compared."""
    *before, last = query.where or (None,)
    if last is None or not isinstance(last.condition, Column) or not given.positional:
        return query
    test = Test(action.operator or "eq", last.condition, given.positional[0])
    return replace(query, where=(*(where for where in before if where), replace(last, condition=test)))


def comparison(query: Query | None, operands: tuple[Term, ...]) -> Term:
    """`column, operator, value` as a condition."""
    left, sign, right = operands[:3] if len(operands) > 2 else (*operands, NULL, NULL)[:3]
    written = sign.value if isinstance(sign, Literal) and isinstance(sign.value, str) else ""
    return Test(OPERATORS.get(written.lower(), "other"), column_of(query, left), right)


def column_of(query: Query | None, term: Term) -> Term:
    """The column that a text names; any other term as it is."""
    if not (isinstance(term, Literal) and isinstance(term.value, str)):
        return term
    owner, _, name = term.value.rpartition(".")
    if not owner:
        return Column(None, (name,))
    for table in (*query.tables, *(join.table for join in query.joins)) if query is not None else ():
        if isinstance(table, SqlTable) and owner.rpartition(".")[2] in (table.alias, table.name):
            return Column(table, (name,))
    return Column(SqlTable(owner.rpartition(".")[2]), (name,))


def joined_on(query: Query, table: SqlTable, operands: tuple[Term, ...]) -> tuple[Term, ...]:
    """The condition of `join("t", "t.a", "u.b")`, with or without an operator between the columns."""
    columns = [operand for operand in operands if isinstance(operand, Literal) and operand.value not in OPERATORS]
    whole = replace(query, joins=(*query.joins, Joined(table)))
    if len(columns) != 2:
        return tuple(operand for operand in operands if isinstance(operand, Result))
    return (Test("eq", column_of(whole, columns[0]), column_of(whole, columns[1])),)
