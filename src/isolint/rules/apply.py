"""Evidence and rules to findings. Pure: nothing is read, and the order of the evidence does not matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from isolint.model.evidence import Evidence, Reason, Step
from isolint.model.finding import Finding
from isolint.model.observation import Observation
from isolint.model.rule import Confidence, Over, Rule
from isolint.rules.fingerprint import Lines, content, fingerprint, first_line, identity
from isolint.rules.match import Matcher, compile_match, compile_observed
from isolint.rules.message import render, render_observed
from isolint.rules.select import Overrides, select_rules

WHO_GUARDS = frozenset({Reason.OPERATOR_ONLY, Reason.CAPABILITY_SECRET, Reason.BACKGROUND_BY_DESIGN})
"""Behind one of these a tenant's user cannot bring the access about: what is still wrong with it is only noted."""


class RuleSet:
    """Rules compiled for matching; the first that matches an access reports it."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        own = [rule for rule in rules if rule.over is Over.ACCESS]
        self._rules: list[tuple[Rule, Matcher]] = [(rule, compile_match(rule.match)) for rule in own]
        self._by_reason = {
            reason: [(rule, matcher.test) for rule, matcher in self._rules if reason in matcher.reasons]
            for reason in Reason
        }

    def rule_for(self, evidence: Evidence) -> Rule | None:
        """The rule that reports `evidence`, None when no rule speaks of it."""
        for rule, test in self._by_reason[evidence.reason]:
            if test(evidence):
                return rule
        return None


def apply_rules(
    evidence: Iterable[Evidence],
    rules: Sequence[Rule],
    lines: Lines,
    overrides: Overrides | None = None,
    observations: Iterable[Observation] = (),
) -> tuple[Finding, ...]:
    """The findings, in order of path and place; `lines` must hold the lines of the places that are reported.

    Raises UsageError when `overrides` name a rule that does not exist.
    """
    active = select_rules(rules, overrides or Overrides())
    found = [*_over_accesses(evidence, active, lines), *_over_observations(observations, active, lines)]
    return tuple(sorted(found, key=lambda finding: (finding.place.path, finding.place.span)))


def _over_accesses(evidence: Iterable[Evidence], active: Sequence[Rule], lines: Lines) -> list[Finding]:
    chosen = RuleSet(active)
    matched = [(item, rule) for item in evidence if (rule := chosen.rule_for(item)) is not None]
    matched.sort(key=_order)
    seen: Counter[tuple[str, ...]] = Counter()
    findings = []
    for item, rule in matched:
        known_by = identity(rule.id, item.access, lines)
        findings.append(_finding(item, rule, lines, known_by, seen[known_by]))
        seen[known_by] += 1
    return findings


def _over_observations(observations: Iterable[Observation], active: Sequence[Rule], lines: Lines) -> list[Finding]:
    """The first rule that matches an observation reports it."""
    rules = [(rule, compile_observed(rule.match, rule.over)) for rule in active if rule.over is not Over.ACCESS]
    ordered = sorted(observations, key=lambda o: (o.place.path, o.place.span, o.trait, o.table, o.subject))
    seen: Counter[tuple[str, ...]] = Counter()
    findings = []
    for item in ordered:
        rule = next((rule for rule, test in rules if test(item)), None)
        if rule is not None:
            known_by = identity(rule.id, item, lines)
            findings.append(_observed(item, rule, lines, known_by, seen[known_by]))
            seen[known_by] += 1
    return findings


def confidence_of(evidence: Evidence, rule: Rule) -> Confidence:
    """The rule's confidence, a step lower for each assumed link; siblings that are scoped make up for one of them.

    Where a tenant's user cannot bring the access about, or nothing is seen to call its function, it is only noted.
    """
    if not evidence.access.reached or not WHO_GUARDS.isdisjoint(evidence.others):
        return Confidence.LOW
    return rule.confidence.lowered(max(0, evidence.assumed - bool(evidence.deviance)))


def _order(matched: tuple[Evidence, Rule]) -> tuple[object, ...]:
    access, rule = matched[0].access, matched[1]
    inside = (access.helper.path, access.helper.span) if access.helper else ()
    return (access.place.path, access.place.span, rule.id, access.table, inside)


def _finding(evidence: Evidence, rule: Rule, lines: Lines, known_by: tuple[str, ...], ordinal: int) -> Finding:
    access = evidence.access
    deviance = (Step(evidence.deviance),) if evidence.deviance else ()
    return Finding(
        rule=rule.id,
        name=rule.name,
        place=access.place,
        message=render(rule.message, evidence),
        severity=rule.severity,
        confidence=confidence_of(evidence, rule),
        fingerprint=fingerprint(known_by, ordinal),
        content=content(known_by),
        statement=first_line(access.place, lines),
        function=access.function,
        table=access.table,
        fix=rule.fix,
        trail=(*evidence.trail, *deviance),
        remedy=evidence.remedy,
    )


def _observed(item: Observation, rule: Rule, lines: Lines, known_by: tuple[str, ...], ordinal: int) -> Finding:
    return Finding(
        rule=rule.id,
        name=rule.name,
        place=item.place,
        message=render_observed(rule.message, item),
        severity=rule.severity,
        confidence=rule.confidence.lowered(item.assumed),
        fingerprint=fingerprint(known_by, ordinal),
        content=content(known_by),
        statement=first_line(item.place, lines),
        function=item.function,
        table=item.table,
        fix=rule.fix,
        trail=item.trail,
    )
