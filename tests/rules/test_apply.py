from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from isolint.model.access import Client, Operation
from isolint.model.evidence import Evidence, Reason, Step, Verdict
from isolint.model.finding import Finding
from isolint.model.rule import Confidence, Level, Over, Severity
from isolint.model.source import Place, Span
from isolint.rules import Overrides, RuleSet, apply_rules, load_rules
from isolint.rules.match import compile_match

Make = Callable[..., Evidence]
RULES = load_rules()
NOT_PRODUCED_YET = {
    Reason.CROSS_TENANT_LOOP,
}
"""Reasons of the closed list that nothing produces yet, and that therefore no shipped rule reports."""
LINES = {"app.py": {1: "    invoice = session.get(Invoice, invoice_id)"}}


def finding(evidence: Evidence, overrides: Overrides | None = None) -> Finding:
    (found,) = apply_rules([evidence], RULES, LINES, overrides)
    return found


def test_a_finding_tells_what_and_where(make: Make) -> None:
    trail = (Step("invoice_id comes from the path", Place("app.py", Span(9, 1, 9, 5))),)
    found = finding(make(trail=trail))
    assert (found.rule, found.name, str(found.place)) == ("ISO102", "unscoped-tenant-read", "app.py:1")
    assert found.message == "Invoice is read with nothing that confines it to the caller's tenant"
    assert found.statement == "invoice = session.get(Invoice, invoice_id)"
    assert (found.function, found.table, found.trail) == ("read_invoice", "Invoice", trail)
    assert (found.severity, found.confidence, found.level) == (Severity.HIGH, Confidence.HIGH, Level.ERROR)
    assert found.fix


def test_scoped_and_unknown_evidence_makes_no_finding(make: Make) -> None:
    silent = [make(reason) for reason in Reason if reason.verdict is not Verdict.UNSCOPED]
    assert apply_rules(silent, RULES, LINES) == ()


COMBINATIONS = list(product((Client.ORM, Client.SQL), set(Operation) - {Operation.DDL}))
REPORTED = [reason for reason in Reason if reason.verdict is Verdict.UNSCOPED and reason not in NOT_PRODUCED_YET]


@pytest.mark.parametrize("reason", REPORTED)
def test_every_unscoped_reason_is_reported_by_exactly_one_rule(make: Make, reason: Reason) -> None:
    matchers = [compile_match(rule.match) for rule in RULES if rule.over is Over.ACCESS]
    for client, operation in COMBINATIONS:
        evidence = make(reason, client=client, operation=operation)
        assert sum(matcher.test(evidence) for matcher in matchers) == 1, (client, operation)


@pytest.mark.parametrize(
    ("reason", "client", "operation", "rule"),
    [
        (Reason.DIRECT_CLIENT, Client.ORM, Operation.READ, "ISO101"),
        (Reason.DIRECT_CLIENT, Client.SQL, Operation.READ, "ISO402"),
        (Reason.EXECUTOR_BYPASS, Client.ORM, Operation.READ, "ISO402"),
        (Reason.NO_PREDICATE, Client.SQL, Operation.CREATE, "ISO103"),
        (Reason.NO_PREDICATE, Client.ORM, Operation.READ, "ISO102"),
    ],
)
def test_client_and_operation_decide_between_rules(
    make: Make, reason: Reason, client: Client, operation: Operation, rule: str
) -> None:
    assert finding(make(reason, client=client, operation=operation)).rule == rule


def test_each_assumed_link_lowers_the_confidence(make: Make) -> None:
    assumed = Step("organization_id is taken to be the tenant", assumed=True)
    levels = [finding(make(trail=(assumed,) * count)).confidence for count in range(4)]
    assert levels == [Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW, Confidence.LOW]


def test_scoped_siblings_make_up_for_one_assumption_and_are_told(make: Make) -> None:
    deviance = "4 of 5 reads of Invoice here filter by organization_id"
    assumed = Step("organization_id is taken to be the tenant", assumed=True)
    found = finding(make(trail=(assumed,), deviance=deviance))
    assert found.confidence is Confidence.HIGH
    assert found.trail == (assumed, Step(deviance))
    assert finding(make(deviance=deviance)).confidence is Confidence.HIGH


@pytest.mark.parametrize("guard", [Reason.OPERATOR_ONLY, Reason.CAPABILITY_SECRET, Reason.BACKGROUND_BY_DESIGN])
def test_behind_a_guard_on_who_calls_it_is_a_note(make: Make, guard: Reason) -> None:
    assert finding(make(Reason.DIRECT_CLIENT, others=(guard,))).level is Level.NOTE


def test_overrides_choose_rules_and_their_severity(make: Make) -> None:
    assert apply_rules([make()], RULES, LINES, Overrides(ignore=("ISO102",))) == ()
    assert finding(make(), Overrides(severity={"ISO102": Severity.MEDIUM})).level is Level.WARNING


def test_the_first_rule_that_matches_reports(make: Make) -> None:
    shipped = next(rule for rule in RULES if rule.id == "ISO102")
    own = replace(shipped, id="ACME001", match={"reason": "no-predicate", "table": "Invoice"})
    rules = RuleSet((own, *RULES))
    assert rules.rule_for(make()) == own
    assert rules.rule_for(make(table="Project")) == shipped


def test_findings_stand_in_order_of_place(make: Make) -> None:
    places = [Place(path, Span(line, 1, line, 9)) for path, line in (("b.py", 1), ("a.py", 20), ("a.py", 3))]
    found = apply_rules([make(place=place) for place in places], RULES, {})
    assert [str(item.place) for item in found] == ["a.py:3", "a.py:20", "b.py:1"]
