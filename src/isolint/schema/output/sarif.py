"""For code scanning: SARIF 2.1.0, located in the file that makes the candidate, or else in the reference's."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from isolint.schema.difference import Change, Comparison, Difference
from isolint.schema.output import Options
from isolint.schema.output.words import place, rule_id, rule_name, sentence, subject, verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "SRCROOT"
LEVELS = {Change.MISSING: "error", Change.CHANGED: "error", Change.EXTRA: "warning"}
SHORT = {
    Change.MISSING: "The candidate lacks something that the reference has.",
    Change.CHANGED: "The candidate defines something differently from the reference.",
    Change.EXTRA: "The candidate has something that the reference lacks.",
}


def render(comparison: Comparison, options: Options) -> str:
    """One run; tables that were busy and kinds that were not compared are notifications."""
    rules = {rule_id(d): d for d in comparison.differences}
    order = {name: at for at, name in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "isolint",
                "version": options.version,
                "informationUri": "https://pypi.org/project/isolint/",
                "rules": [_rule(name, difference) for name, difference in rules.items()],
            }
        },
        "invocations": [_invocation(comparison)],
        "originalUriBaseIds": {ROOT: {"uri": Path.cwd().as_uri() + "/"}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(comparison, d, order[rule_id(d)]) for d in comparison.differences],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(name: str, difference: Difference) -> dict[str, Any]:
    return {
        "id": name,
        "name": rule_name(difference),
        "shortDescription": {"text": f"{difference.change.capitalize()} {difference.kind}"},
        "fullDescription": {"text": SHORT[difference.change]},
        "defaultConfiguration": {"level": LEVELS[difference.change]},
    }


def _result(comparison: Comparison, difference: Difference, index: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": rule_id(difference),
        "ruleIndex": index,
        "level": LEVELS[difference.change],
        "message": {"text": sentence(difference)},
        "partialFingerprints": {"isolint/v1": _fingerprint(difference)},
    }
    path, line = place(comparison, difference)
    logical = {"logicalLocations": [{"fullyQualifiedName": subject(difference)}]}
    if path:
        physical = {"artifactLocation": _artifact(path), "region": {"startLine": line}}
        found["locations"] = [{"physicalLocation": physical, **logical}]
    else:
        found["locations"] = [logical]
    return found


def _fingerprint(difference: Difference) -> str:
    parts = (difference.kind, difference.change, difference.table, difference.name)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _artifact(path: str) -> dict[str, str]:
    given = PurePath(path)
    if given.is_absolute():
        try:
            given = given.relative_to(Path.cwd())
        except ValueError:
            return {"uri": given.as_uri()}
    return {"uri": quote(given.as_posix()), "uriBaseId": ROOT}


def _invocation(comparison: Comparison) -> dict[str, Any]:
    notes = [("warning", f"{name} is being altered and was not compared") for name in comparison.busy]
    notes += [("warning", f"not read: {text}") for text in comparison.unread]
    notes += [("note", f"not compared: {text}") for text in comparison.not_compared]
    notes += [("note", verdict(comparison))]
    return {
        "executionSuccessful": not comparison.partial,
        "toolExecutionNotifications": [{"level": level, "message": {"text": text}} for level, text in notes],
    }
