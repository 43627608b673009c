"""What every shipped rule owes its readers."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from isolint.model.rule import Over, Rule
from isolint.rules import load_rules
from isolint.rules.examples import Case, cases
from isolint.rules.load import SHIPPED

RULES = load_rules()
ON_ACCESSES = [rule for rule in RULES if rule.over is Over.ACCESS]
CASES = list(cases(RULES))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_complete(rule: Rule) -> None:
    assert rule.origin == f"{SHIPPED}{rule.id.lower()}-{rule.name}.yaml"
    assert re.fullmatch(r"ISO[1-7]\d\d", rule.id)
    assert rule.cwe
    assert rule.limits
    assert len(rule.why) <= 400, "read in 20 seconds"
    assert not rule.summary.endswith(".")
    for bad in (True, False):
        assert sum(example.bad is bad for example in rule.examples) >= 2


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_example_is_a_whole_small_program(case: Case) -> None:
    example = case.example
    assert example.title
    assert bool(example.line) is example.bad
    for path, text in example.files.items():
        assert len(text.splitlines()) <= 50
        if path.endswith(".py"):
            ast.parse(text)
    if example.bad:
        assert example.line in _starts(example.file, example.files[example.file])


def _starts(path: str, text: str) -> set[int]:
    """The lines on which statements start; in other languages than Python all but empty ones and comments."""
    if path.endswith(".py"):
        return {node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt | ast.excepthandler)}
    lines = enumerate(text.splitlines(), start=1)
    return {number for number, line in lines if line.strip() and not line.strip().startswith("//")}


@pytest.mark.parametrize("rule", ON_ACCESSES, ids=lambda rule: rule.id)
def test_the_examples_of_a_rule_are_of_several_kinds(rule: Rule) -> None:
    main = [example.files[example.file] for example in rule.examples]
    libraries = {
        name
        for name in ("fastapi", "flask", "django", "rest_framework", "celery", "next")
        if any(name in t for t in main)
    }
    layers = {name for name in ("sqlalchemy", "execute(", "fetch", "objects", "query") if any(name in t for t in main)}
    assert len(libraries | layers) >= 2


def test_reading_the_texts_imports_no_yaml() -> None:
    program = "import sys, isolint.rules as r; assert r.rule_sources(); print('yaml' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


@pytest.mark.parametrize("rule", ON_ACCESSES, ids=lambda rule: rule.id)
def test_a_rule_has_bad_and_good_examples_in_both_languages(rule: Rule) -> None:
    shown = {(example.language, example.bad) for example in rule.examples}
    assert shown >= {(language, bad) for language in ("python", "typescript") for bad in (True, False)}
