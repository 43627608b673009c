"""A migration: a file of SQL for each tenant's schema, cut into what one transaction holds and what none may."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from isolint.errors import TenantError
from isolint.schema.lexer import tokens
from isolint.schema.statements import Statement, read
from isolint.tenants.naming import RESERVED, Naming

CONTROL = frozenset(("BEGIN", "START", "COMMIT", "END"))
"""Left out: each tenant is one transaction anyway."""

REFUSED = {
    "ROLLBACK": "takes back what isolint has begun",
    "ABORT": "takes back what isolint has begun",
    "SAVEPOINT": "divides the transaction",
    "RELEASE": "divides the transaction",
    "PREPARE": "divides the transaction",
    "VACUUM": "does not belong to one tenant",
    "DISCARD": "takes away the tenant's search_path",
}
OWN = frozenset(("isolint",))


@dataclass(frozen=True, slots=True)
class Batch:
    """Statements that run in one transaction, or one that runs outside of any."""

    transactional: bool
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Migration:
    """`name` is the file's; `checksum` changes when a statement does, whatever its spaces and comments."""

    name: str
    checksum: str
    batches: tuple[Batch, ...]


def read_migration(path: Path, naming: Naming) -> Migration:
    """The migration in a file. Raises TenantError with the place of what must not run in a tenant."""
    statements = [s for s in read(path, str(path)) if s.words[0] not in CONTROL]
    if not statements:
        raise TenantError(f"{path}: there is no statement in it")
    for statement in statements:
        reason = _refused(statement, naming)
        if reason:
            raise TenantError(f"{statement.place}: {' '.join(statement.words[:3])}… {reason}")
    plain = "\n".join(" ".join(t.text for t in tokens(s.text) if t.significant) for s in statements)
    return Migration(path.name, hashlib.sha256(plain.encode()).hexdigest()[:16], tuple(_batches(statements)))


def _batches(statements: list[Statement]) -> Iterator[Batch]:
    for outside, group in groupby(statements, key=_outside):
        if outside:
            yield from (Batch(False, (statement,)) for statement in group)
        else:
            yield Batch(True, tuple(group))


def _outside(statement: Statement) -> bool:
    """Whether PostgreSQL refuses the statement in a transaction, or would keep its lock too long there."""
    words = [t.text.upper() for t in tokens(statement.text) if t.kind == "word"]
    validates = words[:2] == ["ALTER", "TABLE"] and "VALIDATE" in words
    return "CONCURRENTLY" in words[:6] or validates or (words[:2] == ["ALTER", "TYPE"] and "VALUE" in words)


def _refused(statement: Statement, naming: Naming) -> str:
    """Why the statement may not run; '' when it may."""
    found = [t for t in tokens(statement.text) if t.significant]
    words = statement.words
    if words[0] in REFUSED:
        return REFUSED[words[0]]
    if any(token.name == "search_path" for token in found) and words[0] in ("SET", "RESET", "SELECT"):
        return "sets the search_path, which is the tenant's"
    if words[0] in ("SET", "RESET") and words[1] != "LOCAL":
        return "outlives the transaction: write SET LOCAL"
    for token, following in pairwise(found):
        if following.text == "." and (token.name in OWN or (token.name not in RESERVED and naming.owns(token.name))):
            return f"names {token.name}: write names of the tenant without a schema"
    existing = {"CREATE": "IF NOT EXISTS", "DROP": "IF EXISTS"}.get(words[0], "")
    if words[:2] == ("ALTER", "TYPE"):
        existing = "IF NOT EXISTS"
    if existing and _outside(statement) and not any(token.text.upper() == "EXISTS" for token in found):
        return f"needs {existing}, so that it can be taken up again"
    return ""
