"""Which files are read in which language, and by which frontend; frontends are imported when first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import PurePosixPath

from isolint.model.source import Language

_BY_SUFFIX = {
    ".py": Language.PYTHON,
    ".pyi": Language.PYTHON,
    ".ts": Language.TYPESCRIPT,
    ".tsx": Language.TYPESCRIPT,
    ".mts": Language.TYPESCRIPT,
    ".cts": Language.TYPESCRIPT,
    ".js": Language.TYPESCRIPT,
    ".jsx": Language.TYPESCRIPT,
    ".mjs": Language.TYPESCRIPT,
    ".cjs": Language.TYPESCRIPT,
    ".sql": Language.SQL,
    ".prisma": Language.PRISMA,
}

_READERS = {
    Language.PYTHON: ("isolint.frontends.python", "lower"),
    Language.SQL: ("isolint.frontends.sql", "tables_of_ddl"),
}
"""Languages that are judged. TypeScript has a frontend and no data layers yet: until it has, its files are counted as
not supported, because a scan that finds no access in them would say that all is well.
"""


def language_of(path: str) -> Language | None:
    """The language of a file by its name, None for a file that isolint does not read."""
    return _BY_SUFFIX.get(PurePosixPath(path).suffix.lower())


def supported(language: Language) -> bool:
    """Whether files of the language are judged."""
    return language in _READERS


@cache
def reader(language: Language) -> Callable[[str], object]:
    """The frontend's function from text to facts: `FileFacts` for code, created tables for schema languages."""
    module, name = _READERS[language]
    function: Callable[[str], object] = getattr(import_module(module), name)
    return function


def declares_tables(language: Language) -> bool:
    """Whether files of the language hold table definitions rather than code."""
    return language in {Language.SQL, Language.PRISMA}
