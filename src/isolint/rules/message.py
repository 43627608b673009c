"""The message of a finding, from the rule's template.

`{field}` stands for a fact of the evidence, `{field|words}` for the words when the evidence leaves the field empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from isolint.model.evidence import Evidence
from isolint.model.observation import Observation
from isolint.rules.suggest import did_you_mean

FIELDS = ("table", "subject", "function", "holder", "operation", "layer")
OBSERVED = ("table", "subject", "function")
_HOLE = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")


def unknown_field(template: str, fields: Sequence[str] = FIELDS) -> str:
    """What is wrong with a template, '' for nothing."""
    for hole in _HOLE.finditer(template):
        if hole[1] not in fields:
            return f"unknown field {hole[1]!r} in the message{did_you_mean(hole[1], fields)}"
    rest = _HOLE.sub("", template)
    return "a brace in the message stands alone" if "{" in rest or "}" in rest else ""


def _named(function: str) -> str:
    if function == "<module>":
        return "the module level"
    return "the function" if function.rpartition(".")[2].startswith("<lambda") else function


def render(template: str, evidence: Evidence) -> str:
    """The message of one finding, on one line."""
    access = evidence.access
    return _filled(
        template,
        {
            "table": access.table,
            "subject": evidence.subject,
            "function": _named(access.function),
            "holder": _named(access.holder or access.function),
            "operation": access.operation.value,
            "layer": access.layer,
        },
    )


def render_observed(template: str, observation: Observation) -> str:
    """The message of a finding over an observation, on one line."""
    return _filled(
        template, {"table": observation.table, "subject": observation.subject, "function": observation.function}
    )


def _filled(template: str, facts: Mapping[str, str]) -> str:
    return " ".join(_HOLE.sub(lambda hole: facts[hole[1]] or hole[2] or "", template).split())
