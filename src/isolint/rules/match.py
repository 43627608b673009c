"""The declarative match of a rule, compiled to one function over evidence or over observations.

A match is a mapping. All its keys must hold; a list of values means any of them; a key that is absent means anything.
`not:` takes a mapping and negates it as a whole, `any:` takes a list of mappings of which one must hold.

reason, verdict, operation, client, role, strategy    words of the vocabulary
others                                                words as for `reason`: one of the further reasons that hold
layer, table, function, subject, path                 text as found in the code; `*` stands for any characters

A match that does not say `reason` or `verdict`, itself or in each branch of `any:`, looks at UNSCOPED evidence only.

Rules over differences and provisioning match observations instead: they say which `trait`, and may restrict table,
function, subject and path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from isolint.model.access import Client, Operation, Role
from isolint.model.evidence import Reason, Verdict
from isolint.model.observation import Observation, Trait
from isolint.model.rule import Over
from isolint.model.tenancy import Strategy
from isolint.rules.suggest import did_you_mean

Test = Callable[[Any], bool]
Closed = Mapping[str, tuple[type[StrEnum], Callable[[Any], tuple[str, ...]]]]
Open = Mapping[str, Callable[[Any], str]]

CLOSED: Closed = {
    "reason": (Reason, lambda evidence: (evidence.reason,)),
    "verdict": (Verdict, lambda evidence: (evidence.verdict,)),
    "others": (Reason, lambda evidence: evidence.others),
    "operation": (Operation, lambda evidence: (evidence.access.operation,)),
    "client": (Client, lambda evidence: (evidence.access.client,)),
    "role": (Role, lambda evidence: (evidence.access.role,)),
    "strategy": (Strategy, lambda evidence: (evidence.strategy,)),
}
OPEN: Open = {
    "layer": lambda evidence: evidence.access.layer,
    "table": lambda evidence: evidence.access.table,
    "function": lambda evidence: evidence.access.function,
    "subject": lambda evidence: evidence.subject,
    "path": lambda evidence: evidence.access.place.path,
}
OBSERVED_CLOSED: Closed = {"trait": (Trait, lambda observation: (observation.trait,))}
OBSERVED_OPEN: Open = {
    "table": lambda observation: observation.table,
    "function": lambda observation: observation.function,
    "subject": lambda observation: observation.subject,
    "path": lambda observation: observation.place.path,
}


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
    """Compile a match over evidence. Raises MatchError for an unknown key or value."""
    test = _Compiler(CLOSED, OPEN).compiled(match, ())
    assert isinstance(match, Mapping)
    if not _names_reason(match):
        only = Verdict.UNSCOPED
        return Matcher(_reasons({"verdict": only}), lambda evidence: evidence.verdict is only and test(evidence))
    return Matcher(_reasons(match), test)


def compile_observed(match: object, over: Over) -> Callable[[Observation], bool]:
    """Compile a match over observations of one kind. Raises MatchError for unknown keys and values, or no trait."""
    test = _Compiler(OBSERVED_CLOSED, OBSERVED_OPEN).compiled(match, ())
    assert isinstance(match, Mapping)
    if "trait" not in match:
        raise MatchError((), "a match over observations says which 'trait'")
    wrong = [word for word in _texts("trait", match["trait"], ()) if Trait(word).over is not over]
    if wrong:
        raise MatchError(("trait",), f"{wrong[0]!r} is not seen over {over.value!r}")
    return test


class _Compiler:
    """Compiles matches over one kind of facts."""

    def __init__(self, closed: Closed, open_: Open) -> None:
        self.closed, self.open = closed, open_
        self.keys = (*closed, *open_, "not", "any")

    def compiled(self, match: object, path: tuple[str | int, ...]) -> Test:
        if not isinstance(match, Mapping) or not match:
            raise MatchError(path, f"a match is a mapping with some of {', '.join(self.keys)}")
        tests = [self._field(key, value, (*path, key)) for key, value in match.items()]
        return tests[0] if len(tests) == 1 else lambda fact: all(test(fact) for test in tests)

    def _field(self, key: str, value: object, path: tuple[str | int, ...]) -> Test:
        if key == "not":
            negated = self.compiled(value, path)
            return lambda fact: not negated(fact)
        if key == "any":
            if not isinstance(value, list) or not value:
                raise MatchError(path, "'any' takes a list of mappings")
            tests = [self.compiled(item, (*path, at)) for at, item in enumerate(value)]
            return lambda fact: any(test(fact) for test in tests)
        if key in self.closed:
            return self._closed(key, value, path)
        if key in self.open:
            return self._open(key, value, path)
        raise MatchError(path, f"unknown match key {key!r}{did_you_mean(key, self.keys)}")

    def _closed(self, key: str, value: object, path: tuple[str | int, ...]) -> Test:
        vocabulary, get = self.closed[key]
        wanted = frozenset(_texts(key, value, path))
        known = {str(member) for member in vocabulary}
        for word in sorted(wanted - known):
            raise MatchError(path, f"unknown {key} {word!r}{did_you_mean(word, known)}")
        return lambda fact: not wanted.isdisjoint(get(fact))

    def _open(self, key: str, value: object, path: tuple[str | int, ...]) -> Test:
        get = self.open[key]
        patterns = [re.escape(text).replace(r"\*", ".*") for text in _texts(key, value, path)]
        whole = re.compile("|".join(patterns), re.DOTALL)
        return lambda fact: whole.fullmatch(get(fact)) is not None


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
