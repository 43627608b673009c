"""SQL text that a program puts together: its texts, and what is bound to its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from isolint.frontends import sql as frontend
from isolint.model.access import Operation
from isolint.model.source import Place, Span
from isolint.model.sql import Condition, Operand, SqlOperation, SqlStatement
from isolint.prove.given import Given
from isolint.prove.helpers import with_helpers
from isolint.prove.sqlbuilt import texts, unwrapped
from isolint.prove.sqlgiven import plain
from isolint.prove.tagged import has_holes, is_fragment, rendered, tables_in
from isolint.prove.terms import (
    Column,
    Computed,
    Each,
    Either,
    Global,
    Item,
    Items,
    Joined,
    Literal,
    Logic,
    Maybe,
    Member,
    Query,
    Record,
    Result,
    Rows,
    SqlTable,
    Term,
    Test,
    Text,
    Unknown,
    Where,
    either,
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

SQL_METHODS = frozenset(
    "execute executemany fetch fetchrow fetchval fetchone fetchall fetch_all fetch_one fetch_val query raw exec "
    "exec_driver_sql scalar scalars stream read_sql read_sql_query executescript query_raw execute_raw query_first "
    "$queryRaw $executeRaw $queryRawUnsafe $executeRawUnsafe execute_query execute_query_dict run_sql copy "
    "cursor mogrify get all run iterate unsafe execute_sql execute_fetchall copy_from_query "
    "execute_values execute_batch".split()
)
SURE_METHODS = frozenset(
    "execute executemany fetchrow fetchval exec_driver_sql query_raw execute_raw executescript "
    "$queryRaw $executeRaw $queryRawUnsafe $executeRawUnsafe".split()
)
OWN_SCHEMA = (":user", "user", "$user")
"""PostgreSQL's name for the schema of the role itself, as it is written and as parameters are normalised."""
TEXT_HINTS = frozenset({"sql", "query", "stmt", "statement", "q", "command"})
LAYER = "sql"
UNNAMED = "unnamed"
OPERATIONS = {
    SqlOperation.READ: Operation.READ,
    SqlOperation.INSERT: Operation.CREATE,
    SqlOperation.UPDATE: Operation.UPDATE,
    SqlOperation.DELETE: Operation.DELETE,
    SqlOperation.DDL: Operation.DDL,
}
INSERTED = re.compile(r"⟦(\d+)⟧|\$(\w+)")


def on_sql(run: Run, frame: Frame, receiver: Term, method: str, given: Given) -> Term | None:
    """A method that runs SQL text; None when the first argument is no SQL."""
    if method not in SQL_METHODS:
        return None
    receiver, given = plain(receiver, method, given)
    if not given.positional:
        return None
    first, rest = _with_values(run, given.positional[0], Given(given.positional[1:], given.keywords, given.at))
    if not is_statement(first):
        if method in SURE_METHODS and _is_built_text(first):
            run.note_dynamic(frame, given.at)
        return None
    return read_sql(run, frame, first, rest, receiver, given.at)


def tagged(run: Run, frame: Frame, callee: Term, text: Term, at: Span) -> Term | None:
    """A whole statement under a tag that runs it; None for fragments, and for tags of other languages."""
    if is_fragment(Result(callee, (text,))):
        return None
    sql, rest = _with_values(run, with_helpers(callee, text), Given((), (), at))
    return read_sql(run, frame, sql, rest, callee, at) if is_statement(sql) else None


def is_statement(sql: Term) -> bool:
    """Whether a value is the text of a statement."""
    return any(frontend.looks_like_sql(text) for text, _ in texts(sql))


def _with_values(run: Run, sql: Term, rest: Given) -> tuple[Term, Given]:
    """Tagged text as it is sent, with the values of its holes as parameters."""
    if not (has_holes(sql) or is_fragment(sql)):
        return sql, rest
    text, values = rendered(run, sql)
    return text, Given((Items(values),), rest.keywords, rest.at)


def _is_built_text(term: Term) -> bool:
    term = unwrapped(term)
    if isinstance(term, Text):
        return True
    name = getattr(term, "name", getattr(term, "hint", ""))
    return isinstance(name, str) and name.rpartition(".")[2] in TEXT_HINTS


