"""For programs: the audit's JSON, with the names that audits of this kind have always had, and the evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from isolint.model.audit import Audit, Drift, Gap, State
from isolint.model.evidence import Step
from isolint.model.routes import Reach, Route
from isolint.model.source import Place
from isolint.output import RenderOptions
from isolint.output.json import render as render_report

FORMAT = 1
"""Raised when a key changes its meaning or goes; new keys do not count."""
COMPARED = (State.COMPLETE, State.DIFFERS)


def render(audit: Audit, options: RenderOptions) -> str:
    """`missingTables` … `extraTables` speak of what provisioning makes, else of all tenants together; `schemas` holds
    each by itself.
    """
    compared = [drift for drift in audit.drifts if drift.state in COMPARED]
    compared = next(([drift] for drift in compared if not drift.tenants), compared)
    document: dict[str, Any] = {
        "format": FORMAT,
        "isolint": audit.report.version,
        "reference": audit.reference,
        "compared": ", ".join(drift.label for drift in compared),
        "missingTables": _names(compared, "missing"),
        "missingColumns": _by_table(compared, "column"),
        "missingConstraints": _by_table(compared, "constraint"),
        "missingIndexes": _by_table(compared, "index"),
        "extraTables": _names(compared, "extra"),
        "actions": [{"do": a.sentence, "count": a.count, "examples": list(a.examples)} for a in audit.actions],
        "leftOut": list(audit.left_out),
        "schemas": [_drift(drift) for drift in audit.drifts],
        "routes": _routes(audit.reached),
        "report": json.loads(render_report(audit.report, options)),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _names(drifts: Iterable[Drift], change: str) -> list[str]:
    return sorted({gap.name for drift in drifts for gap in drift.of("table", change)})


def _by_table(drifts: Iterable[Drift], kind: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for gap in (gap for drift in drifts for gap in drift.of(kind)):
        names = found.setdefault(gap.table, [])
        names += [gap.name] * (gap.name not in names)
    return found


def _drift(drift: Drift) -> dict[str, Any]:
    return {
        "schema": drift.label,
        "state": str(drift.state),
        "note": drift.note,
        "tenants": drift.tenants,
        "differences": [_gap(gap) for gap in drift.gaps],
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "rule": gap.rule,
        "kind": gap.kind,
        "change": gap.change,
        "table": gap.table,
        "name": gap.name,
        "reference": gap.reference,
        "candidate": gap.candidate,
        "routes": gap.routes,
        "fallsThrough": gap.falls_through,
        "place": place(gap.place),
    }


def _routes(reached: Iterable[Reach]) -> list[dict[str, Any]]:
    found: dict[Route, list[Reach]] = {}
    for item in reached:
        found.setdefault(item.route, []).append(item)
    return [{**route_facts(route), "accesses": [access(item) for item in items]} for route, items in found.items()]


def route_facts(route: Route) -> dict[str, Any]:
    """What a route is."""
    return {
        "path": route.path,
        "line": route.line,
        "name": route.name,
        "address": route.address,
        "role": str(route.role),
    }


def access(item: Reach) -> dict[str, Any]:
    """One access with its trail."""
    return {
        "table": item.table,
        "operation": str(item.operation),
        "confinement": str(item.confinement),
        "reason": str(item.reason),
        "subject": item.subject,
        "place": place(item.place),
        "trail": [_step(step) for step in item.trail],
    }


def place(at: Place | None) -> dict[str, Any] | None:
    """A place as in a report."""
    return {"path": at.path, **at.span._asdict()} if at else None


def _step(step: Step) -> dict[str, Any]:
    return {"message": step.message, "assumed": step.assumed, "place": place(step.place)}
