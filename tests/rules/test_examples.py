"""Every example of every shipped rule, run through the engine."""

from __future__ import annotations

from importlib import import_module

import pytest

from isolint.model.evidence import Verdict
from isolint.model.rule import Over
from isolint.rules import load_rules
from isolint.rules.examples import Case, cases, complaints

NEEDED = {
    "isolint.engine.scan": "scan_texts",
    "isolint.link": "link",
    "isolint.tenancy": "infer",
    "isolint.prove": "prove",
}


def lacking() -> str:
    """The first part of the pipeline that is not there yet, '' when all are."""
    for module, name in NEEDED.items():
        try:
            found = hasattr(import_module(module), name)
        except ImportError as error:
            return f"{module} cannot be imported yet: {error}"
        if not found:
            return f"{module}.{name} does not exist yet"
    return ""


if reason := lacking():
    pytest.skip(reason, allow_module_level=True)

RULES = load_rules()


@pytest.mark.parametrize("case", list(cases(RULES)), ids=lambda case: case.name)
def test_an_example_is_reported_as_it_says(case: Case) -> None:
    from isolint.engine.scan import scan_texts

    report = scan_texts(case.example.files, case.example.config)
    assert complaints(case, report.findings) == ()
    assert report.problems == ()
    if case.rule.over is Over.ACCESS and not case.example.bad:
        assert report.verdicts[Verdict.SCOPED], "silence must be proven, not blindness"
