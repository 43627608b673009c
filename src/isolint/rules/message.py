"""The message of a finding, from the rule's template.

`{field}` stands for a fact of the evidence, `{field|words}` for the words when the evidence leaves the field empty.
"""

from __future__ import annotations

import re

from isolint.model.evidence import Evidence
from isolint.rules.suggest import did_you_mean

FIELDS = ("table", "subject", "function", "holder", "operation", "layer")
_HOLE = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")


def unknown_field(template: str) -> str:
    """What is wrong with a template, '' for nothing."""
    for hole in _HOLE.finditer(template):
        if hole[1] not in FIELDS:
            return f"unknown field {hole[1]!r} in the message{did_you_mean(hole[1], FIELDS)}"
    rest = _HOLE.sub("", template)
    return "a brace in the message stands alone" if "{" in rest or "}" in rest else ""


def _named(function: str) -> str:
    if function == "<module>":
        return "the module level"
    return "the function" if function.rpartition(".")[2].startswith("<lambda") else function


def render(template: str, evidence: Evidence) -> str:
    """The message of one finding, on one line."""
    access = evidence.access
    facts = {
        "table": access.table,
        "subject": evidence.subject,
        "function": _named(access.function),
        "holder": _named(access.holder or access.function),
        "operation": access.operation.value,
        "layer": access.layer,
    }
    return " ".join(_HOLE.sub(lambda hole: facts[hole[1]] or hole[2] or "", template).split())
