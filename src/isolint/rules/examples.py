"""The examples of rules as data, and what an engine's findings say about them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from isolint.model.finding import Finding
from isolint.model.rule import Example, Rule


@dataclass(frozen=True, slots=True)
class Case:
    """One example of one rule; `name` (`ISO102-bad-1`) is unique among the rules."""

    name: str
    rule: Rule
    example: Example


def cases(rules: Iterable[Rule]) -> Iterator[Case]:
    """Every example of every rule, bad before good, numbered from 1."""
    for rule in rules:
        for kind, bad in (("bad", True), ("good", False)):
            examples = [example for example in rule.examples if example.bad is bad]
            for number, example in enumerate(examples, 1):
                yield Case(f"{rule.id}-{kind}-{number}", rule, example)


def complaints(case: Case, findings: Iterable[Finding]) -> tuple[str, ...]:
    """What is wrong with the findings of an example, one sentence each; empty when they are what is due.

    A bad example is due exactly one finding: its rule's, at its line when it names one. A good one is due none.
    """
    found = sorted(findings, key=lambda finding: (finding.place.path, finding.place.span))
    due = [finding for finding in found if case.example.bad and _is_due(case, finding)]
    stray = [finding for finding in found if not due or finding is not due[0]]
    missing = case.example.bad and not due
    return (
        *([f"{case.name}: {case.rule.id} is not reported{_where(case.example)}"] if missing else []),
        *(f"{case.name}: {finding.rule} is reported at {finding.place}: {finding.message}" for finding in stray),
    )


def _is_due(case: Case, finding: Finding) -> bool:
    example = case.example
    here = finding.place.path == example.file and finding.place.span.line in _statement(example)
    return finding.rule == case.rule.id and (here or not example.line)


def _statement(example: Example) -> range:
    """The lines of the statement that begins at the example's line; a finding is at the access inside it."""
    if example.language != "python":
        return range(example.line, example.line + 1)
    found = [
        node.end_lineno or node.lineno
        for node in ast.walk(ast.parse(example.files[example.file]))
        if isinstance(node, ast.stmt) and node.lineno == example.line
    ]
    return range(example.line, min(found, default=example.line) + 1)


def _where(example: Example) -> str:
    return f" at {example.file}:{example.line}" if example.line else ""
