"""For code scanning: the findings of the scan and the differences of the schemas in one run of SARIF 2.1.0."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

from isolint.model.audit import Audit, Drift, Gap, State
from isolint.output import RenderOptions
from isolint.output.audit._words import gap_name, head
from isolint.output.sarif import FINGERPRINT, ROOT
from isolint.output.sarif import render as render_report

LEVELS = {"missing": "error", "changed": "error", "extra": "warning"}


def render(audit: Audit, options: RenderOptions) -> str:
    """The report's run with further rules and results; schemas that were not read are notifications."""
    document = json.loads(render_report(audit.report, options))
    (run,) = document["runs"]
    rules: list[dict[str, Any]] = run["tool"]["driver"]["rules"]
    positions = {rule["id"]: at for at, rule in enumerate(rules)}
    for drift in audit.drifts:
        for gap in drift.gaps:
            if gap.rule not in positions:
                positions[gap.rule] = len(rules)
                rules.append(_rule(gap))
            run["results"].append(_result(drift, gap, positions[gap.rule]))
    invocation = run["invocations"][0]
    for drift in audit.drifts:
        if drift.state not in (State.COMPLETE, State.DIFFERS):
            invocation["executionSuccessful"] = False
            invocation["toolExecutionNotifications"].append({"level": "error", "message": {"text": head(drift)}})
    for sentence in audit.left_out:
        invocation["toolExecutionNotifications"].append({"level": "warning", "message": {"text": sentence}})
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(gap: Gap) -> dict[str, Any]:
    return {
        "id": gap.rule,
        "name": f"{gap.change}-{gap.kind.replace(' ', '-')}",
        "shortDescription": {"text": f"{gap.change.capitalize()} {gap.kind}"},
        "defaultConfiguration": {"level": LEVELS[gap.change]},
    }


def _result(drift: Drift, gap: Gap, index: int) -> dict[str, Any]:
    logical = [{"fullyQualifiedName": f"{gap.table}.{gap.name}" if gap.table else gap.name}]
    location: dict[str, Any] = {"logicalLocations": logical}
    if gap.place is not None:
        artifact = {"uri": quote(gap.place.path), "uriBaseId": ROOT}
        location["physicalLocation"] = {"artifactLocation": artifact, "region": {"startLine": gap.place.span.line}}
    parts = (gap.rule, drift.label, gap.table, gap.name)
    return {
        "ruleId": gap.rule,
        "ruleIndex": index,
        "level": LEVELS[gap.change],
        "message": {"text": f"{drift.label}: {gap.said or gap_name(gap)}"},
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()},
    }
