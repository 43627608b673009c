"""What of isolint itself decides over a result: its version, and the files that it was run from."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b

import isolint
from isolint.shipped import rules_folder

_PARSERS = ("libcst", "sqlglot", "tree_sitter", "tree_sitter_javascript", "tree_sitter_typescript")


@cache
def reading_version() -> bytes:
    """A digest of what makes facts out of text: the frontends' own files, and the parsers' packages."""
    package = os.path.dirname(isolint.__file__)
    own = [stamp for folder in ("frontends", "model") for stamp in _files(os.path.join(package, folder), folder)]
    return _digest([isolint.__version__, sorted(own), _parsers()])


@cache
def judging_version() -> bytes:
    """A digest of what makes reports out of texts: isolint's files and rules, the parsers' packages, and Python."""
    own = [*_files(os.path.dirname(isolint.__file__), ""), *_files(rules_folder(), "rules")]
    return _digest([isolint.__version__, sys.version, sorted(own), _parsers()])


def _digest(value: object) -> bytes:
    return blake2b(repr(value).encode(), digest_size=20).digest()


def _files(folder: str, path: str) -> Iterator[tuple[str, int, int]]:
    """Path, size in bytes and time of change of every file below a folder, but for what Python makes of them."""
    with os.scandir(folder) as entries:
        for entry in entries:
            inner = f"{path}/{entry.name}"
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path, inner)
            else:
                status = entry.stat()
                yield inner, status.st_size, status.st_mtime_ns


def _parsers() -> list[tuple[str, int, int]]:
    return [stamp for name in _PARSERS for stamp in _package(name)]


def _package(name: str) -> Iterator[tuple[str, int, int]]:
    """The first file of a package. Asking the import system for all of them takes as long as a small scan."""
    for folder in sys.path:
        try:
            status = os.stat(os.path.join(folder, name, "__init__.py"))
        except OSError:
            continue
        yield name, status.st_size, status.st_mtime_ns
        return
    from importlib.util import find_spec

    spec = find_spec(name)
    if spec is not None and spec.origin and os.path.exists(spec.origin):
        status = os.stat(spec.origin)
        yield name, status.st_size, status.st_mtime_ns
