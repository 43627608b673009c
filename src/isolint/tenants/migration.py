"""A migration: a file of SQL for each tenant's schema, cut into what one transaction holds and what none may."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from pathlib import Path

from isolint.errors import TenantError
from isolint.schema.lexer import tokens
from isolint.schema.statements import Statement, read, split
from isolint.tenants.naming import RESERVED, Naming
from isolint.tenants.reversible import made_by, one_way, shown

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

_MARK = re.compile(r"\s*--\s*isolint:\s*(.*?)\s*\Z", re.IGNORECASE)
_BATCHES = re.compile(r"batches of ([1-9][0-9_]*)\Z", re.IGNORECASE)


class How(StrEnum):
    """How a part runs: its statements in one transaction, one statement outside of any, or an UPDATE by key, so many
    rows in a transaction.
    """

    TOGETHER = "together"
    ALONE = "alone"
    BATCHES = "batches"


@dataclass(frozen=True, slots=True)
class Part:
    """Statements that run as `how` says. `rows` are those of one batch."""

    how: How
    statements: tuple[Statement, ...]
    rows: int = 0

    @property
    def place(self) -> str:
        """Where it begins, and how much it is."""
        more = f" and {len(self.statements) - 1} more" if len(self.statements) > 1 else ""
        return f"{self.statements[0].place}{more}"


@dataclass(frozen=True, slots=True)
class Migration:
    """`name` is the file's; `checksum` changes when a statement does, whatever its spaces and comments.

    `back` are the statements that the file itself gives for the way back, `names` all names that occur in it.
    """

    name: str
    checksum: str
    parts: tuple[Part, ...]
    back: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether everything that it changes bears a name that occurs in it."""
        return all(shown(statement) for part in self.parts for statement in part.statements)

    @property
    def one_way(self) -> tuple[str, ...]:
        """The statements that there is no way back from, each with the reason, as far as the text tells."""
        statements = [statement for part in self.parts for statement in part.statements]
        return () if self.back else one_way(statements, made_by(statements))


def read_migration(path: Path, naming: Naming) -> Migration:
    """The migration in a file. Raises TenantError with the place of what must not run in a tenant."""
    statements = _checked([s for s in read(path, str(path)) if s.words[0] not in CONTROL], naming)
    if not statements:
        raise TenantError(f"{path}: there is no statement in it")
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    starts = [statement.line for statement in statements]
    sizes = [_batches_of(s, lines) if s.line not in starts[:at] else 0 for at, s in enumerate(statements)]
    back = _checked(_given_back(path), naming)
    plain = "\n".join(
        " ".join(t.text for t in tokens(s.text) if t.significant) + (" batches" if rows else "")
        for s, rows in zip(statements, sizes, strict=True)
    )
    checksum = hashlib.sha256(plain.encode()).hexdigest()[:16]
    names = sorted({t.name for s in (*statements, *back) for t in tokens(s.text) if t.name})
    parts = tuple(_parts(statements, sizes))
    return Migration(path.name, checksum, parts, tuple(statement.text for statement in back), tuple(names))


def _checked(statements: list[Statement], naming: Naming) -> list[Statement]:
    for statement in statements:
        reason = _refused(statement, naming)
        if reason:
            raise TenantError(f"{statement.place}: {' '.join(statement.words[:3])}… {reason}")
    return statements


def _given_back(path: Path) -> list[Statement]:
    """The way back that the file gives: its own section, or the file beside it that other tools look for."""
    stem = path.name.removesuffix(".sql").removesuffix(".up")
    beside = [path.with_name(f"{stem}.down.sql")]
    beside += [path.with_name(f"U{path.name[1:]}")] if re.match(r"V\d", path.name) else []
    found = list(split(path.read_text(encoding="utf-8-sig"), str(path), back=True))
    found += [statement for other in beside if other.is_file() for statement in read(other, str(other))]
    given = [statement for statement in found if statement.words[0] not in CONTROL]
    for statement in given:
        if outside(statement):
            raise TenantError(
                f"{statement.place}: the way back is one transaction: leave CONCURRENTLY and VALIDATE out"
            )
    return given


def _batches_of(statement: Statement, lines: Sequence[str]) -> int:
    """The rows of a batch, from the line `-- isolint: batches of 5000` above the statement; 0 without one."""
    for line in reversed(lines[: statement.line - 1]):
        if not line.lstrip().startswith("--"):
            return 0
        mark = _MARK.match(line)
        if mark is None:
            continue
        size = _BATCHES.match(mark[1])
        if size is None or statement.words[0] != "UPDATE":
            raise TenantError(f"{statement.place}: {line.strip()!r} is not known: an UPDATE may have `batches of 5000`")
        return int(size[1])
    return 0


def _parts(statements: list[Statement], sizes: list[int]) -> Iterator[Part]:
    marked = list(zip(statements, sizes, strict=True))
    for how, group in groupby(marked, key=lambda item: _how(*item)):
        if how is How.TOGETHER:
            yield Part(how, tuple(statement for statement, _ in group))
        else:
            yield from (Part(how, (statement,), rows) for statement, rows in group)


def _how(statement: Statement, rows: int) -> How:
    if rows:
        return How.BATCHES
    return How.ALONE if outside(statement) else How.TOGETHER


def outside(statement: Statement) -> bool:
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
    if existing and outside(statement) and not any(token.text.upper() == "EXISTS" for token in found):
        return f"needs {existing}, so that it can be taken up again"
    return ""
