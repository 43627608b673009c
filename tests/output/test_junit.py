"""JUnit XML."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

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


def test_junitparser_reads_back_what_was_found(report: Report) -> None:
    junitparser = pytest.importorskip("junitparser", reason="the extra dev is not installed")
    xml = junitparser.JUnitXml.fromstring(render(report, "junit", RenderOptions()).encode())
    (suite,) = xml
    cases = list(suite)
    kinds = [type(result) for case in cases for result in case.result]
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
        len(cases),
        kinds.count(junitparser.Failure),
        kinds.count(junitparser.Error),
        kinds.count(junitparser.Skipped),
    )
    assert "ISO102 error" in {result.type for case in cases for result in case.result}
