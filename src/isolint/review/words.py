"""Words by which a program says that it has succeeded."""

from __future__ import annotations

import re

STEP = re.compile(r"\b(?:created|added|migrated|applied|installed|seeded|granted|inserted)\b|[✅✓✔]", re.IGNORECASE)
WHOLE = re.compile(r"\b(?:success|successful|successfully|succeeded|fully|provisioned|ready)\b", re.IGNORECASE)
ENDED = re.compile(r"\b(?:complete|completed|done|finished)\b", re.IGNORECASE)
"""Words that may mean the end alone, however it came."""
DENIES = re.compile(
    r"\b(?:not|no|never|cannot|could|couldn't|can't|fail\w*|errors?|incomplete|skipp\w*|already|warnings?|partial\w*|"
    r"would|should|might|may|appears?|seems?|needs?|must|if|until|when)\b",
    re.IGNORECASE,
)
"""What makes of such words something else."""
CATALOG = re.compile(
    r"information_schema|pg_catalog|pg_tables|pg_class|pg_index|pg_attribute|pg_constraint|pg_namespace|to_regclass"
    r"|count\s*\(",
    re.IGNORECASE,
)
"""What a query looks at that checks what has been made."""


CLAUSE = re.compile(r"\s[-–—]\s|[.;,!()\n]")


def claims(text: str, *, whole: bool = False, ended: bool = True) -> bool:
    """Whether a text says that something was done; `whole`: that everything was; `ended`: words for the end count.

    What ends with a colon is a heading.
    """
    if text.rstrip().endswith(":"):
        return False
    known = [WHOLE] + [ENDED] * ended + [STEP] * (not whole)
    clauses = (part for part in CLAUSE.split(text) if not DENIES.search(part))
    return any(pattern.search(part) for part in clauses for pattern in known)
