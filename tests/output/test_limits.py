"""What GitHub does not take is left out by us, the least telling first, and said."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from isolint.model.report import Report
from isolint.model.rule import Confidence, Severity
from isolint.output import RenderOptions, markdown, render, sarif


def many(report: Report, count: int) -> Report:
    """The report with `count` findings at one place, of which the last alone is at level error."""
    weak = replace(report.findings[0], severity=Severity.MEDIUM, message="weak")
    strong = replace(weak, severity=Severity.HIGH, confidence=Confidence.HIGH, message="strong")
    return replace(report, findings=(*[weak] * (count - 1), strong), problems=(), notices=())


def test_annotations_of_a_level_are_ten_and_the_others_plain(report: Report) -> None:
    lines = render(many(report, 32), "github", RenderOptions()).splitlines()
    assert [line.split(" ")[0] for line in lines if line.startswith("::")] == ["::error", *["::warning"] * 10]
    at = lines.index("GitHub shows 10 annotations of a level for a step; 21 more:")
    assert [line.endswith(": weak") for line in lines[at + 1 : at + 22]] == [True] * 21


def test_sarif_holds_the_most_telling_results(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST", 5)
    (run,) = json.loads(render(many(report, 12), "sarif", RenderOptions()))["runs"]
    assert [result["message"]["text"] for result in run["results"]] == ["weak"] * 4 + ["strong"]
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert said["descriptor"]["id"] == "results-left-out"
    assert said["message"]["text"].startswith("7 results left out")
    assert run["invocations"][0]["executionSuccessful"]


def test_sarif_that_is_too_large_is_cut(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "LARGEST", 50_000)
    noise = random.Random(1)
    full = many(report, 100)
    findings = tuple(replace(item, message=f"{item.message} {noise.randbytes(900).hex()}") for item in full.findings)
    (run,) = json.loads(render(replace(full, findings=findings), "sarif", RenderOptions()))["runs"]
    assert 0 < len(run["results"]) < 100
    assert run["results"][-1]["message"]["text"].startswith("strong")


def test_comment_holds_the_most_telling_findings(report: Report) -> None:
    text = render(many(report, 1_000), "markdown", RenderOptions())
    assert markdown.LARGEST * 0.9 < len(text) <= markdown.LARGEST
    assert "most telling are here" in text
    assert "strong" in text


def test_comment_with_room_for_all_is_not_cut(report: Report) -> None:
    assert "most telling" not in render(report, "markdown", RenderOptions())
