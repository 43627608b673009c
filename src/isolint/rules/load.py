"""Rule files: where they are, and what they hold.

The shipped files lie in `isolint/_rules` of an installed package and in `rules/` of the repository during development.
Their texts alone (`rule_sources`) are to be had without importing yaml.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from isolint.errors import ConfigError
from isolint.model.rule import Rule
from isolint.shipped import rules_folder

SUFFIXES = (".yaml", ".yml")
SHIPPED = "isolint:"
"""What the names of shipped rule files begin with, in `Rule.origin` and in errors."""


@dataclass(frozen=True, slots=True)
class RuleSource:
    """The text of one rule file; `name` is its path as given, or `isolint:<file>` for a shipped one."""

    name: str
    text: str


def load_rules(extra: Sequence[Path] = ()) -> tuple[Rule, ...]:
    """The rules of the files and folders `extra`, then the shipped ones, each in order of file name.

    The order counts: the first rule that matches an access reports it. Raises ConfigError for a file that cannot be
    used, and for two rules with one id or one name.
    """
    from isolint.rules.read import read_rule
    from isolint.rules.yamlfile import parse

    rules = tuple(read_rule(parse(source.name, source.text)) for source in rule_sources(extra))
    _refuse_repeats(rules, "id")
    _refuse_repeats(rules, "name")
    return rules


def rule_sources(extra: Sequence[Path] = ()) -> tuple[RuleSource, ...]:
    """The texts that `load_rules` would read, in its order: unchanged texts make unchanged rules."""
    sources = [_read(path, path.as_posix()) for given in extra for path in _files_of(given)]
    folder = shipped_folder()
    sources += [_read(path, SHIPPED + path.name) for path in _yaml_files(folder.iterdir())]
    return tuple(sources)


def rule_source(rule: Rule) -> RuleSource:
    """The file that a loaded rule was read from, as it is now."""
    if rule.origin.startswith(SHIPPED):
        return _read(shipped_folder() / rule.origin.removeprefix(SHIPPED), rule.origin)
    return _read(Path(rule.origin), rule.origin)


def shipped_folder() -> Path:
    """The folder of the shipped rule files."""
    return Path(rules_folder())


def _files_of(given: Path) -> list[Path]:
    if not given.is_dir():
        return [given]
    files = _yaml_files(given.rglob("*"))
    if not files:
        raise ConfigError(f"{given.as_posix()}: no rule files ({', '.join(SUFFIXES)}) in this folder")
    return files


def _yaml_files(paths: Iterable[Path]) -> list[Path]:
    return sorted(path for path in paths if path.suffix in SUFFIXES and path.is_file())


def _read(path: Path, name: str) -> RuleSource:
    try:
        return RuleSource(name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError(f"{name}: cannot read the rule file: {reason}") from error


def _refuse_repeats(rules: Iterable[Rule], key: str) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        value = getattr(rule, key)
        if value in seen:
            raise ConfigError(f"{seen[value].origin}: the {key} {value} is also that of {rule.origin}; choose another")
        seen[value] = rule
