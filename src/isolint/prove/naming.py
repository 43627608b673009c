"""What an access calls its table and columns in the database, where that is certain."""

from __future__ import annotations

from isolint.frontends import sql as frontend
from isolint.model.table import Table
from isolint.prove.fallthrough import PUBLIC, called
from isolint.prove.terms import Column, Literal, Query, SqlTable, Term, contents

POSITIONS = frozenset({"where", "join", "set", "values", "conflict"})
"""Where a column's name in SQL cannot be one that the statement itself makes up."""


def stored_name(query: Query, table: Table | None) -> str:
    """The table's name; '' when it is not known, or named with a schema that is not the connection's."""
    named = query.tables[0] if query.tables else None
    if named is None or table is None or (isinstance(named, SqlTable) and (named.holes or named.schema)):
        return ""
    return "" if table.declaration.schema == PUBLIC else called(table, named)


def named_columns(query: Query, table: Table | None) -> tuple[str, ...]:
    """The columns of that table which the access filters by or writes, as the database calls them."""
    named = query.tables[0] if query.tables else None
    if table is None or named is None:
        return ()
    if query.sql and isinstance(named, SqlTable):
        return _in_text(query.sql, named)
    found = [part for where in query.where for part in contents(where.condition) if isinstance(part, Column)]
    own = [column.path[0] for column in found if column.table is None and len(column.path) == 1]
    written = [
        key.value for key, _, _ in query.payload.entries if isinstance(key, Literal) and isinstance(key.value, str)
    ]
    known = (table.columns[name] for name in (*own, *written) if name in table.columns)
    return tuple(dict.fromkeys(column.sql_name or column.name for column in known))


def _in_text(text: str, named: Term) -> tuple[str, ...]:
    assert isinstance(named, SqlTable)
    found: dict[str, None] = {}
    for statement in frontend.read(text).statements:
        for part in statement.branches or (statement,):
            for condition in part.conditions:
                use = part.tables[condition.table] if condition.table >= 0 else None
                if use is not None and use.name == named.name and condition.position in POSITIONS:
                    if "⟦" not in condition.column and "." not in condition.column:
                        found[condition.column] = None
    return tuple(found)
