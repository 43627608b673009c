"""What a reference to a file, folder, module or function is, and who reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from isolint.errors import SchemaError
from isolint.schema.model import Origin, Schema
from isolint.schema.references import Reference
from isolint.schema.statements import read

OPTIONS = {
    "models": {"schema", "offline"},
    "function": {"setup", "args", "schema", "offline"},
    ".json": set[str](),
    ".prisma": {"offline"},
}
SQL_OPTIONS = {"setup", "schema", "offline"}


def load_files(reference: Reference) -> Schema:
    """The schema of a reference that names no database. Raises SchemaError."""
    path = Path(reference.target)
    form = path.suffix if reference.form == "file" else reference.form
    unknown = set(reference.options) - OPTIONS.get(form, SQL_OPTIONS)
    if unknown:
        raise SchemaError(f"{reference.shown}: there is no parameter {', '.join(sorted(unknown))} for this reference")
    if reference.form == "models":
        from isolint.schema.sources.models import load_models

        return load_models(reference)
    if reference.form == "function":
        from isolint.schema.sources.function import load_function

        return load_function(reference)
    if not path.exists():
        raise SchemaError(f"{reference.shown}: there is no such file or folder")
    return _reader(path)(reference, path)


def _reader(path: Path) -> Callable[[Reference, Path], Schema]:
    if path.is_dir():
        from isolint.schema.sources.migrations import load_migrations

        return load_migrations
    if path.suffix == ".json":
        from isolint.schema.sources.snapshot import load_snapshot

        return lambda reference, file: load_snapshot(reference, file)
    if path.suffix == ".prisma":
        from isolint.schema.sources.prisma import load_prisma

        return load_prisma
    return _load_ddl


def _load_ddl(reference: Reference, path: Path) -> Schema:
    from isolint.schema.sources.ddl import load_statements, places_of, setup

    statements = [*setup(reference), *read(path, str(path))]
    return load_statements(reference, statements, Origin(reference.shown, str(path), places_of(statements)))
