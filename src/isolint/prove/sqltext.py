"""SQL text that a program puts together: its texts, and what is bound to its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from isolint.frontends import sql as frontend
from isolint.model.access import Operation
from isolint.model.source import Place, Span
from isolint.model.sql import Condition, Operand, SqlOperation, SqlStatement
from isolint.prove.evaluate import item
from isolint.prove.given import Given
from isolint.prove.terms import (
    Column,
    Computed,
    Either,
    Global,
    Item,
    Items,
    Joined,
    Literal,
    Logic,
    Maybe,
    Member,
    Outcome,
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
)

if TYPE_CHECKING:
    from isolint.prove.frame import Frame
    from isolint.prove.run import Run

SQL_METHODS = frozenset(
    "execute executemany fetch fetchrow fetchval fetchone fetchall fetch_all fetch_one fetch_val query raw exec "
    "exec_driver_sql scalar scalars stream read_sql read_sql_query executescript query_raw execute_raw query_first "
    "execute_query execute_query_dict run_sql copy prepare cursor mogrify get all run iterate unsafe".split()
)
SURE_METHODS = frozenset(
    "execute executemany fetchrow fetchval exec_driver_sql query_raw execute_raw executescript".split()
)
TEXT_WRAPPERS = frozenset("text SQL RawSQL Composed TextClause literal_sql raw".split())
IDENTIFIERS = frozenset({"Identifier"})
OWN_SCHEMA = (":user", "user", "$user")
"""PostgreSQL's name for the schema of the role itself, as it is written and as parameters are normalised."""
TEXT_HINTS = frozenset({"sql", "query", "stmt", "statement", "q", "command"})
LAYER = "sql"
MAX_TEXTS = 6
MAX_DEPTH = 12
OPERATIONS = {
    SqlOperation.READ: Operation.READ,
    SqlOperation.INSERT: Operation.CREATE,
    SqlOperation.UPDATE: Operation.UPDATE,
    SqlOperation.DELETE: Operation.DELETE,
    SqlOperation.DDL: Operation.DDL,
}
INSERTED = re.compile(r"⟦(\d+)⟧|\$(\w+)")
PERCENT = re.compile(r"%(?:\((\w+)\))?[sdr]")


def on_sql(run: Run, frame: Frame, receiver: Term, method: str, given: Given) -> Term | None:
    """A method that runs SQL text; None when the first argument is no SQL."""
    if method not in SQL_METHODS or not given.positional:
        return None
    first = given.positional[0]
    ways = list(texts(first))
    if not any(frontend.looks_like_sql(text) for text, _ in ways):
        if method in SURE_METHODS and _is_built_text(first):
            run.note_dynamic(frame, given.at)
        return None
    rest = Given(given.positional[1:], given.keywords, given.at)
    return read_sql(run, frame, first, rest, receiver, given.at)


def _is_built_text(term: Term) -> bool:
    term = _unwrapped(term)
    if isinstance(term, Text):
        return True
    name = getattr(term, "name", getattr(term, "hint", ""))
    return isinstance(name, str) and name.rpartition(".")[2] in TEXT_HINTS


def read_sql(run: Run, frame: Frame, sql: Term, rest: Given, receiver: Term, at: Span) -> Term:
    """Record the queries that a text stands for, one for each way that it can be put together.

    A way that does not parse beside one that does is no way that the program takes: an empty list of conditions, say.
    """
    rest = _with_bindings(sql, rest)
    ways = [(text, holes, frontend.read(text)) for text, holes in texts(sql)]
    ran: Query | None = None
    for text, holes, facts in ways:
        for statement in facts.statements:
            run.statements.add(text)
            query = _query(statement, text, holes, rest, receiver, Place(frame.path, at))
            if query is not None:
                run.see(frame, query)
                ran = query
            elif statement.search_path is not None or statement.settings:
                run.note_session(frame, statement, _schemas(statement, holes, rest), receiver, at)
    if not ways:
        run.note_dynamic(frame, at)
    elif all(facts.problem for _, _, facts in ways):
        _, holes, facts = ways[0]
        run.note_unread(frame, at, facts.problem, dynamic=facts.dynamic or bool(holes))
    return Rows(ran) if ran is not None else Unknown("sql")


