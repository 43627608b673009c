"""SARIF: its structure, and the judgement of Microsoft's validator where npm is at hand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from isolint.model.finding import Recorded, State
from isolint.model.report import Report
from isolint.model.tenancy import Tenancy
from isolint.output import RenderOptions, render

MULTITOOL = "@microsoft/sarif-multitool@5"


def sarif(report: Report, *, show_unknown: bool = False) -> str:
    return render(report, "sarif", RenderOptions(show_unknown=show_unknown))


def run_of(report: Report, *, show_unknown: bool = False) -> Any:
    document = json.loads(sarif(report, show_unknown=show_unknown))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return run


def objects(value: Any, key: str) -> list[Any]:
    """All values under `key`, however deep."""
    if isinstance(value, list):
        return [found for item in value for found in objects(item, key)]
    if isinstance(value, dict):
        own = [value[key]] if key in value else []
        return own + [found for item in value.values() for found in objects(item, key)]
    return []


def test_results_point_at_their_rules(report: Report) -> None:
    run = run_of(report, show_unknown=True)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_level_is_that_of_the_finding(report: Report) -> None:
    assert [result["level"] for result in run_of(report)["results"]] == ["error", "warning", "error", "note"]


def test_uris_are_percent_encoded_and_relative_to_the_root(report: Report) -> None:
    run = run_of(report)
    locations = objects(run, "artifactLocation")
    assert {location["uriBaseId"] for location in locations} == set(run["originalUriBaseIds"]) == {"SRCROOT"}
    assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == "file:///srv/shop/"
    uris = {location["uri"] for location in locations}
    assert "src/a%C3%B1o%201%25/a%20b.py" in uris
    assert all(re.fullmatch(r"[\w./%-]+", uri, re.ASCII) and not uri.startswith("/") for uri in uris)
    assert {finding.place.path for finding in report.findings} <= {unquote(uri) for uri in uris}


def test_root_in_memory_has_no_uri(report: Report) -> None:
    assert "uri" not in run_of(replace(report, root="."))["originalUriBaseIds"]["SRCROOT"]


def test_snippet_is_the_text_of_the_region(report: Report) -> None:
    regions = [result["locations"][0]["physicalLocation"]["region"] for result in run_of(report)["results"]]
    assert [region["snippet"]["text"] for region in regions] == [
        "session.get(Campaign, campaign_id)",
        "rows = query(\n        body.org_id,\n    )",
        "x = 1",
        "db.raw('Ünïcødé ☃', `x`)",
    ]


def test_flow_ends_at_the_finding(report: Report) -> None:
    result = run_of(report)["results"][0]
    (flow,) = result["codeFlows"]
    steps = [location["location"] for location in flow["threadFlows"][0]["locations"]]
    assert [step["physicalLocation"]["artifactLocation"]["uri"] for step in steps] == [
        "src/models.py",
        "src/api/campaigns.py",
        "src/api/campaigns.py",
    ]
    assert steps[-1]["physicalLocation"]["region"]["startLine"] == 12
    assert [place["id"] for place in result["relatedLocations"]] == [1, 2]


def test_suppressed_results_are_marked_and_not_dropped(report: Report) -> None:
    (result,) = [result for result in run_of(report)["results"] if "suppressions" in result]
    (suppression,) = result["suppressions"]
    assert suppression["kind"] == "inSource"
    assert suppression["justification"] == "audited by hand"


def test_fingerprints_are_given(report: Report) -> None:
    assert [result["partialFingerprints"] for result in run_of(report)["results"]] == [
        {"isolint/v1": finding.fingerprint} for finding in report.findings
    ]


def test_undecided_accesses_are_open_and_on_request_only(report: Report) -> None:
    (result,) = [result for result in run_of(report, show_unknown=True)["results"] if result.get("kind") == "open"]
    assert result["level"] == "none"
    assert all("kind" not in result for result in run_of(report)["results"])


def test_rules_carry_what_code_scanning_reads(report: Report) -> None:
    rule = run_of(report)["tool"]["driver"]["rules"][0]
    assert {"text", "markdown"} == rule["help"].keys()
    assert rule["properties"] == {
        "tags": ["security", "tenant-isolation", "external/cwe/cwe-639", "external/owasp/api1:2023"],
        "precision": "high",
        "problem.severity": "error",
        "security-severity": "8.6",
    }


def test_problems_are_notifications_of_a_run_that_did_not_succeed(report: Report, empty: Report) -> None:
    (invocation,) = run_of(report)["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [note["descriptor"]["id"] for note in invocation["toolExecutionNotifications"]] == [
        "unparsable",
        "undecodable",
    ]
    assert [note["level"] for note in invocation["toolConfigurationNotifications"]] == ["warning"]
    (whole,) = run_of(empty)["invocations"]
    assert whole["executionSuccessful"] is True
    (missing,) = run_of(replace(report, tenancy=Tenancy(), problems=()))["invocations"]
    assert missing["executionSuccessful"] is False


@pytest.fixture(scope="session")
def validate(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """The errors and warnings of the validator, whose exit code says nothing about them."""
    npm = shutil.which("npm")
    if npm is None or sys.platform != "linux":
        pytest.skip("the SARIF validator needs npm, and is run here from its Linux package")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "isolint-tests" / "sarif"
    binary = home / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    if not binary.exists():
        home.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(home), MULTITOOL]
        installed = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if not binary.exists():
            pytest.skip(f"npm cannot install the SARIF validator: {installed.stderr.strip()[-200:]}")
    binary.chmod(0o755)

    def run(text: str) -> list[str]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp()))
        (folder / "a.sarif").write_text(text, encoding="utf-8")
        levels = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]
        command = [str(binary), "validate", str(folder / "a.sarif"), *levels]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert "1 files scanned" in done.stdout, done.stdout + done.stderr
        return [line for line in done.stdout.splitlines() if re.search(r": (error|warning) ", line)]

    return run


def compared(report: Report) -> Report:
    """The report after a comparison: one finding is new, one was touched, the others were known."""
    states = [State.NEW, State.UPDATED, None, State.UNCHANGED]
    marked = [replace(item, state=state) for item, state in zip(report.findings, states, strict=True)]
    gone = Recorded("src/old.py", "ISO102", "read", "Campaign", "x = 1", "0" * 16, 2)
    return replace(report, findings=tuple(marked), compared=("main",), absent=(gone,))


def test_what_is_known_is_marked_and_not_dropped(report: Report) -> None:
    run = run_of(compared(report))
    assert [result.get("baselineState") for result in run["results"]] == ["new", "updated", None, "unchanged"]
    notes = run["invocations"][0]["toolConfigurationNotifications"]
    assert [note["message"]["text"] for note in notes if note["descriptor"]["id"] == "baseline-entry-absent"] == [
        "src/old.py: ISO102 in read is in the baseline and not found any more, 2 times",
        "`isolint baseline --prune` takes them out",
    ]


def test_validator_has_no_objection(report: Report, empty: Report, validate: Callable[[str], list[str]]) -> None:
    for given in (report, empty, replace(report, tenancy=Tenancy()), compared(report)):
        assert validate(sarif(given, show_unknown=True)) == []


def test_validator_would_object_to_a_wrong_document(report: Report, validate: Callable[[str], list[str]]) -> None:
    document = json.loads(sarif(report))
    region = document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    region["endLine"] = region["startLine"] - 1
    del document["runs"][0]["results"][1]["locations"]
    complaints = validate(json.dumps(document))
    assert any("error" in line for line in complaints)
    assert len(complaints) >= 2
