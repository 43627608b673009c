"""Evidence and rule files to build on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isolint.model.access import Access, Client, Operation, Role
from isolint.model.evidence import Evidence, Reason
from isolint.model.source import Place, Span

MakeEvidence = Callable[..., Evidence]
WriteRule = Callable[..., Path]

RULE = """\
id: {id}
name: {name}
severity: high
confidence: high
since: 0.1.0
cwe: [CWE-639]
summary: Something leaks
why: Because.
fix: Mend it.
message: "{{table}} leaks"
match: {{reason: no-predicate}}
examples:
  bad:
    - title: Leaks
      line: 1
      code: |
        leak()
  good:
    - title: Holds
      code: |
        hold()
"""


@pytest.fixture
def make() -> MakeEvidence:
    """An evidence with everything at a default; keywords go to the evidence, or else to its access."""

    def build(reason: Reason = Reason.NO_PREDICATE, line: int = 1, **changes: Any) -> Evidence:
        access = {
            "place": Place("app.py", Span(line, 1, line, 100)),
            "function": "read_invoice",
            "role": Role.ROUTE,
            "client": Client.ORM,
            "layer": "sqlalchemy",
            "operation": Operation.READ,
            "table": "Invoice",
        }
        access |= {key: changes.pop(key) for key in tuple(changes) if key in access or key == "helper"}
        return Evidence(Access(**access), reason, **changes)

    return build


@pytest.fixture
def rule_text() -> Callable[..., str]:
    """The text of a valid rule file, with `old` parts replaced."""

    def text(*replacements: tuple[str, str], id: str = "ACME001", name: str = "acme-leak") -> str:
        found = RULE.format(id=id, name=name)
        for old, new in replacements:
            assert old in found
            found = found.replace(old, new, 1)
        return found

    return text
