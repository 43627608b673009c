"""Which rules run, how severe they are, and which of their findings are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from isolint.engine.request import Choice
from isolint.errors import ConfigError, UsageError
from isolint.model.rule import Rule
from isolint.model.settings import RuleSettings, Settings
from isolint.rules import Overrides, load_rules, select_rules


@dataclass(frozen=True, slots=True)
class Rules:
    """`known` are all rules, `active` those that run, with the severities of this project."""

    known: tuple[Rule, ...]
    active: tuple[Rule, ...]


def choose_rules(known: Sequence[Rule], settings: Settings, choice: Choice) -> Rules:
    """Apply configuration, then command line. Raises ConfigError or UsageError for a name that no rule has."""
    rules = list(known)
    severity = {key: value for key, value in settings.rules.severity.items() if value is not None}
    off = tuple(key for key, value in settings.rules.severity.items() if value is None)
    try:
        select_rules(rules, Overrides(severity=severity, ignore=off))
    except UsageError as error:
        raise ConfigError(f"{settings.path}: rules: severity: {error}") from error
    select_rules(rules, Overrides(select=choice.select, ignore=choice.ignore))
    active = select_rules(rules, Overrides(severity, choice.select, (*choice.ignore, *off)))
    if not active:
        raise UsageError("no rule is left to run: those that are selected are ignored, or off in the configuration")
    return Rules(tuple(rules), active)


def known_rules(settings: RuleSettings, root: Path, config: str) -> tuple[Rule, ...]:
    """The shipped rules and those of the project's own files. Raises ConfigError for files that are not there."""
    return load_rules(rule_files(settings.files, root, config))


def rule_files(globs: Sequence[str], root: Path, config: str) -> list[Path]:
    """The project's own rule files. Raises ConfigError for a glob that nothing matches."""
    files: list[Path] = []
    for glob in globs:
        found = sorted(root.glob(glob)) if "*" in glob else [root / glob]
        if not found:
            raise ConfigError(f"{config}: rules: files: nothing matches {glob}")
        files += found
    return files
