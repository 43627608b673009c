"""Finds the tenant: the table that most other tables belong to and that is named like one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from isolint.link import Program
from isolint.model.identifiers import split
from isolint.model.table import Table
from isolint.tenancy.words import GROUP_WORDS, canonical, tenant_word

GROUP_WEIGHT = 0.5
LEAST_TABLES = 1
LEAST_SHARE = 0.04
MOST_OF_LINK = 6


@dataclass(frozen=True, slots=True)
class Root:
    """A candidate: its word (`organization`), its table if declared, and the key columns of each table pointing to
    it.
    """

    word: str
    table: Table | None
    pointing: dict[str, tuple[str, ...]]

    @property
    def score(self) -> float:
        """Tables that point to it, less for words that only sometimes name a tenant."""
        return len(self.pointing) * (GROUP_WEIGHT if self.word in GROUP_WORDS else 1.0)

    @property
    def keys(self) -> tuple[str, ...]:
        """All key columns, the most frequent first."""
        counts: dict[str, int] = defaultdict(int)
        for columns in self.pointing.values():
            for column in columns:
                counts[column] += 1
        return tuple(sorted(counts, key=lambda column: (-counts[column], column)))


def find_roots(program: Program) -> list[Root]:
    """Candidates, best first; none when no table or column is named like a tenant."""
    named = _named_tables(program)
    pointing: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for table in program.tables:
        for word, columns in _keys_of(table, named).items():
            if named.get(word) is not table:
                pointing[word][table.name] = tuple(columns)
    roots = [Root(word, named.get(word), tables) for word, tables in pointing.items()]
    least = max(LEAST_TABLES, LEAST_SHARE * len(program.tables))
    return sorted((r for r in roots if len(r.pointing) >= least), key=lambda r: (-r.score, r.table is None, r.word))


def is_nested(program: Program, roots: list[Root]) -> bool:
    """Whether the roots live in each tenant's schema, and point to a tenant whose table is in a schema that all
    share.
    """
    return bool(roots) and all(root.table is not None and _is_below(program, root.table) for root in roots)


def _is_below(program: Program, root: Table) -> bool:
    above = (program.tables.by_name[name] for name in root.foreign_keys.values())
    return not root.declaration.schema and any(
        table.declaration.schema and tenant_word(table.declaration.name) for table in above
    )


def _named_tables(program: Program) -> dict[str, Table]:
    """The table that stands for each tenant word: the one that most tables point to, of several the one with the
    fewest other words in its name.
    """
    pointing = Counter(target for table in program.tables for target in set(table.foreign_keys.values()))
    found: dict[str, Table] = {}
    for table in program.tables:
        words = split(table.declaration.name)
        word = canonical(words[-1]) if words else ""
        if word and not _is_link(table):
            found[word] = max(found.get(word, table), table, key=lambda one: _standing(one, pointing))
    return found


def _standing(table: Table, pointing: Counter[str]) -> tuple[int, int]:
    return pointing[table.name], -len(split(table.declaration.name))


def _is_link(table: Table) -> bool:
    """A membership such as UserTenant: several words, and little but keys to others."""
    own = table.columns.keys() - table.foreign_keys.keys() - table.primary_key
    return len(split(table.declaration.name)) > 1 and len(table.foreign_keys) > 1 and len(own) <= MOST_OF_LINK


def _keys_of(table: Table, named: dict[str, Table]) -> dict[str, list[str]]:
    """For each tenant word the columns of the table that point to it, by foreign key or, without one, by name."""
    found: dict[str, list[str]] = defaultdict(list)
    word_of = {root.name: word for word, root in named.items()}
    for column in table.columns:
        target = table.foreign_keys.get(column)
        if target is not None:
            if target in word_of:
                found[word_of[target]].append(column)
        elif (word := _key_word(column)) and not table.columns[column].references:
            found[word].append(column)
    return found


def _key_word(column: str) -> str:
    """The tenant word of a column that is named like a key (`tenant_id`, `orgId`), '' for others."""
    words = split(column)
    is_key = len(words) == 2 and words[1] in {"id", "uuid", "slug", "key"}
    return tenant_word(column) if is_key else ""
