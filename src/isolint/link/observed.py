"""Foreign keys that nothing declares, seen in what the code compares."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from isolint.model.code import Attribute, Compare, Name, Node
from isolint.model.identifiers import split
from isolint.model.table import Table
from isolint.model.walk import body_of

if TYPE_CHECKING:
    from isolint.link.program import Program
    from isolint.link.tables import TableSet

JOINS = frozenset({"join", "outerjoin", "left_outer_join", "where", "filter"})


def observed_keys(program: Program, tables: TableSet) -> dict[str, str]:
    """For each column name the table whose primary key the code compares it with most often."""
    names = {ref.name: table for ref, table in tables.by_symbol.items()}
    if not any(not table.foreign_keys for table in tables):
        return {}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for _, function in program.functions():
        if JOINS.isdisjoint(function.calls):
            continue
        for item in body_of(function).of(Compare):
            if item.operator == "eq":
                for left, right in ((item.left, item.right), (item.right, item.left)):
                    _vote(votes, names, left, right)
    return {column: counter.most_common(1)[0][0] for column, counter in votes.items()}


TENANT_LIKE = frozenset("tenant org organization organisation workspace account team company".split())
"""Keys of tenants are compared with much that is no tenant: their target is never guessed so."""


def _vote(votes: dict[str, Counter[str]], names: Mapping[str, Table], key: Node, column: Node) -> None:
    """`Parent.id == anything.parent_key`."""
    if not (isinstance(key, Attribute) and isinstance(key.base, Name) and isinstance(column, Attribute)):
        return
    table = names.get(key.base.id)
    if TENANT_LIKE & set(split(column.name)):
        return
    if table is not None and key.name in table.primary_key and column.name.endswith(("_id", "Id")):
        votes[column.name][table.name] += 1
