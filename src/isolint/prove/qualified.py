"""The schema that a statement names a tenant's table with: taken out where the executor's is meant, or put in where
the file names its tables so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from isolint.model.code import Constant, Expression, Name, Template
from isolint.model.evidence import Verdict
from isolint.model.remedy import Change, Remedy
from isolint.model.source import Span
from isolint.model.walk import everything_in, nodes_in
from isolint.prove.case import Case
from isolint.prove.frame import Frame
from isolint.prove.judge import judge
from isolint.prove.schemas import PUBLIC, SQL_LAYER
from isolint.prove.supplies import at_hand, evaluated
from isolint.prove.terms import Query, SqlTable, Term

HOLE = "⟦0⟧"


def unqualified(case: Case) -> Remedy | None:
    """The remedy that takes the shared schema out of a statement that an executor runs."""
    query = case.seen.query
    names = [table.name for table in _tables(case, query) if table.schema == PUBLIC]
    if query.layer != SQL_LAYER or not names or not _confines(case, PUBLIC, "", ()):
        return None
    return Remedy(Change.QUALIFY, query.site, query.layer, names=tuple(dict.fromkeys(names)))


def qualified(case: Case, frame: Frame) -> Remedy | None:
    """The remedy that names the tenant's schema as other statements of the file do."""
    query = case.seen.query
    names = [table.name for table in _tables(case, query) if not table.schema]
    if query.layer != SQL_LAYER or not names:
        return None
    for schema in _schemas(case, frame):
        known = all(at_hand(case, frame, name) for name in nodes_in(schema) if isinstance(name, Name))
        if known and _confines(case, "", HOLE, (evaluated(case, frame, schema),)):
            moves: tuple[Span, ...] = (schema.at,)
            return Remedy(Change.QUALIFY, query.site, query.layer, names=tuple(dict.fromkeys(names)), moves=moves)
    return None


def _tables(case: Case, query: Query) -> Iterator[SqlTable]:
    """The tables of a statement that live in the tenant's schema."""
    for table in (*query.tables, *(join.table for join in query.joins)):
        ownership = case.ownership(case.table(table))
        if isinstance(table, SqlTable) and ownership is not None and ownership.schema:
            yield table


def _confines(case: Case, old: str, new: str, holes: tuple[Term, ...]) -> bool:
    """Whether the judge would take the access for confined, were the tenant's tables named with the other schema."""
    query = case.seen.query
    own = {table for table in _tables(case, query) if table.schema == old}
    changed = {table: replace(table, schema=new, holes=holes or table.holes) for table in own}
    tables = tuple(changed.get(table, table) if isinstance(table, SqlTable) else table for table in query.tables)
    joins = tuple(
        replace(join, table=changed[join.table]) if isinstance(join.table, SqlTable) and join.table in own else join
        for join in query.joins
    )
    seen = replace(case.seen, query=replace(query, tables=tables, joins=joins))
    verdicts = [judge(Case(case.run, case.entry, seen, way)) for way in case.entry.ways]
    return all(verdict.reason.verdict is Verdict.SCOPED for verdict in verdicts)


def _schemas(case: Case, frame: Frame) -> Iterator[Expression]:
    """The expressions that the statements of the file name schemas with: `"{schema}"."Show"`."""
    functions = case.run.program.modules[frame.path].functions
    here = functions[frame.function.qualname]
    for function in (here, *(other for other in functions.values() if other is not here)):
        for template in everything_in(*function.body):
            for schema, after in pairwise(template.parts) if isinstance(template, Template) else ():
                dot = isinstance(after, Constant) and str(after.value).startswith(('".', "."))
                if dot and not isinstance(schema, Constant):
                    yield schema
