"""Edits that keep what a program does keep every verdict; edits that take away a guard do not.

`ISOLINT_METAMORPHIC=all` tries each edit by itself on every example of every rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import isolint.prove
from isolint.model.evidence import Reason, Verdict

from .corpus import ALL, CORPUS, EDITS, Case, judged

GROUPS = (
    ("formatted", "renamed", "extracted", "bracketed", "accompanied"),
    ("remarked", "moved", "split", "reordered", "nested", "line ends"),
)
KNOWN = {
    ("python:uniqueness-check", "split"): "what is asked for over two statements is not seen to be only asked for",
    ("typescript:maintenance", "moved"): "a seed's helper beside the seed is not known to be the seed's alone",
    ("ISO308-bad-3", "extracted"): "what stays unscoped is told by a less telling reason: the check is not recognised",
}
"""Edits that are known to change what is told, with why. None of them makes a leak a confined access."""
NOT_GIVEN = {
    Reason.TENANT_KEY: "a key that holds the tenant is told as its predicate",
    Reason.CHECKING_HELPER: "helpers are run: what they check is told as a guard",
    Reason.CROSS_TENANT_LOOP: "nothing looks for it",
}
"""Reasons of the closed list that no verdict has."""


def tried() -> Iterator[tuple[Case, tuple[str, ...]]]:
    """Each case with the edits that are made one after the other."""
    for case in CORPUS:
        edits = [*EDITS[case.language], "moved"]
        for group in [(edit,) for edit in edits] if ALL else GROUPS:
            if wanted := tuple(edit for edit in group if edit in edits and (case.name, edit) not in KNOWN):
                yield case, wanted


def edited(case: Case, edits: tuple[str, ...]) -> Case:
    for edit in edits:
        case = replace(case, files=case.edited(edit))
    return case


@pytest.mark.parametrize(("case", "edits"), [pytest.param(*it, id=f"{it[0].name}-{it[1][0]}") for it in tried()])
def test_an_edit_that_keeps_what_a_program_does_keeps_every_verdict(case: Case, edits: tuple[str, ...]) -> None:
    before = judged(case.files, case.config)
    assert before
    if judged(edited(case, edits).files, case.config) == before:
        return
    for edit in edits:
        assert (edit, judged(case.edited(edit), case.config)) == (edit, before)
    assert judged(edited(case, edits).files, case.config) == before, "only together"


@pytest.mark.parametrize("known", KNOWN, ids="-".join)
def test_a_known_difference_is_one_and_makes_nothing_confined(known: tuple[str, str]) -> None:
    case = next(case for case in CORPUS if case.name == known[0])
    before, after = judged(case.files, case.config), judged(case.edited(known[1]), case.config)
    assert before != after, "known no more: take it out of the list"
    assert confined(after) <= confined(before)


@pytest.mark.parametrize("case", [case for case in CORPUS if case.without], ids=lambda case: case.name)
def test_taking_away_what_confines_an_access_makes_it_a_leak(case: Case) -> None:
    before, after = judged(case.files, case.config), judged(case.without, case.config)
    reason = case.name.partition(":")[2]
    assert reason in {told for told, _, _ in before}
    assert reason not in {told for told, _, _ in after}
    assert {Reason(told).verdict for told, _, _ in before} == {Verdict.SCOPED}
    assert {Reason(told).verdict for told, _, _ in after} == {Verdict.UNSCOPED}


def confined(found: list[tuple[str, str, str]]) -> int:
    return sum(Reason(told).verdict is Verdict.SCOPED for told, _, _ in found)


def test_every_reason_is_tried_in_both_languages() -> None:
    due = {reason.value for reason in Reason if reason.verdict is not Verdict.UNKNOWN} - set(NOT_GIVEN)
    for language in EDITS:
        mine = [case for case in CORPUS if case.language == language]
        seen = {reason for case in mine for reason, _, _ in judged(case.files, case.config)}
        assert due - seen == set(), language


def test_reasons_that_are_not_tried_are_not_given() -> None:
    source = "\n".join(path.read_text("utf-8") for path in Path(isolint.prove.__path__[0]).glob("*.py"))
    given = set(re.findall(r"Found\(\s*Reason\.([A-Z_]+)", source))
    assert given.isdisjoint(reason.name for reason in NOT_GIVEN)
