"""The text for terminals."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from isolint.model.evidence import Evidence
from isolint.model.report import Report
from isolint.model.source import Place, Span
from isolint.model.tenancy import Tenancy
from isolint.output import RenderOptions, render
from isolint.output._excerpt import underlined

ESCAPES = re.compile("\x1b\\[[0-9;]*m")


def text(report: Report, **options: object) -> str:
    return render(report, "text", RenderOptions(**options))  # type: ignore[arg-type]


def marks(line: str, column: int, end_column: int, width: int = 80, lines: int = 1) -> tuple[str, str]:
    return underlined(line, Place("a.py", Span(1, column, lines, end_column)), width)


def test_colour_changes_nothing_but_colour(report: Report) -> None:
    coloured = text(report, colour=True)
    assert ESCAPES.search(coloured)
    assert ESCAPES.sub("", coloured) == text(report)


def test_quiet_is_one_line_for_each_thing_that_is_wrong(report: Report, empty: Report) -> None:
    lines = text(report, quiet=True).splitlines()
    assert len(lines) == 3 + len(report.notices) + len(report.problems)
    assert lines[0].startswith("src/api/campaigns.py:12:12: error: ")
    assert lines[0].endswith(" [ISO102]")
    assert text(empty, quiet=True) == ""


def test_suppressed_findings_are_counted_and_not_listed(report: Report) -> None:
    assert "hidden" not in text(report)
    assert "3 findings (1 error, 1 warning, 1 note), 1 suppressed" in text(report)


def test_files_without_accesses_are_not_called_well(empty: Report) -> None:
    assert text(empty) == "0 findings\njudged 0 accesses in 4 files; 0.01 s\n"


def test_missing_tenancy_is_said(report: Report, empty: Report) -> None:
    said = "no tenancy found: run `isolint init`"
    assert said in text(replace(report, tenancy=Tenancy()))
    assert said not in text(report)
    assert said not in text(empty)


def test_unknown_accesses_are_listed_on_request(report: Report) -> None:
    line = "src/api/campaigns.py:40:5: unknown: dynamic-sql: read of Campaign in read_campaign"
    assert line in text(report, show_unknown=True)
    assert line not in text(report)


def test_statistics_count_rules_and_reasons(report: Report) -> None:
    lines = text(report, statistics=True).splitlines()
    assert "      1  ISO102 unscoped-tenant-read" in lines
    assert "      2  no-predicate" in lines


@pytest.mark.parametrize("width", [50, 100, 200])
def test_prose_is_wrapped_to_the_width(report: Report, width: int) -> None:
    body = text(report, width=width).split("src/api/campaigns.py:50")[0]
    assert max(map(len, body.splitlines())) <= width


def test_plural_of_one_access(report: Report) -> None:
    one: tuple[Evidence, ...] = report.evidence[:1]
    assert "judged 1 access in 1 file:" in text(replace(report, evidence=one, files=1))


@pytest.mark.parametrize(
    ("line", "column", "end_column", "shown", "underline"),
    [
        ("    x = a.get(b)", 9, 17, "x = a.get(b)", "    ^^^^^^^^"),
        ("\tx = a", 6, 7, "x = a", "    ^"),
        ("a\tb = c", 3, 4, "a    b = c", "     ^"),
        ("x = '好' + y", 11, 12, "x = '好' + y", "           ^"),
        ("x", 5, 9, "x", " ^"),
    ],
)
def test_underline_stands_under_the_span(line: str, column: int, end_column: int, shown: str, underline: str) -> None:
    assert marks(line, column, end_column) == (shown, underline)


def test_span_of_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    assert marks("x = f(  ", 5, 2, lines=3) == ("x = f(", "    ^^")


def test_long_line_is_cut_around_the_span() -> None:
    shown, underline = marks("a" * 100 + "SPAN" + "b" * 100, 101, 105, width=40)
    assert len(shown) == 40
    assert shown[underline.index("^") : underline.rindex("^") + 1] == "SPAN"
