"""Suppressions: what they hide, and what is said about those that are not in order."""

from __future__ import annotations

from datetime import date

import pytest

from isolint.engine.suppress import Judgement, suppress
from isolint.model.code import Evaluate, FileFacts, Function, Name, Suppression, With
from isolint.model.finding import Finding, Suppressed
from isolint.model.rule import Confidence, Rule, Severity
from isolint.model.source import Language, Place, Span

TODAY = date(2026, 6, 1)


def statement(first: int, last: int, *body: Evaluate) -> Evaluate | With:
    span = Span(first, 1, last, 50)
    return With(span, Name(span, "x"), None, body) if body else Evaluate(span, Name(span, "x"))


FUNCTION = Function(
    "f",
    "f",
    Span(60, 1, 90, 1),
    Span(60, 1, 60, 10),
    (),
    (),
    (statement(61, 65), statement(70, 80, statement(72, 74))),  # type: ignore[arg-type]
)
"""A statement on lines 61 to 65, and one on 70 to 80 with another on 72 to 74 in its body."""


def rule(id: str, name: str) -> Rule:
    return Rule(id, name, "", "", "", Severity.HIGH, Confidence.HIGH, "0.1.0", {})


READ, WRITE = rule("ISO102", "unscoped-tenant-read"), rule("ISO103", "unscoped-tenant-write")


def finding(line: int, end_line: int = 0, rule: Rule = READ, path: str = "a.py") -> Finding:
    place = Place(path, Span(line, 5, end_line or line, 20))
    return Finding(rule.id, rule.name, place, "message", rule.severity, rule.confidence, "f" * 32)


def comment(
    line: int, rules: str = "ISO102", reason: str = "it is safe", until: str = "", target: int = 0
) -> Suppression:
    return Suppression(line, target or line, tuple(rules.split()), reason, until)


def judge(findings: list[Finding], *comments: Suppression, active: tuple[Rule, ...] = (READ, WRITE)) -> Judgement:
    facts = FileFacts(Language.PYTHON, 99, functions=(FUNCTION,), suppressions=comments)
    return suppress(findings, {"a.py": facts}, (READ, WRITE), active, TODAY)


def hidden(judgement: Judgement) -> list[int]:
    return [finding.place.span.line for finding in judgement.findings if finding.suppressed]


def kinds(judgement: Judgement) -> list[str]:
    return [notice.kind for notice in judgement.notices]


def test_comment_hides_what_begins_on_its_line() -> None:
    judged = judge([finding(3), finding(4)], comment(3))
    assert judged.findings[0].suppressed == Suppressed("it is safe", Place("a.py", Span(3, 1, 4, 1)))
    assert (hidden(judged), kinds(judged)) == ([3], [])


def test_comment_above_hides_what_begins_on_the_line_it_speaks_of() -> None:
    assert hidden(judge([finding(4)], comment(3, target=4))) == [4]


def test_comment_at_the_end_of_a_statement_hides_the_innermost_one() -> None:
    assert hidden(judge([finding(1, 9), finding(4, 6)], comment(6))) == [4]


def test_statement_that_begins_on_the_line_goes_before_one_around_it() -> None:
    assert hidden(judge([finding(1, 9), finding(6)], comment(6))) == [6]


@pytest.mark.parametrize("name", ["ISO102", "iso102", "unscoped-tenant-read", "ISO103 ISO102"])
def test_rules_are_named_by_id_or_name(name: str) -> None:
    assert hidden(judge([finding(3)], comment(3, name))) == [3]


def test_other_rules_and_other_files_are_not_hidden() -> None:
    assert hidden(judge([finding(3, rule=WRITE), finding(3, path="b.py")], comment(3))) == []


def test_one_comment_hides_several_findings() -> None:
    judged = judge([finding(3), finding(3, rule=WRITE)], comment(3, "ISO102 ISO103"))
    assert (hidden(judged), kinds(judged)) == ([3, 3], [])


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (comment(3, reason=" "), "suppression-without-reason"),
        (comment(3, rules=""), "suppression-without-rule"),
        (comment(3, until="2026-05-31"), "expired-suppression"),
        (comment(3, until="next year"), "suppression-date"),
    ],
)
def test_comment_that_is_not_in_order_hides_nothing_and_is_reported(item: Suppression, kind: str) -> None:
    judged = judge([finding(3)], item)
    assert (hidden(judged), kinds(judged)) == ([], [kind])


def test_last_day_counts() -> None:
    assert hidden(judge([finding(3)], comment(3, until="2026-06-01"))) == [3]


def test_comment_that_hides_nothing_is_reported() -> None:
    assert kinds(judge([], comment(3))) == ["unused-suppression"]


def test_part_of_a_comment_that_hides_nothing_is_reported() -> None:
    (notice,) = judge([finding(3)], comment(3, "ISO102 ISO103")).notices
    assert "ISO103" in notice.message


def test_comment_for_a_rule_that_does_not_run_is_not_called_unused() -> None:
    assert kinds(judge([], comment(3), active=(WRITE,))) == []


def test_unknown_rule_is_reported_with_the_nearest_name() -> None:
    judged = judge([finding(3)], comment(3, "ISO102 ISO13"))
    assert (hidden(judged), kinds(judged)) == ([3], ["unknown-rule"])
    assert "did you mean 'ISO103'" in judged.notices[0].message


def test_notices_come_in_order_of_place() -> None:
    assert [notice.place.span.line for notice in judge([], comment(9), comment(2, reason="")).notices] == [2, 9]


@pytest.mark.parametrize("line", [61, 62, 63, 65])
def test_any_line_of_the_statement_will_do(line: int) -> None:
    assert hidden(judge([finding(63)], comment(line))) == [63]


def test_comment_above_the_statement_speaks_of_what_is_deep_in_it() -> None:
    assert hidden(judge([finding(63), finding(64)], comment(60, target=61))) == [63, 64]


def test_comment_on_a_line_within_the_statement_speaks_of_that_line_first() -> None:
    assert hidden(judge([finding(63), finding(64)], comment(64))) == [64]


def test_head_of_a_block_does_not_speak_of_its_body() -> None:
    assert hidden(judge([finding(71), finding(73)], comment(70))) == [71]
    assert hidden(judge([finding(71), finding(73)], comment(74))) == [73]
