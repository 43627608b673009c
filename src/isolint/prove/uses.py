"""What accesses need of the database: what statements name, and the columns of models whose rows are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from isolint.frontends import sql as frontend
from isolint.link.tables import CASE_CHANGE, DDL_LAYER, sql_names
from isolint.model.access import Role
from isolint.model.sql import SqlOperation, SqlStatement, TableUse
from isolint.model.table import Table
from isolint.model.use import Use
from isolint.prove.executors import carrier_tenant
from isolint.prove.frame import Seen
from isolint.prove.members import table_of
from isolint.prove.run import Run
from isolint.prove.schemas import CATALOGS, PUBLIC, fits_pattern
from isolint.prove.sqltext import LAYER, OPERATIONS
from isolint.prove.terms import Column, Literal, Logic, Query, Term, Test

NOT_IN_USE = frozenset((Role.TEST, Role.MIGRATION))
"""Code that is not what runs against tenants day by day."""

HOLE = "⟦"


class Watcher:
    """Collects the uses of everything that a proof sees; of each file the place is kept that tells most."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Use] = {}

    def __call__(self, run: Run, seen: Seen, role: Role) -> None:
        """Take what one access needs."""
        if role in NOT_IN_USE:
            return
        for use in (_of_text if seen.query.layer == LAYER else _of_model)(run, seen.query):
            column = use.columns[0].lower() if use.columns else ""
            key = (use.tables[0].lower(), column, use.place.path)
            known = self._found.get(key)
            if known is None or _order(use) < _order(known):
                self._found[key] = use

    def uses(self, reports: Callable[[str], bool]) -> tuple[Use, ...]:
        """The uses in the files that are reported on, by name: each once, where it is told most."""
        best: dict[tuple[str, str], Use] = {}
        for (table, column, path), use in sorted(self._found.items(), key=lambda item: _order(item[1])):
            if reports(path):
                best.setdefault((table, column), use)
        return tuple(best[key] for key in sorted(best))


def _order(use: Use) -> tuple[bool, bool, str, tuple[int, ...]]:
    return not use.own, not use.named, use.place.path, tuple(use.place.span)


def _of_text(run: Run, query: Query) -> Iterator[Use]:
    """What the statements of a text name. Columns that may belong to several tables are left out."""
    for statement in frontend.read(query.sql).statements:
        for part in statement.branches or (statement,):
            yield from _of_statement(run, query, part)


def _of_statement(run: Run, query: Query, statement: SqlStatement) -> Iterator[Use]:
    for index, used in enumerate(statement.tables):
        own = _own(run, query, used)
        if own is None or used.operation is SqlOperation.DDL:
            continue
        table = run.program.tables.of_sql(used.name)
        operation = OPERATIONS[used.operation]
        yield Use((used.name,), (), operation, query.site, own)
        for at, column in statement.columns:
            if at == index and HOLE not in column and column not in ("*", "ctid", "xmin", "tableoid"):
                names = dict.fromkeys((column, *_names(table, column)))
                yield Use((used.name,), tuple(names), operation, query.site, own)


def _own(run: Run, query: Query, used: TableUse) -> bool | None:
    """Whether a table is known to be in each tenant's schema; None when it is in another, or not known by name."""
    if HOLE in used.name or used.name.startswith(("$", "pg_")) or used.schema in (PUBLIC, *CATALOGS):
        return None
    if used.schema:
        chosen = HOLE in used.schema or used.schema.startswith("$")
        return True if chosen or fits_pattern(run.tenancy, used.schema) else None
    table = run.program.tables.of_sql(used.name)
    if table is not None:
        return _in_tenant(run, table)
    return carrier_tenant(query.receiver) is not None


def _in_tenant(run: Run, table: Table) -> bool | None:
    """The same of a declared table; the tenants themselves and what is declared shared are in no tenant's schema."""
    if table.name in run.tenancy.roots or table.declaration.schema in (PUBLIC, *CATALOGS):
        return None
    ownership = run.tenancy.owned.get(table.name)
    return ownership is not None and ownership.schema


def _of_model(run: Run, query: Query) -> Iterator[Use]:
    """A model's table and columns: layers fetch all that it declares. Those that the query names come as such."""
    for term in (*query.tables, *(join.table for join in query.joins)):
        table = table_of(run, term)
        if table is None or (own := _in_tenant(run, table)) is None:
            continue
        tables = _tables(table)
        yield Use(tables, (), query.operation, query.site, own)
        named = {*_written(query), *_restricted(query, term)} if term in query.tables else set()
        for column in table.declaration.columns if table.declaration.layer != DDL_LAYER else ():
            names = _names(table, column.name)
            yield Use(tables, names, query.operation, query.site, own, named=column.name in named)


def _tables(table: Table) -> tuple[str, ...]:
    return tuple(sql_names(table.declaration))


def _names(table: Table | None, column: str) -> tuple[str, ...]:
    """The names that a column may have in the database."""
    declared = table.columns.get(column) if table is not None else None
    if declared is None:
        return (column,)
    if declared.sql_name:
        return (declared.sql_name,)
    made = (column, CASE_CHANGE.sub("_", column))
    is_relation = declared.references and not column.lower().endswith("id")
    keys = (f"{name}{end}" for name in made for end in ("_id", "Id")) if is_relation else ()
    return tuple(dict.fromkeys((*made, *keys)))


def _written(query: Query) -> Iterator[str]:
    return (str(key.value) for key, _, _ in query.payload.entries if isinstance(key, Literal))


def _restricted(query: Query, table: Term) -> Iterator[str]:
    """The columns that the query's conditions are about."""
    for where in query.where:
        for column in _columns((where.condition,)):
            if len(column.path) == 1 and column.table in (None, table):
                yield column.path[0]


def _columns(terms: Iterable[Term]) -> Iterator[Column]:
    for term in terms:
        if isinstance(term, Column):
            yield term
        elif isinstance(term, Test):
            yield from _columns((term.left, term.right))
        elif isinstance(term, Logic):
            yield from _columns(term.operands)
