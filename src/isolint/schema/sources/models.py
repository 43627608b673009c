"""SQLAlchemy metadata, as the SQL that SQLAlchemy writes for PostgreSQL. Naming it imports the module."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import Any

from isolint.errors import SchemaError
from isolint.schema.model import Kind, Origin, Schema
from isolint.schema.references import Reference
from isolint.schema.statements import Statement

KINDS = frozenset((Kind.TABLE, Kind.COLUMN, Kind.CONSTRAINT, Kind.INDEX, Kind.TYPE, Kind.SEQUENCE, Kind.COMMENT))


def load_models(reference: Reference) -> Schema:
    """The tables of the module's metadata. Raises SchemaError when it cannot be imported or has none."""
    from isolint.schema.sources.ddl import load_statements

    module = _imported(reference)
    found = _metadata(module)
    if not found:
        raise SchemaError(f"{reference.shown}: the module has no SQLAlchemy metadata with tables (`Base`, `metadata`)")
    statements = [Statement(sql, reference.target, 1) for metadata in found for sql in _ddl(metadata)]
    schema = load_statements(reference, statements, Origin(reference.shown, getattr(module, "__file__", "") or ""))
    return replace(schema, kinds=KINDS & schema.kinds)


def _imported(reference: Reference) -> ModuleType:
    sys.path.insert(0, "")
    try:
        return import_module(reference.target)
    except ImportError as error:
        raise SchemaError(f"{reference.shown}: cannot be imported: {error}") from None
    finally:
        sys.path.remove("")


def _metadata(module: ModuleType) -> list[Any]:
    """MetaData objects of the module, by themselves or behind a declarative base."""
    from sqlalchemy import MetaData

    found: dict[int, Any] = {}
    for value in vars(module).values():
        metadata = value if isinstance(value, MetaData) else getattr(value, "metadata", None)
        if isinstance(metadata, MetaData) and metadata.tables:
            found[id(metadata)] = metadata
    return list(found.values())


def _ddl(metadata: Any) -> Iterator[str]:
    from sqlalchemy import create_mock_engine

    made: list[str] = []

    def note(sql: Any, *_: Any, **__: Any) -> None:
        made.append(str(sql.compile(dialect=engine.dialect)))

    engine: Any = create_mock_engine("postgresql+psycopg://", note)
    schemas = {table.schema for table in metadata.sorted_tables if table.schema}
    yield from (f'CREATE SCHEMA IF NOT EXISTS "{schema}"' for schema in sorted(schemas))
    metadata.create_all(engine, checkfirst=False)
    yield from (sql.strip() for sql in made)
