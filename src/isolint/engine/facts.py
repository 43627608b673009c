"""What the engine keeps of a file: one encoded body, whatever its language."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import msgspec

from isolint.engine.languages import holds_code, reader
from isolint.model.code import DECODER, ENCODER, FileFacts, Trouble
from isolint.model.manifest import Manifest
from isolint.model.source import Language, Source
from isolint.model.sql import CreatedTable
from isolint.model.table import Declaration


class ContextFacts(msgspec.Struct, frozen=True, array_like=True):
    """What a file without code says about the project: the tables that its DDL creates or its models declare, or how
    modules are called; and what of it could not be read.
    """

    tables: tuple[CreatedTable, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    manifest: Manifest = Manifest()
    troubles: tuple[Trouble, ...] = ()


Facts = FileFacts | ContextFacts

_CONTEXT = msgspec.json.Decoder(ContextFacts)
_FIELDS = {Language.SQL: "tables", Language.PRISMA: "declarations", Language.MANIFEST: "manifest"}
"""The field of `ContextFacts` that a language's frontend fills."""
_TOO_DEEP = Trouble("too-deep", "nested too deeply to be analysed")


def encoded(source: Source) -> bytes:
    """Read a source with its language's frontend."""
    with _Naming(source.path):
        try:
            facts = reader(source.language)(source.text)
            return ENCODER.encode(facts if holds_code(source.language) else _context(source.language, facts))
        except RecursionError:
            return unread(source, _TOO_DEEP)


def unread(source: Source, trouble: Trouble) -> bytes:
    """The body of a source that no facts can be had of."""
    if not holds_code(source.language):
        return ENCODER.encode(ContextFacts(troubles=(trouble,)))
    return ENCODER.encode(FileFacts(source.language, source.text.count("\n") + 1, troubles=(trouble,)))


def decoded(language: Language, body: bytes) -> Facts:
    """The facts of a body."""
    return DECODER.decode(body) if holds_code(language) else _CONTEXT.decode(body)


def _context(language: Language, part: object) -> ContextFacts:
    fields: dict[str, Any] = {_FIELDS[language]: part}
    return ContextFacts(**fields)


class _Naming:
    """Lets an error that should not happen tell which file it happened in."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Nothing to set up."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is not None:
            error.add_note(f"while reading {self._path}")
