"""From references to schemas."""

from __future__ import annotations

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
        return read[0], read[-1]
    return load_reference(one), load_reference(other)


def load_reference(reference: Reference) -> Schema:
    """The schema of a parsed reference."""
    if reference.form == "live":
        from isolint.schema.sources.live import load_live

        return load_live(reference)[0]
    from isolint.schema.sources import files

    return files.load_files(reference)
