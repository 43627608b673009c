"""Rules: data that turns evidence into findings and tells people about them. Nothing here parses code."""

from isolint.rules.apply import RuleSet, apply_rules
from isolint.rules.fingerprint import Lines
from isolint.rules.load import RuleSource, load_rules, rule_source, rule_sources
from isolint.rules.select import Overrides, select_rules

__all__ = [
    "Lines",
    "Overrides",
    "RuleSet",
    "RuleSource",
    "apply_rules",
    "load_rules",
    "rule_source",
    "rule_sources",
    "select_rules",
]