def _query(
    statement: SqlStatement, text: str, holes: tuple[Term, ...], rest: Given, receiver: Term, site: Place
) -> Query | None:
    if not statement.tables:
        return None
    tables = tuple(
        _table(_filled(use.name, holes), _filled(use.schema, holes), use.alias, holes) for use in statement.tables
    )
    written = [i for i, use in enumerate(statement.tables) if use.operation is not SqlOperation.READ]
    main = written[0] if written else 0
    where, payload = [], []
    for condition in statement.conditions:
        operand = operand_of(condition.operand, tables, holes, rest)
        if condition.position in {"values", "set"}:
            payload.append((Literal(condition.column), operand, ()))
        elif condition.position != "conflict":
            where.append(where_of(condition, tables, operand))
    others = [
        Joined(table, outer=use.outer)
        for i, (table, use) in enumerate(zip(tables, statement.tables, strict=True))
        if i != main
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


def _unwrapped(term: Term) -> Term:
    """The text inside `text(…)`, `sql.SQL(…)` and methods of those."""
    for _ in range(MAX_DEPTH):
        if not isinstance(term, Result):
            break
        name = getattr(term.callee, "name", "").rpartition(".")[2]
        if name in TEXT_WRAPPERS and term.arguments:
            term = term.arguments[0]
        elif isinstance(term.callee, Member) and name == "format":
            term = _composed(term)
        elif isinstance(term.callee, Member) and name in {"bindparams", "columns", "strip", "as_string", "join"}:
            term = term.callee.base
        else:
            break
    return term


def _composed(term: Result) -> Term:
    """`sql.SQL("… {}").format(sql.Identifier(x))` as text with its parts put in."""
    from isolint.prove.builtin import format_text

    inner = _unwrapped(term.callee.base) if isinstance(term.callee, Member) else term
    if not (isinstance(inner, Literal) and isinstance(inner.value, str)):
        return Unknown("composed")

    return format_text(inner.value, Given(term.arguments, term.keywords, Span(1, 1, 1, 1)))


def texts(term: Term) -> Iterator[tuple[str, tuple[Term, ...]]]:
    """The texts that a term can stand for, with the terms in their holes."""
    count = 0
    for parts in _alternatives(_unwrapped(term), 0):
        holes: list[Term] = []
        pieces = []
        for part in parts:
            if isinstance(part, Literal) and isinstance(part.value, str | int | float):
                pieces.append(str(part.value))
            else:
                pieces.append(f"⟦{len(holes)}⟧")
                holes.append(part)
        if any(piece and not piece.startswith("⟦") for piece in pieces):
            yield "".join(pieces), tuple(holes)
            count += 1
        if count >= MAX_TEXTS:
            return


def _alternatives(term: Term, depth: int) -> Iterator[tuple[Term, ...]]:
    if depth > MAX_DEPTH:
        yield (term,)
    elif isinstance(term, Text):
        yield from _products(term.parts, depth)
    elif isinstance(term, Either):
        for option in term.options:
            yield from _alternatives(_unwrapped(option), depth + 1)
    elif isinstance(term, Computed) and term.operator == "%":
        yield from _percent(term, depth)
    elif isinstance(term, Outcome):
        for value, _ in term.returns:
            yield from _alternatives(_unwrapped(value), depth + 1)
    elif (options := _read_from(term)) is not None:
        for option in options:
            yield from _alternatives(_unwrapped(option), depth + 1)
    elif isinstance(term, Result) and getattr(term.callee, "name", "").rpartition(".")[2] in IDENTIFIERS:
        yield from _products(_quoted(term), depth)
    else:
        yield (term,)


def _read_from(term: Term) -> tuple[Term, ...] | None:
    """The values that reading from a constant mapping can give, whatever the key; None for other terms."""
    if not isinstance(term, Item):
        return None
    if isinstance(term.base, Record) and all(key is not None for key, _, _ in term.base.entries):
        return tuple(dict.fromkeys(value for _, value, _ in term.base.entries))
    inner = _read_from(term.base)
    return tuple(item(option, term.key) for option in inner) if inner is not None else None


def _quoted(identifier: Result) -> tuple[Term, ...]:
    """`sql.Identifier(schema, table)` as the text that it becomes."""
    quote = Literal('"')
    parts = [part for name in identifier.arguments for part in (Literal("."), quote, name, quote)]
    return tuple(parts[1:])


def _products(parts: tuple[Term, ...], depth: int) -> Iterator[tuple[Term, ...]]:
    options = [list(_alternatives(_unwrapped(part), depth + 1))[:MAX_TEXTS] for part in parts]
    for count, choice in enumerate(product(*options)):
        if count >= MAX_TEXTS:
            return
        yield tuple(piece for pieces in choice for piece in pieces)


def _percent(term: Computed, depth: int) -> Iterator[tuple[Term, ...]]:
    """`"… %s" % value` builds text: its marks are holes, not bound parameters."""
    template, value = term.operands
    for parts in _alternatives(template, depth + 1):
        filled: list[Term] = []
        position = 0
        for part in parts:
            if not (isinstance(part, Literal) and isinstance(part.value, str)):
                filled.append(part)
                continue
            at = 0
            for mark in PERCENT.finditer(part.value):
                filled.append(Literal(part.value[at : mark.start()]))
                filled.append(_percent_value(value, mark.group(1), position))
                position += 1
                at = mark.end()
            filled.append(Literal(part.value[at:]))
        yield tuple(filled)


def _percent_value(value: Term, name: str | None, position: int) -> Term:
    if name and isinstance(value, Record):
        return value.get(name) or Unknown(name)
    if isinstance(value, Items):
        return value.items[position] if position < len(value.items) else Unknown("%s")
    return value


def _filled(name: str, holes: tuple[Term, ...]) -> str:
    """An identifier with literal holes put in; others stay marked."""
    for index, hole in enumerate(holes):
        if isinstance(hole, Literal):
            name = name.replace(f"⟦{index}⟧", str(hole.value))
    return name