def read_sql(run: Run, frame: Frame, sql: Term, rest: Given, receiver: Term, at: Span) -> Term:
    """Record the queries that a text stands for, one for each way that it can be put together.

    A way that does not parse beside one that does is no way that the program takes: an empty list of conditions, say.
    """
    sql, rest = _with_values(run, sql, _with_bindings(sql, rest))
    ways = [(text, holes, frontend.read(text)) for text, holes in texts(sql)]
    ran: Query | None = None
    for text, holes, facts in ways:
        for statement in facts.statements:
            run.statements.add(text)
            place = Place(frame.path, at)
            for part in statement.branches or (statement,):
                for main in _accesses(part):
                    ran = _query(part, main, text, holes, rest, receiver, place)
                    run.see(frame, ran)
            if not statement.tables and (statement.search_path is not None or statement.settings):
                run.note_session(frame, statement, _schemas(statement, holes, rest), receiver, at)
    if not ways:
        run.note_dynamic(frame, at)
    elif all(facts.problem for _, _, facts in ways):
        _, holes, facts = ways[0]
        run.note_unread(frame, at, facts.problem, dynamic=facts.dynamic or bool(holes))
    return Rows(ran) if ran is not None else Unknown("sql")


def fragment_condition(run: Run, term: Term) -> Term:
    """The comparisons in a fragment of SQL that restricts rows; one that cannot be read stays as it is."""
    if not is_fragment(term):
        return term
    tables = tables_in(run, term)
    text, values = rendered(run, term)
    before = Literal(" ".join(("SELECT 1 FROM", ", ".join(tables) or UNNAMED, "WHERE (")))
    rest = Given((Items(values),), (), Span(1, 1, 1, 1))
    found: list[Term] = []
    for reading, holes in texts(Text((before, text, Literal(")")))):
        for statement in frontend.read(reading).statements:
            named = tuple(SqlTable(use.name, use.schema) for use in statement.tables)
            parts = [
                where_of(condition, named, operand_of(condition.operand, named, holes, rest)).condition
                for condition in statement.conditions
            ]
            found.append(Logic("and", tuple(map(_of_own_table, parts))) if parts else term)
    return either(tuple(found)) if found else term


def _of_own_table(part: Term) -> Term:
    """A column that stands without its table is one of the query's own."""
    if isinstance(part, Test) and isinstance(part.left, Column) and part.left.table == SqlTable(UNNAMED):
        return replace(part, left=Column(None, part.left.path))
    if isinstance(part, Logic):
        return Logic(part.operator, tuple(map(_of_own_table, part.operands)))
    return part


def _accesses(statement: SqlStatement) -> Iterator[int]:
    """The tables that a statement is about: the one that it writes or reads first, and the one that INSERT … SELECT
    copies rows of.
    """
    if not statement.tables:
        return
    written = [i for i, use in enumerate(statement.tables) if use.operation is not SqlOperation.READ]
    stored = [c.operand for c in statement.conditions if c.position == "values"]
    reads = {i for i, use in enumerate(statement.tables) if use.operation is SqlOperation.READ}
    copied = {value.table for value in stored if value.kind == "column"} if stored else reads
    if statement.operation is SqlOperation.INSERT and reads & copied:
        yield min(reads & copied)
    yield written[0] if written else 0


def _query(
    statement: SqlStatement, main: int, text: str, holes: tuple[Term, ...], rest: Given, receiver: Term, site: Place
) -> Query:
    tables = tuple(
        _table(_filled(use.name, holes), _filled(use.schema, holes), use.alias, holes) for use in statement.tables
    )
    reads = statement.tables[main].operation is SqlOperation.READ
    where: list[Where] = []
    payload: list[tuple[Term | None, Term, tuple[Term, ...]]] = []
    for condition in statement.conditions:
        operand = operand_of(condition.operand, tables, holes, rest)
        if condition.position in {"values", "set"}:
            payload += [] if reads else [(Literal(condition.column), operand, ())]
        elif condition.position != "conflict":
            found = where_of(condition, tables, operand)
            added = condition.position == "join" and condition.table >= 0 and statement.tables[condition.table].outer
            where.append(replace(found, position="outer join") if added else found)
    others = [
        Joined(table, outer=use.outer)
        for i, (table, use) in enumerate(zip(tables, statement.tables, strict=True))
        if i != main and not (reads and use.operation is not SqlOperation.READ)
    ]
    return Query(
        LAYER,
        site,
        (tables[main],),
        OPERATIONS[statement.tables[main].operation],
        tuple(where),
        tuple(others),
        Record(tuple(payload)),
        receiver,
        open=statement.open,
        sql=text,
    )


def _table(name: str, schema: str, alias: str, holes: tuple[Term, ...]) -> SqlTable:
    return SqlTable(name, schema, alias, holes if "⟦" in name or "⟦" in schema else ())


