"""The declarative match of a rule, compiled to one function over evidence.

A match is a mapping. All its keys must hold; a list of values means any of them; a key that is absent means anything.
`not:` takes a mapping and negates it as a whole, `any:` takes a list of mappings of which one must hold.

reason, verdict, operation, client, role, strategy    words of the vocabulary
others                                                words as for `reason`: one of the further reasons that hold
layer, table, function, subject, path                 text as found in the code; `*` stands for any characters

A match that does not say `reason` or `verdict`, itself or in each branch of `any:`, looks at UNSCOPED evidence only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from isolint.model.access import Client, Operation, Role
from isolint.model.evidence import Evidence, Reason, Verdict
from isolint.model.tenancy import Strategy
from isolint.rules.suggest import did_you_mean

Test = Callable[[Evidence], bool]

CLOSED: dict[str, tuple[type[StrEnum], Callable[[Evidence], tuple[str, ...]]]] = {
    "reason": (Reason, lambda evidence: (evidence.reason,)),
    "verdict": (Verdict, lambda evidence: (evidence.verdict,)),
    "others": (Reason, lambda evidence: evidence.others),
    "operation": (Operation, lambda evidence: (evidence.access.operation,)),
    "client": (Client, lambda evidence: (evidence.access.client,)),
    "role": (Role, lambda evidence: (evidence.access.role,)),
    "strategy": (Strategy, lambda evidence: (evidence.strategy,)),
}
OPEN: dict[str, Callable[[Evidence], str]] = {
    "layer": lambda evidence: evidence.access.layer,
    "table": lambda evidence: evidence.access.table,
    "function": lambda evidence: evidence.access.function,
    "subject": lambda evidence: evidence.subject,
    "path": lambda evidence: evidence.access.place.path,
}
KEYS = (*CLOSED, *OPEN, "not", "any")


class MatchError(Exception):
    """A match that cannot be compiled; `path` leads from the match to the wrong part."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, slots=True)
class Matcher:
    """`test` decides; it can hold only for evidence whose reason is in `reasons`."""

    reasons: frozenset[Reason]
    test: Test


def compile_match(match: object) -> Matcher:
    """Compile a match. Raises MatchError for an unknown key or value."""
    test = _compile(match, ())
    assert isinstance(match, Mapping)
    if not _names_reason(match):
        only = Verdict.UNSCOPED
        return Matcher(_reasons({"verdict": only}), lambda evidence: evidence.verdict is only and test(evidence))
    return Matcher(_reasons(match), test)


def _compile(match: object, path: tuple[str | int, ...]) -> Test:
    if not isinstance(match, Mapping) or not match:
        raise MatchError(path, f"a match is a mapping with some of {', '.join(KEYS)}")
    tests = [_field(key, value, (*path, key)) for key, value in match.items()]
    return tests[0] if len(tests) == 1 else lambda evidence: all(test(evidence) for test in tests)


def _field(key: str, value: object, path: tuple[str | int, ...]) -> Test:
    if key == "not":
        negated = _compile(value, path)
        return lambda evidence: not negated(evidence)
    if key == "any":
        if not isinstance(value, list) or not value:
            raise MatchError(path, "'any' takes a list of mappings")
        tests = [_compile(item, (*path, at)) for at, item in enumerate(value)]
        return lambda evidence: any(test(evidence) for test in tests)
    if key in CLOSED:
        return _closed(key, value, path)
    if key in OPEN:
        return _open(key, value, path)
    raise MatchError(path, f"unknown match key {key!r}{did_you_mean(key, KEYS)}")


def _closed(key: str, value: object, path: tuple[str | int, ...]) -> Test:
    vocabulary, get = CLOSED[key]
    wanted = frozenset(_texts(key, value, path))
    known = {str(member) for member in vocabulary}
    for word in sorted(wanted - known):
        raise MatchError(path, f"unknown {key} {word!r}{did_you_mean(word, known)}")
    return lambda evidence: not wanted.isdisjoint(get(evidence))


def _open(key: str, value: object, path: tuple[str | int, ...]) -> Test:
    get = OPEN[key]
    patterns = [re.escape(text).replace(r"\*", ".*") for text in _texts(key, value, path)]
    whole = re.compile("|".join(patterns), re.DOTALL)
    return lambda evidence: whole.fullmatch(get(evidence)) is not None


def _texts(key: str, value: object, path: tuple[str | int, ...]) -> list[str]:
    items = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str) and item]
    if not items or (isinstance(value, list) and len(items) < len(value)):
        raise MatchError(path, f"{key!r} takes a word or a list of words")
    return items


def _names_reason(match: Mapping[str, object]) -> bool:
    branches = match.get("any")
    return not match.keys().isdisjoint({"reason", "verdict"}) or (
        isinstance(branches, list) and all(_names_reason(branch) for branch in branches)
    )


def _reasons(match: Mapping[str, object]) -> frozenset[Reason]:
    """The reasons that `match` does not rule out by its own `reason`, `verdict` and `any` keys."""
    left = frozenset(Reason)
    if "reason" in match:
        left &= frozenset(map(Reason, _texts("reason", match["reason"], ())))
    if "verdict" in match:
        verdicts = set(_texts("verdict", match["verdict"], ()))
        left = frozenset(reason for reason in left if reason.verdict in verdicts)
    branches = match.get("any")
    if isinstance(branches, list):
        left &= frozenset().union(*(_reasons(item) for item in branches))
    return left
