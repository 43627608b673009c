"""Every format: its snapshot, and what holds for all of them."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from isolint.model.report import Report
from isolint.output import RenderOptions, formats, render

SNAPSHOTS = Path(__file__).parent / "snapshots"
ENDINGS = {
    "text": "txt",
    "json": "json",
    "sarif": "sarif",
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "junit": "xml",
    "markdown": "md",
    "html": "html",
}
FULL = RenderOptions(statistics=True, show_unknown=True, prefix="services/shop/")


def test_formats_are_the_modules_of_the_folder() -> None:
    assert set(formats()) == set(ENDINGS)


@pytest.mark.parametrize("name", ENDINGS)
def test_rendered_report_is_as_recorded(name: str, report: Report) -> None:
    """Set ISOLINT_RECORD=1 to record anew."""
    file = SNAPSHOTS / f"report.{ENDINGS[name]}"
    rendered = render(report, name, FULL)
    if os.environ.get("ISOLINT_RECORD"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(rendered, encoding="utf-8")
    assert rendered == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ENDINGS)
def test_reports_are_rendered_with_and_without_findings(name: str, report: Report, empty: Report) -> None:
    for given in (report, empty):
        text = render(given, name, RenderOptions())
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", sorted({*ENDINGS} - {"gitlab", "json", "sarif"}))
@pytest.mark.parametrize("attack", ["\x1b[2J", "\x9b31m", "\u202e", "\x07"], ids=ascii)
def test_nothing_from_the_code_acts_on_the_reader(name: str, attack: str, report: Report) -> None:
    first = report.findings[0]
    place = replace(first.place, path=f"src/{attack}.py")
    hostile = replace(
        report,
        findings=(replace(first, message=f"a {attack} b", fix=attack, statement=attack, place=place),),
        problems=tuple(replace(problem, message=attack, path=attack) for problem in report.problems),
        notices=tuple(replace(notice, message=attack, place=place) for notice in report.notices),
        lines={place.path: {12: f"x = {attack}"}},
        skipped={attack: 1},
    )
    assert attack not in render(hostile, name, FULL)


@pytest.mark.parametrize("name", ["gitlab", "json", "sarif"])
def test_json_escapes_controls(name: str, report: Report) -> None:
    hostile = replace(report, findings=(replace(report.findings[0], message="\x1b[2J"),))
    assert not re.search("[\x00-\x09\x0b-\x1f]", render(hostile, name, FULL))
