"""What the engine keeps of a file: one encoded body, whatever its language."""

from __future__ import annotations

from types import TracebackType

import msgspec

from isolint.engine.languages import declares_tables, reader
from isolint.model.code import DECODER, ENCODER, FileFacts, Trouble
from isolint.model.source import Language, Source
from isolint.model.sql import CreatedTable


class TableFacts(msgspec.Struct, frozen=True, array_like=True):
    """The tables that a schema file creates, and what of it could not be read."""

    tables: tuple[CreatedTable, ...] = ()
    troubles: tuple[Trouble, ...] = ()


Facts = FileFacts | TableFacts

_TABLES = msgspec.json.Decoder(TableFacts)
_TOO_DEEP = Trouble("too-deep", "nested too deeply to be analysed")


def encoded(source: Source) -> bytes:
    """Read a source with its language's frontend."""
    with _Naming(source.path):
        try:
            facts = reader(source.language)(source.text)
            return ENCODER.encode((facts, ()) if declares_tables(source.language) else facts)
        except RecursionError:
            return unread(source, _TOO_DEEP)


def unread(source: Source, trouble: Trouble) -> bytes:
    """The body of a source that no facts can be had of."""
    if declares_tables(source.language):
        return ENCODER.encode(TableFacts(troubles=(trouble,)))
    return ENCODER.encode(FileFacts(source.language, source.text.count("\n") + 1, troubles=(trouble,)))


def decoded(language: Language, body: bytes) -> Facts:
    """The facts of a body."""
    return _TABLES.decode(body) if declares_tables(language) else DECODER.decode(body)


class _Naming:
    """Lets an error that should not happen tell which file it happened in."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Nothing to set up."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is not None:
            error.add_note(f"while reading {self._path}")
