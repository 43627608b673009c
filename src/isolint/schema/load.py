"""From references to schemas."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from isolint.schema.model import Schema
from isolint.schema.references import Reference, parse


def load(text: str) -> Schema:
    """The schema that a reference names. Raises SchemaError when it cannot be read."""
    return load_reference(parse(text))


def load_pair(first: str, second: str) -> tuple[Schema, Schema]:
    """Two schemas; when both are in one database they are read together, in one view of it."""
    one, other = parse(first), parse(second)
    if one.form == other.form == "live" and one.target == other.target:
        from isolint.schema.sources.live import load_live

        names = (one.schema or "public", other.schema or "public")
        read = load_live(one, tuple(dict.fromkeys(names)))
        origin = replace(read[-1].origin, label=other.shown)
        return read[0], replace(read[-1], origin=origin)
    return load_reference(one), load_reference(other)


def load_reference(reference: Reference) -> Schema:
    """The schema of a parsed reference."""
    if reference.form == "live":
        from isolint.schema.sources.live import load_live

        return load_live(reference, rights=True)[0]
    from isolint.schema.sources import files

    return files.load_files(reference)


@contextmanager
def closing() -> Iterator[None]:
    """Stop the throwaway server, if one was started in the block."""
    try:
        yield
    finally:
        server = sys.modules.get("isolint.schema.throwaway.server")
        if server is not None:
            server.SHARED.close()
