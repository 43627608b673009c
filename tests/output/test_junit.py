"""JUnit XML."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from isolint.model.report import Report
from isolint.model.tenancy import Tenancy
from isolint.output import RenderOptions, render


def suite(report: Report, **options: bool) -> ElementTree.Element:
    root = ElementTree.fromstring(render(report, "junit", RenderOptions(**options)))
    (inner,) = root
    assert {key: root.get(key) for key in COUNTS} == {key: inner.get(key) for key in COUNTS}
    return inner


COUNTS = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}


def test_counts_are_those_of_the_cases(report: Report, empty: Report) -> None:
    for given in (report, empty, replace(report, tenancy=Tenancy())):
        found = suite(given, show_unknown=True)
        assert {key: int(found.get(key, "")) for key in COUNTS} == {
            key: len(list(found.iter(tag))) for key, tag in COUNTS.items()
        }


def test_errors_and_warnings_fail_and_notes_pass(report: Report) -> None:
    cases = {str(case.get("name")).split(" ")[0]: [child.tag for child in case] for case in suite(report)}
    assert cases["ISO301"] == ["failure"]
    assert cases["ISO203"] == ["system-out"]
    assert cases["scan"] == ["system-out"]


def test_characters_that_xml_cannot_hold_are_written_out(report: Report) -> None:
    hostile = replace(report.findings[0], message='\0 \uffff <&">')
    text = "".join(suite(replace(report, findings=(hostile,))).itertext())
    assert '\\x00 � <&">' in text
