"""Markdown: text of the code stays text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from isolint.model.report import Report
from isolint.output import RenderOptions, render


def markdown(report: Report, **changes: object) -> str:
    finding = replace(report.findings[0], **changes)  # type: ignore[arg-type]
    return render(replace(report, findings=(finding,)), "markdown", RenderOptions())


@pytest.mark.parametrize(
    ("message", "written"),
    [
        ("<b>*x*</b> [a](b) @team #1", r"\<b\>\*x\*\</b\> \[a\](b) \@team \#1"),
        ("`a*b` and c*d", r"`a*b` and c\*d"),
        ("odd ` tick *", r"odd \` tick \*"),
    ],
)
def test_active_characters_are_escaped_outside_of_code(report: Report, message: str, written: str) -> None:
    assert written in markdown(report, message=message)


def test_fence_is_longer_than_any_in_the_code(report: Report) -> None:
    path = report.findings[0].place.path
    lines = {path: {12: "x = '```'"}}
    text = render(replace(report, lines=lines), "markdown", RenderOptions())
    assert "\n````\nx = '```'\n````\n" in text


def test_quiet_leaves_the_assumptions_out(report: Report) -> None:
    assert "### Assumed" in render(report, "markdown", RenderOptions())
    assert "### Assumed" not in render(report, "markdown", RenderOptions(quiet=True))