def _schemas(statement: SqlStatement, holes: tuple[Term, ...], rest: Given) -> tuple[Term, ...]:
    """The schemas that a search path lists, with what stands in their holes and parameters."""
    entries = statement.search_path.entries if statement.search_path is not None else ()
    return tuple(_schema(entry, holes, rest) for entry in entries)


def _schema(entry: str, holes: tuple[Term, ...], rest: Given) -> Term:
    if entry in OWN_SCHEMA:
        return Literal(OWN_SCHEMA[-1])
    parts: list[Term] = []
    at = 0
    for mark in INSERTED.finditer(entry):
        if mark.start() > at:
            parts.append(Literal(entry[at : mark.start()]))
        number = int(mark[1]) if mark[1] else -1
        filled = holes[number] if 0 <= number < len(holes) else Unknown("hole")
        parts.append(bound(mark[2], rest) if mark[2] else filled)
        at = mark.end()
    if at < len(entry) or not parts:
        parts.append(Literal(entry[at:]))
    return parts[0] if len(parts) == 1 else Text(tuple(parts))


def where_of(condition: Condition, tables: tuple[SqlTable, ...], operand: Term) -> Where:
    table = tables[condition.table] if condition.table >= 0 else None
    test: Term = Test(_operator(condition), Column(table, (condition.column,)), operand)
    if condition.widened:
        test = Logic("or", (test, Unknown("another branch")))
    position = {"where": "where", "join": "join", "having": "having", "select": "select"}[condition.position]
    return Where(test, position)  # type: ignore[arg-type]


def _operator(condition: Condition) -> str:
    known = {"eq": "eq", "is": "eq", "in": "in", "ne": "ne", "is not": "ne", "not in": "not in"}
    operator = known.get(condition.operator, "other")
    if condition.negated:
        return {"eq": "ne", "in": "not in", "ne": "eq", "not in": "in"}.get(operator, "other")
    return operator


def operand_of(operand: Operand, tables: tuple[SqlTable, ...], holes: tuple[Term, ...], rest: Given) -> Term:
    match operand.kind:
        case "parameter":
            return bound(operand.text, rest)
        case "hole":
            index = int(operand.text) if operand.text.isdigit() else -1
            return holes[index] if 0 <= index < len(holes) else Unknown("hole")
        case "column":
            table = tables[operand.table] if operand.table >= 0 else None
            return Column(table, (operand.text,))
        case "constant":
            return Literal(operand.text)
        case "list":
            return Items(tuple(operand_of(item, tables, holes, rest) for item in operand.items))
        case "subquery":
            return Result(Global("subquery"), tuple(tables[i] for i in operand.tables))
        case _:
            return Computed("sql", tuple(bound(key, rest) for key in operand.parameters))


def bound(key: str, rest: Given) -> Term:
    """The value of a parameter: by position (counted from 1) or name, from what the call was given behind the text."""
    if not key.isdigit():
        for value in rest.positional:
            if isinstance(value, Record) and (found := value.get(key)) is not None:
                return found
            if not isinstance(value, Record | Items | Literal):
                return Member(value, key)
        return rest.keyword(key) or Unknown(f":{key}")
    index = int(key) - 1
    values = _parameter_list(rest)
    if isinstance(values, Items):
        found = values.items[index] if index < len(values.items) else Unknown(f"${key}")
        return found.value if isinstance(found, Maybe) else found
    if isinstance(values, Either):
        options = tuple(o.items[index] for o in values.options if isinstance(o, Items) and index < len(o.items))
        return options[0] if options and len(set(options)) == 1 else Either(options) if options else Unknown(f"${key}")
    if index < len(rest.positional):
        return rest.positional[index]
    if rest.positional and isinstance(rest.positional[0], Each):
        return Item(rest.positional[0], Literal(index))
    return Unknown(f"${key}")


def _parameter_list(rest: Given) -> Term | None:
    first = rest.positional[0] if rest.positional else rest.keyword("params") or rest.keyword("parameters")
    return first if isinstance(first, Items | Either) else None


def _with_bindings(sql: Term, rest: Given) -> Given:
    """`text(…).bindparams(name=value)` binds as well."""
    extra: list[tuple[str, Term]] = []
    while isinstance(sql, Result) and isinstance(sql.callee, Member):
        if sql.callee.name == "bindparams":
            extra.extend(sql.keywords)
        sql = sql.callee.base
    return Given(rest.positional, (*rest.keywords, *extra), rest.at) if extra else rest


def _filled(name: str, holes: tuple[Term, ...]) -> str:
    """An identifier with literal holes put in; others stay marked."""
    for index, hole in enumerate(holes):
        if isinstance(hole, Literal):
            name = name.replace(f"⟦{index}⟧", str(hole.value))
    return name
