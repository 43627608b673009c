from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from isolint.model.access import Client, Operation, Role
from isolint.model.evidence import Evidence, Reason
from isolint.model.source import Place, Span
from isolint.rules.match import MatchError, compile_match

Make = Callable[..., Evidence]


def holds(match: dict[str, Any], evidence: Evidence) -> bool:
    matcher = compile_match(match)
    assert evidence.reason in matcher.reasons or not matcher.test(evidence), "a reason outside must never match"
    return matcher.test(evidence)


def test_all_keys_must_hold(make: Make) -> None:
    match = {"reason": "no-predicate", "operation": "read"}
    assert holds(match, make())
    assert not holds(match, make(operation=Operation.DELETE))
    assert not holds(match, make(Reason.TENANT_FROM_REQUEST))


def test_a_list_means_any_of(make: Make) -> None:
    match = {"reason": ["no-predicate", "direct-client"], "client": ["sql", "orm"]}
    assert holds(match, make(Reason.DIRECT_CLIENT, client=Client.SQL))
    assert not holds(match, make(Reason.DIRECT_CLIENT, client=Client.EXECUTOR))


def test_not_negates_its_mapping_as_a_whole(make: Make) -> None:
    match = {"reason": "no-predicate", "not": {"role": "route", "table": "Invoice"}}
    assert not holds(match, make())
    assert holds(match, make(role=Role.JOB))
    assert holds(match, make(table="Project"))


def test_any_takes_alternatives(make: Make) -> None:
    match = {"any": [{"reason": "executor-bypass"}, {"reason": "direct-client", "client": "sql"}]}
    assert holds(match, make(Reason.EXECUTOR_BYPASS))
    assert holds(match, make(Reason.DIRECT_CLIENT, client=Client.SQL))
    assert not holds(match, make(Reason.DIRECT_CLIENT, client=Client.ORM))
    assert compile_match(match).reasons == {Reason.EXECUTOR_BYPASS, Reason.DIRECT_CLIENT}


def test_text_is_matched_whole_with_stars(make: Make) -> None:
    evidence = make(table="Invoice", layer="django", subject='request.json["orgId"]', function="Invoices.read")
    assert holds({"table": "Inv*"}, evidence)
    assert not holds({"table": "nvoice"}, evidence)
    assert holds({"layer": ["peewee", "django"]}, evidence)
    assert holds({"subject": 'request.json["*"]'}, evidence)
    assert holds({"function": "*.read"}, evidence)
    assert holds({"path": "src/*/views.py"}, make(place=Place("src/shop/views.py", Span(1, 1, 1, 2))))


def test_without_reason_or_verdict_only_unscoped_evidence_matches(make: Make) -> None:
    match = {"table": "Invoice"}
    assert holds(match, make())
    assert not holds(match, make(Reason.TENANT_PREDICATE))
    assert not holds(match, make(Reason.DYNAMIC_SQL))
    assert not holds({"not": {"reason": "no-predicate"}}, make(Reason.OPERATOR_ONLY))
    assert not holds({"any": [{"reason": "operator-only"}, {"table": "Invoice"}]}, make(Reason.TENANT_PREDICATE))


def test_scoped_and_unknown_evidence_match_when_they_are_named(make: Make) -> None:
    assert holds({"verdict": "unknown"}, make(Reason.DYNAMIC_SQL))
    assert holds({"reason": "operator-only", "table": "Invoice"}, make(Reason.OPERATOR_ONLY))
    assert holds({"verdict": ["scoped"]}, make(Reason.OWN_ROW))


def test_further_reasons_are_matched_by_others(make: Make) -> None:
    match = {"reason": "direct-client", "others": ["operator-only", "own-row"]}
    assert holds(match, make(Reason.DIRECT_CLIENT, others=(Reason.NO_PREDICATE, Reason.OWN_ROW)))
    assert not holds(match, make(Reason.DIRECT_CLIENT, others=(Reason.NO_PREDICATE,)))


@pytest.mark.parametrize(
    ("match", "path", "message"),
    [
        ({"client": "orn"}, ("client",), "unknown client 'orn'; did you mean 'orm'?"),
        ({"operation": ["read", "write"]}, ("operation",), "unknown operation 'write'"),
        ({"not": {"rol": "job"}}, ("not", "rol"), "unknown match key 'rol'; did you mean 'role'?"),
        ({"any": [{"role": "job"}, {"role": "jog"}]}, ("any", 1, "role"), "unknown role 'jog'; did you mean 'job'?"),
        ({"any": {"role": "job"}}, ("any",), "'any' takes a list of mappings"),
        ({"any": []}, ("any",), "'any' takes a list of mappings"),
        ({"not": {}}, ("not",), "a match is a mapping with some of reason, verdict"),
        ({"table": []}, ("table",), "'table' takes a word or a list of words"),
        ({"table": None}, ("table",), "'table' takes a word or a list of words"),
        ({"table": ["a", None]}, ("table",), "'table' takes a word or a list of words"),
        ({"table": {"a": "b"}}, ("table",), "'table' takes a word or a list of words"),
    ],
)
def test_what_cannot_be_compiled_is_named(match: dict[str, Any], path: tuple[str | int, ...], message: str) -> None:
    with pytest.raises(MatchError) as caught:
        compile_match(match)
    assert str(caught.value).startswith(message)
    assert caught.value.path == path
