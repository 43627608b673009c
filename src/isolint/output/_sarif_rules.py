"""Rules as SARIF reporting descriptors, with the properties that GitHub code scanning reads."""

from __future__ import annotations

from typing import Any

from isolint.model.rule import Confidence, Level, Rule, Severity

SARIF_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}

SECURITY_SEVERITY = {Severity.HIGH: "8.6", Severity.MEDIUM: "5.9", Severity.LOW: "3.1"}
"""Scores in the manner of CVSS; GitHub calls from 7.0 high, from 4.0 medium, and what is below low."""

_PROBLEM_SEVERITY = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "recommendation"}
_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}


def descriptor(rule: Rule) -> dict[str, Any]:
    """The descriptor of one rule."""
    level = Level.of(rule.severity, rule.confidence)
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": _sentence(rule.summary)},
        "fullDescription": {"text": _sentence(rule.why)},
        "help": {"text": _help(rule, "", ""), "markdown": _help(rule, "**", "**")},
        "helpUri": _uri(rule),
        "defaultConfiguration": {"level": SARIF_LEVELS[level]},
        "properties": {
            "tags": ["security", "tenant-isolation", *_tags(rule)],
            "precision": _PRECISION[rule.confidence],
            "problem.severity": _PROBLEM_SEVERITY[level],
            "security-severity": SECURITY_SEVERITY[rule.severity],
        },
    }


def _help(rule: Rule, strong: str, end: str) -> str:
    parts = [
        f"{strong}{_sentence(rule.summary)}{end}",
        _sentence(rule.why),
        f"{strong}Fix:{end} {_sentence(rule.fix)}",
    ]
    if rule.limits:
        parts.append(f"{strong}Limits:{end} {' '.join(map(_sentence, rule.limits))}")
    references = ", ".join((*rule.cwe, *rule.owasp))
    if references:
        parts.append(f"{strong}References:{end} {references}")
    return "\n\n".join(parts)


def _sentence(text: str) -> str:
    whole = " ".join(text.split())
    return whole if whole.endswith((".", "!", "?")) or not whole else f"{whole}."


def _tags(rule: Rule) -> list[str]:
    return [f"external/{kind}/{name.lower()}" for kind in ("cwe", "owasp") for name in getattr(rule, kind)]


def _uri(rule: Rule) -> str:
    """The weakness that the rule looks for; IDs are public, while the rule's own page goes with the package."""
    number = rule.cwe[0].rpartition("-")[2] if rule.cwe else "284"
    return f"https://cwe.mitre.org/data/definitions/{number}.html"
