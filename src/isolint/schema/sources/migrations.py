"""A folder of migrations in SQL: plain files, Prisma, Flyway, Supabase, and what other tools print as SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from isolint.errors import SchemaError
from isolint.schema.model import Origin, Schema
from isolint.schema.references import Reference
from isolint.schema.statements import Statement, read

_DOWN = re.compile(r"(^|[._-])(down|undo|rollback|revert)([._-]|\.sql$)|^U\d", re.IGNORECASE)
_FLYWAY = re.compile(r"V(\d+(?:[._]\d+)*)__", re.IGNORECASE)
_NUMBER = re.compile(r"(\d+)")


def load_migrations(reference: Reference, folder: Path) -> Schema:
    """The schema that all migrations make, in their order."""
    from isolint.schema.sources.ddl import load_statements

    files = migrations(folder)
    if not files:
        raise SchemaError(f"{reference.shown}: {_nothing(folder)}")
    statements: list[Statement] = []
    for file in files:
        statements += read(file, str(file))
    return load_statements(reference, statements, Origin(reference.shown, str(files[-1])))


def migrations(folder: Path) -> list[Path]:
    """The files that go forward, in the order in which their tool runs them; Flyway's repeatable ones last."""
    found = [path for path in folder.rglob("*.sql") if not _DOWN.search(path.name)]
    return sorted(found, key=lambda path: tuple(_key(path, folder)))


def _key(path: Path, folder: Path) -> Iterator[tuple[int, tuple[tuple[int, int, str], ...]]]:
    for part in path.relative_to(folder).parts:
        versioned = _FLYWAY.match(part)
        if versioned:
            yield 0, tuple((0, int(n), "") for n in re.split(r"[._]", versioned[1]))
        else:
            yield int(part.upper().startswith("R__")), tuple(_natural(part))


def _natural(text: str) -> Iterator[tuple[int, int, str]]:
    """Numbers by value, so that 2 comes before 10."""
    for piece in _NUMBER.split(text):
        if piece:
            yield (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)


def _nothing(folder: Path) -> str:
    python = any(folder.rglob("*.py"))
    if python and (folder / "versions").is_dir():
        return "these are Alembic's Python files: write `alembic upgrade head --sql > all.sql` and name that file"
    if python:
        return "these are Python files: write `python manage.py sqlmigrate APP NAME` for each into .sql files"
    return "there is no .sql file in this folder"
