"""The verdict on an example, apart from any engine."""

from __future__ import annotations

from collections.abc import Callable

from isolint.model.evidence import Evidence
from isolint.model.finding import Finding
from isolint.model.source import Place, Span
from isolint.rules import apply_rules, load_rules
from isolint.rules.examples import Case, cases, complaints

Make = Callable[..., Evidence]
CASES = {case.name: case for case in cases(load_rules())}
BAD, GOOD = CASES["ISO102-bad-1"], CASES["ISO102-good-1"]


def at(make: Make, case: Case, line: int) -> tuple[Finding, ...]:
    return apply_rules([make(place=Place(case.example.file, Span(line, 1, line, 9)))], load_rules(), {})


def test_the_due_finding_alone_is_right(make: Make) -> None:
    assert complaints(BAD, at(make, BAD, BAD.example.line)) == ()
    assert complaints(GOOD, ()) == ()


def test_a_missing_finding_is_told() -> None:
    assert complaints(BAD, ()) == ("ISO102-bad-1: ISO102 is not reported at billing/invoices.py:15",)


def test_a_finding_elsewhere_is_missing_and_stray(make: Make) -> None:
    missing, stray = complaints(BAD, at(make, BAD, 1))
    assert missing.endswith("is not reported at billing/invoices.py:15")
    assert stray.startswith("ISO102-bad-1: ISO102 is reported at billing/invoices.py:1: Invoice is read")


def test_a_second_finding_and_one_in_a_good_example_are_stray(make: Make) -> None:
    due = at(make, BAD, BAD.example.line)
    assert len(complaints(BAD, (*due, *at(make, BAD, BAD.example.line)))) == 1
    assert len(complaints(BAD, (*due, *at(make, BAD, 3)))) == 1
    assert len(complaints(GOOD, at(make, GOOD, 3))) == 1
