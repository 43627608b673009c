"""Which rules run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from isolint.engine.choose import Choice, Rules, choose_rules, known_rules
from isolint.errors import ConfigError, UsageError
from isolint.model.rule import Confidence, Over, Rule, Severity
from isolint.model.settings import RuleSettings, Settings


def rule(id: str, name: str) -> Rule:
    return Rule(id, name, "", "", "", Severity.HIGH, Confidence.HIGH, "0.1.0", {"reason": "no-predicate"})


READ, WRITE, FROM_REQUEST = (
    rule("ISO102", "unscoped-read"),
    rule("ISO103", "unscoped-write"),
    rule("ISO301", "from-request"),
)
MISSING = replace(rule("ISO602", "missing-table"), over=Over.DIFFERENCE)
ALL = (READ, WRITE, FROM_REQUEST, MISSING)


def chosen(severity: dict[str, Severity | None], **choice: tuple[str, ...]) -> Rules:
    return choose_rules(ALL, Settings(path="isolint.yaml", rules=RuleSettings(severity=severity)), Choice(**choice))


def test_all_rules_run_by_default_whatever_they_look_at() -> None:
    assert chosen({}).active == ALL


def test_selected_rules_run_except_the_ignored() -> None:
    assert chosen({}, select=("ISO1",), ignore=("unscoped-write",)).active == (READ,)


def test_configuration_changes_severity_and_turns_rules_off() -> None:
    rules = chosen({"ISO102": Severity.LOW, "ISO301": None})
    assert rules.active == (replace(READ, severity=Severity.LOW), WRITE, MISSING)
    assert rules.known == ALL


def test_unknown_rule_on_the_command_line_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no rule 'unscoped-raed'; did you mean 'unscoped-read'"):
        chosen({}, select=("unscoped-raed",))


def test_unknown_rule_in_the_configuration_names_the_configuration() -> None:
    with pytest.raises(ConfigError, match=r"isolint.yaml: rules: severity: no rule 'ISO999'"):
        chosen({"ISO999": None})


def test_run_without_any_rule_is_refused() -> None:
    with pytest.raises(UsageError, match="no rule is left"):
        chosen({"ISO301": None}, select=("ISO301",))


def test_glob_for_rule_files_that_matches_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"isolint.yaml: rules: files: nothing matches lint/\*.yaml"):
        known_rules(RuleSettings(files=("lint/*.yaml",)), tmp_path, "isolint.yaml")
