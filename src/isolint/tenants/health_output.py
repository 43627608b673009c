"""The health of tenants for people and programs; it decides nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence

from isolint.tenants.fitness import Health


def render(found: Sequence[Health], form: str) -> str:
    """The health of these tenants as `text` or `json`."""
    return _json(found) if form == "json" else _text(found)


def _text(found: Sequence[Health]) -> str:
    lines = [str(item) for item in found]
    if len(found) > 1:
        healthy = sum(item.healthy for item in found)
        lines.append(f"{len(found)} tenants: {healthy} healthy, {len(found) - healthy} not")
    return "\n".join(lines) + "\n"


def _json(found: Sequence[Health]) -> str:
    healthy = sum(item.healthy for item in found)
    summary = {"tenants": len(found), "healthy": healthy, "faults": sum(len(item.faults) for item in found)}
    document = {"format": 1, "summary": summary, "tenants": [_tenant(item) for item in found]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _tenant(health: Health) -> dict[str, object]:
    return {
        "schema": health.schema,
        "healthy": health.healthy,
        "reference": health.reference,
        "tables": health.tables,
        "checked": [str(check) for check in health.checked],
        "faults": [{"check": str(f.check), "name": f.name, "message": f.message} for f in health.faults],
        "unchecked": [{"check": str(check), "why": why} for check, why in health.unchecked],
    }
