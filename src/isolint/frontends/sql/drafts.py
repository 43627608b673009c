"""Created tables in the making: CREATE TABLE first, then what ALTER TABLE and indexes add."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace

from isolint.frontends.sql.columns import column_of, key_columns, reference, split_items
from isolint.frontends.sql.lex import Token
from isolint.frontends.sql.statements import name_at
from isolint.model.sql import CreatedColumn, CreatedForeignKey, CreatedTable


@dataclass(slots=True)
class Draft:
    """One table; the fields are those of `CreatedTable`."""

    columns: dict[str, CreatedColumn] = field(default_factory=dict)
    uniques: list[tuple[str, ...]] = field(default_factory=list)
    primary_key: tuple[str, ...] = ()
    foreign_keys: list[CreatedForeignKey] = field(default_factory=list)
    like: str = ""
    altered: bool = True

    def add_column(self, tokens: list[Token]) -> None:
        """Add a column from its definition."""
        column = column_of(tokens)
        if column is None:
            return
        self.columns[column.name] = column
        if column.unique:
            self.uniques.append((column.name,))
        if column.primary:
            self.primary_key = (column.name,)
        if column.references_table:
            target = (column.references_column,) if column.references_column else ()
            self.foreign_keys.append(
                CreatedForeignKey((column.name,), column.references_table, column.references_schema, target)
            )

    def add_constraint(self, tokens: list[Token]) -> bool:
        """Add a table constraint; False if the tokens are a column's definition."""
        if tokens[0].upper == "CONSTRAINT":
            tokens = tokens[2:]
        word = tokens[0].upper if tokens else ""
        following = tokens[1].upper if len(tokens) > 1 else ""
        if word == "PRIMARY":
            self.primary_key = key_columns(tokens)
        elif word == "UNIQUE":
            self.uniques += [columns] if (columns := key_columns(tokens)) else []
        elif word == "FOREIGN" and following == "KEY":
            self._add_foreign_key(tokens)
        elif word == "LIKE":
            self.like = ".".join(name_at(tokens, 1)[0])
        elif not self._is_other_constraint(tokens):
            return False
        return True

    def finished(self, schema: str, name: str) -> CreatedTable:
        """The table, with the keys of one column noted on the column as well."""
        for columns in self.uniques:
            self._mark(columns, unique=True)
        self._mark(self.primary_key, primary=True, not_null=True)
        for key in self.foreign_keys:
            target = key.target_columns[0] if len(key.target_columns) == 1 else ""
            self._mark(key.columns, references_table=key.table, references_schema=key.schema, references_column=target)
        return CreatedTable(
            name,
            schema,
            tuple(self.columns.values()),
            tuple(dict.fromkeys(self.uniques)),
            self.primary_key,
            tuple(dict.fromkeys(self.foreign_keys)),
            self.like,
            self.altered,
        )

    def _add_foreign_key(self, tokens: list[Token]) -> None:
        at = next((i for i, token in enumerate(tokens) if token.upper == "REFERENCES"), len(tokens))
        schema, table, target = reference(tokens, at)
        if table:
            self.foreign_keys.append(CreatedForeignKey(key_columns(tokens), table, schema, target))

    @staticmethod
    def _is_other_constraint(tokens: list[Token]) -> bool:
        word = tokens[0].upper if tokens else "CHECK"
        following = tokens[1] if len(tokens) > 1 else None
        if word in {"CHECK", "EXCLUDE"}:
            return True
        is_index = following is not None and (following.text == "(" or following.text.startswith("`"))
        return word in {"KEY", "INDEX", "FULLTEXT", "SPATIAL"} and is_index

    def _mark(self, columns: tuple[str, ...], **marks: object) -> None:
        if len(columns) == 1 and columns[0] in self.columns:
            self.columns[columns[0]] = replace(self.columns[columns[0]], **marks)


@dataclass(slots=True)
class Drafts:
    """The tables of one text by schema and name."""

    tables: dict[tuple[str, str], Draft] = field(default_factory=dict)

    def create(self, name: list[str], rest: list[Token]) -> None:
        """Read what stands behind `CREATE TABLE name`; a table that was created before is kept (IF NOT EXISTS)."""
        draft = self._draft(name)
        if not draft.altered:
            return
        draft.altered = False
        items, behind = split_items(rest)
        for item in items:
            if not draft.add_constraint(item):
                draft.add_column(item)
        for at, token in enumerate(behind[:12]):
            if token.upper == "INHERITS" or (token.upper == "OF" and at and behind[at - 1].upper == "PARTITION"):
                draft.like = ".".join(name_at(behind, at + 1 + (token.upper == "INHERITS"))[0])

    def alter(self, name: list[str], rest: list[Token]) -> None:
        """Read what stands behind `ALTER TABLE name`: columns and constraints that it adds."""
        actions, _ = split_items(rest, bare=True)
        for action in actions:
            if action[0].upper != "ADD":
                continue
            added = action[1:]
            while added and added[0].upper in {"COLUMN", "IF", "NOT", "EXISTS"}:
                added = added[1:]
            draft = self._draft(name)
            if added and not draft.add_constraint(added):
                draft.add_column(added)

    def unique_index(self, rest: list[Token]) -> None:
        """Read what stands behind `CREATE UNIQUE INDEX`; a partial index is no key."""
        at = next((i for i, token in enumerate(rest) if token.upper == "ON"), len(rest))
        name, end = name_at(rest, at + 1 + (at + 1 < len(rest) and rest[at + 1].upper == "ONLY"))
        columns = key_columns(rest[end:])
        if name and columns and not any(token.upper == "WHERE" for token in rest[end:]):
            self._draft(name).uniques.append(columns)

    def finished(self) -> tuple[CreatedTable, ...]:
        """All tables; those of which nothing is known but that they were altered are left out."""
        done = (draft.finished(schema, name) for (schema, name), draft in self.tables.items())
        return tuple(done)

    def _draft(self, name: list[str]) -> Draft:
        return self.tables.setdefault((name[-2] if len(name) > 1 else "", name[-1]), Draft())
