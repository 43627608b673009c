from __future__ import annotations

import pytest

from isolint.errors import UsageError
from isolint.model.rule import Severity
from isolint.rules import Overrides, load_rules, select_rules

RULES = load_rules()


def chosen(**overrides: object) -> list[str]:
    return [rule.id for rule in select_rules(RULES, Overrides(**overrides))]  # type: ignore[arg-type]


def test_all_rules_are_on_by_default() -> None:
    assert chosen() == [rule.id for rule in RULES]


def test_rules_are_named_by_id_name_or_beginning() -> None:
    assert chosen(select=("ISO102", "tenant-from-request")) == ["ISO102", "ISO301"]
    assert chosen(select=("iso2",)) == ["ISO201", "ISO202", "ISO203", "ISO204"]


def test_ignore_outranks_select() -> None:
    assert chosen(select=("ISO10",), ignore=("ISO101", "unscoped-join")) == ["ISO102", "ISO103", "ISO105"]


def test_the_longest_key_sets_the_severity() -> None:
    severity = {"ISO1": Severity.LOW, "ISO102": Severity.MEDIUM}
    found = {rule.id: rule.severity for rule in select_rules(RULES, Overrides(severity=severity))}
    assert (found["ISO101"], found["ISO102"], found["ISO301"]) == (Severity.LOW, Severity.MEDIUM, Severity.HIGH)


@pytest.mark.parametrize("field", ["select", "ignore"])
def test_a_rule_that_does_not_exist_is_an_error(field: str) -> None:
    with pytest.raises(UsageError, match="no rule 'unscoped-read'; did you mean 'unscoped-tenant-read'"):
        chosen(**{field: ("unscoped-read",)})
    with pytest.raises(UsageError, match="no rule ''"):
        chosen(**{field: ("",)})
    with pytest.raises(UsageError, match="no rule 'ISO999'"):
        chosen(severity={"ISO999": Severity.LOW})
