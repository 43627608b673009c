"""For test reports of continuous integration: JUnit XML, a test case for each finding and one for the scan itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from isolint.model.finding import Finding
from isolint.model.report import Report
from isolint.model.rule import Level
from isolint.output import RenderOptions
from isolint.output._words import NO_TENANCY, access_line, found, judged, no_tenancy, shown, unknown, visible, word

_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, options: RenderOptions) -> str:
    """Findings at level note pass, with their message as output; what was not analysed is an error."""
    findings = shown(report)
    failures = sum(finding.level > Level.NOTE for finding in findings) + len(report.notices)
    errors = len(report.problems) + no_tenancy(report)
    skipped = len(report.findings) - len(findings)
    undecided = unknown(report) if options.show_unknown else []
    tests = len(report.findings) + len(report.notices) + errors + len(undecided) + 1
    counts = f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="isolint" {counts}>',
        f'  <testsuite name="isolint" {counts} time="{report.seconds:.3f}">',
        f"    <testcase classname={_attribute('isolint')} name={_attribute('scan')}>",
        f"      <system-out>{_text(f'{found(report)}; {judged(report)}')}</system-out>",
        "    </testcase>",
        *(line for finding in report.findings for line in _finding(finding)),
    ]
    for notice in report.notices:
        body = _failure("failure", notice.kind, f"{notice.place}: {notice.message}")
        lines += _case(notice.place.path, f"{notice.kind} at {notice.place.span.line}:1", body)
    for problem in report.problems:
        place = f"{problem.path}:{problem.span.line}" if problem.span else problem.path
        lines += _case(problem.path, "analysis", _failure("error", problem.kind, f"{place}: {problem.message}"))
    if no_tenancy(report):
        lines += _case("isolint", "tenancy", _failure("error", "no-tenancy", NO_TENANCY))
    for evidence in undecided:
        at = evidence.access.place
        lines += _case(
            at.path,
            f"unknown at {at.span.line}:{at.span.column}",
            f"<system-out>{_text(access_line(evidence))}</system-out>",
        )
    return "\n".join([*lines, "  </testsuite>", "</testsuites>"]) + "\n"


def _finding(finding: Finding) -> Iterator[str]:
    span = finding.place.span
    name = f"{finding.rule} {finding.name} at {span.line}:{span.column}"
    if finding.suppressed is not None:
        body = f"<skipped message={_attribute(f'suppressed: {finding.suppressed.reason}')}/>"
    elif not finding.counts:
        body = f"<skipped message={_attribute('known from before')}/>"
    else:
        steps = [f"why: {step.message}" + (f" [{step.place}]" if step.place else "") for step in finding.trail]
        fix = [f"fix: {finding.fix}"] if finding.fix else []
        text = "\n".join(
            [f"{finding.place}: {word(finding.level)}: {finding.message}", finding.statement, *steps, *fix]
        )
        if finding.level is Level.NOTE:
            body = f"<system-out>{_text(text)}</system-out>"
        else:
            body = _failure("failure", f"{finding.rule} {word(finding.level)}", text, finding.message)
    yield from _case(finding.place.path, name, body)


def _case(path: str, name: str, body: str) -> Iterator[str]:
    yield f"    <testcase classname={_attribute(path)} name={_attribute(name)} file={_attribute(path)}>"
    yield f"      {body}"
    yield "    </testcase>"


def _failure(tag: str, kind: str, text: str, message: str = "") -> str:
    return f"<{tag} type={_attribute(kind)} message={_attribute(message or text)}>{_text(text)}</{tag}>"


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("�", visible(text)))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("�", visible(text)))
