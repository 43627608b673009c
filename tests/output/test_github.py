"""Workflow commands."""

from __future__ import annotations

from dataclasses import replace

from isolint.model.report import Report
from isolint.model.tenancy import Tenancy
from isolint.output import RenderOptions, render


def commands(report: Report, prefix: str = "") -> list[str]:
    rendered = render(report, "github", RenderOptions(prefix=prefix))
    return [line for line in rendered.splitlines() if line.startswith("::")]


def test_level_becomes_the_command(report: Report) -> None:
    assert [line.split(" ")[0] for line in commands(report)[:3]] == ["::error", "::warning", "::notice"]


def test_properties_and_text_are_escaped(report: Report) -> None:
    place = replace(report.findings[0].place, path="src/a,b:c%\n.py")
    hostile = replace(report.findings[0], place=place, message="100%\n::error::injected")
    assert commands(replace(report, findings=(hostile,)))[0].endswith(
        "file=src/a%2Cb%3Ac%25%0A.py,line=12,col=12,endColumn=46::100%25 ::error::injected"
    )


def test_span_of_several_lines_has_no_columns(report: Report) -> None:
    assert "line=20,endLine=22::" in commands(report)[1]


def test_paths_lead_from_the_repository(report: Report) -> None:
    assert all("file=services/shop/src/" in line for line in commands(report, "services/shop/"))


def test_missing_tenancy_is_a_warning(report: Report) -> None:
    assert "::warning title=isolint::no tenancy found: run `isolint init`" in commands(
        replace(report, tenancy=Tenancy())
    )
