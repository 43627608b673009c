"""The JSON document, against its published schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

import isolint
from isolint.model.report import Report
from isolint.output import RenderOptions, render

SCHEMA = json.loads((Path(isolint.__file__).parent / "data" / "report.schema.json").read_text(encoding="utf-8"))


def document(report: Report, **options: bool) -> Any:
    return json.loads(render(report, "json", RenderOptions(**options)))


def test_documents_follow_the_published_schema(report: Report, empty: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(document(report), SCHEMA)
    jsonschema.validate(document(report, show_unknown=True, statistics=True), SCHEMA)
    jsonschema.validate(document(empty), SCHEMA)


def test_summary_counts_what_the_lists_hold(report: Report) -> None:
    found = document(report)
    assert found["summary"]["findings"] == {"error": 1, "warning": 1, "note": 1}
    assert sum(finding["suppressed"] is None for finding in found["findings"]) == 3
    assert found["summary"]["suppressed"] == 1
    assert found["summary"]["accesses"] == sum(found["summary"][key] for key in ("scoped", "unscoped", "unknown"))


def test_extras_are_there_on_request_only(report: Report) -> None:
    assert {"unknown", "statistics"} & document(report).keys() == set()
    assert {"unknown", "statistics"} <= document(report, show_unknown=True, statistics=True).keys()
