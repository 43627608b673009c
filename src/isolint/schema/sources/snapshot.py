"""Snapshots: a schema as JSON, with all that the model holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from isolint.errors import SchemaError
from isolint.schema.model import Origin, Schema
from isolint.schema.references import Reference

FORMAT = 1
"""Raise when the meaning of a field changes; older snapshots are then refused."""

NAME = "isolint schema snapshot"


def dump(schema: Schema) -> str:
    """The schema as JSON; keys in a fixed order, so that two snapshots can be compared as text."""
    import msgspec

    body = json.loads(msgspec.json.encode(schema))
    body["kinds"] = sorted(body["kinds"])
    document = {"what": NAME, "format": FORMAT, "schema": body}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def load_snapshot(reference: Reference, path: Path) -> Schema:
    """The schema in a snapshot. Raises SchemaError for other JSON and for other formats."""
    import msgspec

    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SchemaError(f"{reference.shown}: cannot be read as JSON: {error}") from None
    if not isinstance(document, dict) or document.get("what") != NAME:
        raise SchemaError(f"{reference.shown}: is no snapshot; `isolint schema snapshot REF --output FILE` writes one")
    if document.get("format") != FORMAT:
        found = document.get("format")
        raise SchemaError(
            f"{reference.shown}: has format {found} and this isolint reads {FORMAT}: write the snapshot anew"
        )
    try:
        schema = msgspec.convert(document.get("schema"), Schema)
    except msgspec.ValidationError as error:
        raise SchemaError(f"{reference.shown}: is damaged: {error}") from None
    return replace(schema, origin=Origin(reference.shown, "", (), schema.origin.server))
