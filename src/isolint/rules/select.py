"""Which rules are on, and how severe they are, as configuration and command line say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from isolint.errors import UsageError
from isolint.model.rule import Rule, Severity
from isolint.rules.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class Overrides:
    """Rules are named by id, by name, or by the beginning of ids (`ISO3`). An empty `select` means all rules.

    `ignore` outranks `select`. Of several severities that speak of one rule, the longest key counts.
    """

    severity: Mapping[str, Severity] = field(default_factory=dict, hash=False)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def select_rules(rules: Sequence[Rule], overrides: Overrides) -> tuple[Rule, ...]:
    """The rules that are on, in order, each with its severity. Raises UsageError for a key that names no rule."""
    for key in (*overrides.select, *overrides.ignore, *overrides.severity):
        if not any(_names(key, rule) for rule in rules):
            known = [word for rule in rules for word in (rule.id, rule.name)]
            raise UsageError(f"no rule {key!r}{did_you_mean(key, known)}")
    return tuple(_adjusted(rule, overrides) for rule in rules if _on(rule, overrides))


def _names(key: str, rule: Rule) -> bool:
    return bool(key) and (rule.id.startswith(key.upper()) or rule.name == key)


def _on(rule: Rule, overrides: Overrides) -> bool:
    chosen = not overrides.select or any(_names(key, rule) for key in overrides.select)
    return chosen and not any(_names(key, rule) for key in overrides.ignore)


def _adjusted(rule: Rule, overrides: Overrides) -> Rule:
    keys = [key for key in overrides.severity if _names(key, rule)]
    return replace(rule, severity=overrides.severity[max(keys, key=len)]) if keys else rule
