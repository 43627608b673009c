"""A folder of migrations in SQL: plain files, Prisma, Flyway, Supabase, and what other tools print as SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from isolint.errors import SchemaError
from isolint.schema.model import Origin, Schema
from isolint.schema.references import Reference
from isolint.schema.statements import Statement, read

_DOWN = re.compile(r"(^|[._-])(down|undo|rollback|revert)([._-]|\.sql$)|^U\d", re.IGNORECASE)
_FLYWAY = re.compile(r"(?P<kind>V|B)(?P<version>\d+(?:[._]\d+)*)__|(?P<repeatable>R)__", re.IGNORECASE)
_NUMBER = re.compile(r"(\d+)")


def load_migrations(reference: Reference, folder: Path) -> Schema:
    """The schema that all migrations make, in their order."""
    from isolint.schema.sources.ddl import load_statements, places_of, setup

    files = migrations(folder)
    if not files:
        raise SchemaError(f"{reference.shown}: {_nothing(folder)}")
    statements: list[Statement] = setup(reference)
    for file in files:
        statements += read(file, str(file))
    return load_statements(reference, statements, Origin(reference.shown, str(files[-1]), places_of(statements)))


def migrations(folder: Path) -> list[Path]:
    """The files that go forward, in the order in which their tool runs them."""
    found = [path for path in folder.rglob("*.sql") if not _DOWN.search(path.name)]
    if any(_FLYWAY.match(path.name) for path in found):
        return _flyway(found)
    return sorted(found, key=lambda path: [tuple(_natural(part)) for part in path.relative_to(folder).parts])


def _flyway(found: Sequence[Path]) -> list[Path]:
    """The newest baseline, the later versions whatever their folder, the repeatable ones by name; no callbacks."""
    named = [(path, match) for path in found if (match := _FLYWAY.match(path.name))]
    versioned = sorted((_version(match), match["kind"].upper(), path) for path, match in named if match["kind"])
    base = max((version for version, kind, _ in versioned if kind == "B"), default=())
    forward = [path for version, kind, path in versioned if version > base or (kind, version) == ("B", base)]
    return forward + sorted((path for path, match in named if match["repeatable"]), key=lambda path: path.name)


def _version(match: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(number) for number in re.split(r"[._]", match["version"]))


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
