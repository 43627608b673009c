"""The examples of rule files, run as their authors mean them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from isolint.engine.scan import scan_texts
from isolint.errors import ConfigError, IsolintError, UsageError
from isolint.model.report import Report
from isolint.model.rule import Rule
from isolint.rules import load_rules
from isolint.rules.examples import Case, cases, complaints
from isolint.rules.load import SHIPPED, rule_source, shipped_folder
from isolint.rules.yamlfile import YamlFile, parse


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule whose examples were run: how many, and a sentence with file, line and column for each that is wrong."""

    rule: Rule
    examples: int
    faults: tuple[str, ...]


def try_rules(paths: Sequence[str]) -> Iterator[Tried]:
    """Run the examples of all rules in files and folders, each rule in front of the shipped ones and without its kin.

    Raises UsageError for a path that does not exist, ConfigError for a file that holds no rule.
    """
    files = [Path(path) for path in paths]
    for file in files:
        if not file.exists():
            raise UsageError(f"{file} does not exist")
    shipped = shipped_folder()
    own = [file for file in files if not file.resolve().is_relative_to(shipped)]
    rules = load_rules(own)
    named = {SHIPPED + file.name for file in files if file.resolve().parent == shipped}
    everything = any(file.resolve() == shipped for file in files)
    builtin = tuple(rule for rule in rules if rule.origin.startswith(SHIPPED))
    for rule in rules:
        beside = builtin if rule in builtin else (rule, *builtin)
        if not rule.origin.startswith(SHIPPED) or everything or rule.origin in named:
            source = rule_source(rule)
            document = parse(source.name, source.text)
            found = list(cases((rule,)))
            yield Tried(rule, len(found), tuple(fault for case in found for fault in _faults(case, document, beside)))


def _faults(case: Case, file: YamlFile, rules: Sequence[Rule]) -> Iterator[str]:
    at = int(case.name.rpartition("-")[2]) - 1
    where = ("examples", "bad" if case.example.bad else "good", at)
    try:
        report = scan_texts(case.example.files, case.example.config, rules)
    except IsolintError as error:
        yield _told(file, (*where, "config") if isinstance(error, ConfigError) else where, f"{case.name}: {error}")
        return
    wrong = complaints(case, report.findings)
    for sentence in wrong:
        yield _told(file, where, f"{sentence}{_judged(case, report) if 'is not reported' in sentence else ''}")
    for problem in report.problems:
        yield _told(file, where, f"{case.name}: {problem.path} is not analysed: {problem.message}")
    if not wrong and not report.problems and not report.judged:
        yield _told(file, where, f"{case.name}: there is no data access in it that isolint sees, so it shows nothing")


def _told(file: YamlFile, path: tuple[str | int, ...], sentence: str) -> str:
    return str(file.error(path, sentence))


def _judged(case: Case, report: Report) -> str:
    """What the example was judged as: what a match can be written for."""
    line = case.example.line
    here = [item for item in report.evidence if not line or item.access.place.span.line == line]
    words = [
        f"{item.reason} ({item.verdict}), {item.access.operation} of {item.access.table or 'an unknown table'} "
        f"in a {item.access.role} at {item.access.place}"
        for item in here or report.evidence
    ]
    return f"; judged: {'; '.join(dict.fromkeys(words)) or 'no access'}"
