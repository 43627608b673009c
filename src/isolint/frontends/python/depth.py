"""What is nested too deeply to be parsed: libcst's native parser would overflow the stack and take the process along.

Measured with libcst 1.9 on a stack of 8 MB: 1,000 nested brackets and chains of 3,000 operators pass, 3,000 brackets
and chains of 10,000 crash. A chain costs time quadratic in its length: 1,000 operators 0.5 s, 3,000 of them 6 s. In a
`case` pattern each level of brackets costs up to four times as much as the one before, 11 of them 5 s.
CPython itself refuses more than 200 nested brackets.
"""

from __future__ import annotations

import re

from isolint.frontends.python import syntax

MAXIMUM_BRACKETS = 100
MAXIMUM_PATTERN_BRACKETS = 8
MAXIMUM_TREE = 1000
MAXIMUM_BRANCHES = 1000
SUSPICIOUS_OPERATORS = 1500
LONGEST_PATTERN = 4000

_NOT_BRACKETS = re.compile(
    r"""'{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}|"{3}(?:[^"\\]++|\\.|"(?!""))*+"{3}"""
    r"""|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"|\#[^\n]*+|[^()\[\]{}'"#]++|['"]""",
    re.DOTALL,
)
_CASE = re.compile(r"^[ \t]*case\b[^\n]*?[(\[{]", re.MULTILINE)
_OPERATORS = (*"+-*/%@|&^~.([{", "not", "await", "lambda", "and", "or", "else")
_OPENING = frozenset("([{")


class TooDeep(Exception):
    """The text, or what it lowers to, nests deeper than can be handled."""


def too_deep(text: str) -> bool:
    """Whether parsing the text risks the stack or an unbounded time; errs on the side of caution."""
    if _brackets(text) > MAXIMUM_BRACKETS or text.count("elif") > MAXIMUM_BRANCHES:
        return True
    if any(_pattern_brackets(text, match.end() - 1) > MAXIMUM_PATTERN_BRACKETS for match in _CASE.finditer(text)):
        return True
    return sum(map(text.count, _OPERATORS)) > SUSPICIOUS_OPERATORS and _long_chain(text)


def _brackets(text: str) -> int:
    level = deepest = 0
    for bracket in _NOT_BRACKETS.sub("", text):
        if bracket in _OPENING:
            level += 1
            if level > deepest:
                deepest = level
        elif level:
            level -= 1
    return deepest


def _pattern_brackets(text: str, start: int) -> int:
    """The nesting of what follows on the line of a `case` and, while brackets are open, on the next lines."""
    level = deepest = 0
    for character in text[start : start + LONGEST_PATTERN]:
        if character in _OPENING:
            level += 1
            deepest = max(deepest, level)
        elif character in ")]}":
            level -= 1
        elif character == "\n" and level <= 0:
            break
    return deepest


def _long_chain(text: str) -> bool:
    # A broken tree is flat: nothing can be said of its chains.
    parsed = syntax.tree(text)
    return parsed.root_node.has_error or syntax.depth(parsed) > MAXIMUM_TREE
