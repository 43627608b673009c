"""The Code Quality report."""

from __future__ import annotations

import json
from typing import Any

from isolint.model.report import Report
from isolint.output import RenderOptions, render


def issues(report: Report, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(render(report, "gitlab", RenderOptions(**options)))
    return found


def test_issues_have_what_gitlab_requires(report: Report) -> None:
    for issue in issues(report, show_unknown=True):
        assert issue.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["lines"]["begin"] >= 1


def test_fingerprints_are_unique(report: Report) -> None:
    prints = [issue["fingerprint"] for issue in issues(report, show_unknown=True)]
    assert len(prints) == len(set(prints)) == 7


def test_what_was_not_analysed_is_an_issue(report: Report) -> None:
    (broken,) = [issue for issue in issues(report, prefix="shop/") if issue["check_name"] == "unparsable"]
    assert broken["location"] == {"path": "shop/src/broken.py", "lines": {"begin": 9, "end": 9}}


def test_nothing_found_is_an_empty_list(empty: Report) -> None:
    assert issues(empty) == []
