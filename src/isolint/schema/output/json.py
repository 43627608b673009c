"""For programs: everything, as one JSON document."""

from __future__ import annotations

import json
from typing import Any

from isolint.schema.difference import Change, Comparison, Difference
from isolint.schema.model import Schema
from isolint.schema.output import Options
from isolint.schema.output.words import rule_id, verdict

FORMAT = 1


def render(comparison: Comparison, options: Options) -> str:
    """The comparison; keys are stable once released."""
    document = {
        "format": FORMAT,
        "version": options.version,
        "reference": _side(comparison.reference),
        "candidate": _side(comparison.candidate),
        "summary": {
            **{str(change): comparison.count(change) for change in Change},
            "busy": len(comparison.busy),
        },
        "verdict": verdict(comparison),
        "differences": [_difference(d) for d in comparison.differences],
        "busy": list(comparison.busy),
        "unread": list(comparison.unread),
        "not_compared": list(comparison.not_compared),
        "information": list(comparison.information),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _side(schema: Schema) -> dict[str, Any]:
    return {"source": schema.origin.label, "schema": schema.name, "tables": len(schema.tables)}


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "rule": rule_id(difference),
        "kind": str(difference.kind),
        "change": str(difference.change),
        "table": difference.table or (difference.name if difference.kind == "table" else ""),
        "name": difference.name,
        "reference": difference.reference or None,
        "candidate": difference.candidate or None,
        "attributes": list(difference.attributes),
    }
