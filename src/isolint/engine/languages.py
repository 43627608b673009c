"""Which files are read in which language, and by which frontend; frontends are imported when first needed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from importlib import import_module

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
    Language.TYPESCRIPT: ("isolint.frontends.typescript", "lower"),
    Language.SQL: ("isolint.frontends.sql", "tables_of_ddl"),
    Language.PRISMA: ("isolint.frontends.prisma", "declarations"),
    Language.MANIFEST: ("isolint.frontends.manifest", "manifest"),
}
_CODE = frozenset({Language.PYTHON, Language.TYPESCRIPT})
_MANIFEST = re.compile(r"package\.json|[jt]sconfig(\.[\w-]+)?\.json")


def language_of(path: str) -> Language | None:
    """The language of a file by its name, None for a file that isolint does not read."""
    return _BY_SUFFIX.get(os.path.splitext(path)[1].lower())


def is_manifest(path: str) -> bool:
    """Whether a file tells how the modules of a package are called; such files are read and never reported on."""
    return path.endswith(".json") and _MANIFEST.fullmatch(path.rpartition("/")[2]) is not None


@cache
def reader(language: Language) -> Callable[[str], object]:
    """The frontend's function from text to facts: `FileFacts` for code, a part of `ContextFacts` for the others."""
    module, name = _READERS[language]
    function: Callable[[str], object] = getattr(import_module(module), name)
    return function


def holds_code(language: Language) -> bool:
    """Whether files of the language hold code, rather than table definitions or names of modules."""
    return language in _CODE
