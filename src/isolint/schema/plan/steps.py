"""One step of a plan, and the order of steps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Phase(IntEnum):
    """When a step runs. Steps of CREATE are ordered among themselves by what needs what."""

    LABELS = 0
    CREATE = 1
    ALTER = 2
    CONSTRAIN = 3
    INDEX = 4
    ATTACH = 5
    REFER = 6
    VALIDATE = 7
    TIGHTEN = 8
    GUARD = 9
    GRANT = 10
    DESCRIBE = 11
    REMOVE = 12


@dataclass(frozen=True, slots=True)
class Step:
    """SQL that may run twice, with the schema's name marked (see `factor`).

    `lock` is the strongest lock and what it is taken on; `hazard` says what can go wrong or take long. A step that is
    not `transactional` runs outside transactions. One with a `refusal` rewrites or loses something: it is shown with
    that reason, and runs only on request. `key` and `needs` order the steps of CREATE.
    """

    phase: Phase
    what: str
    sql: str
    lock: str = ""
    hazard: str = ""
    transactional: bool = True
    refusal: str = ""
    key: tuple[str, ...] = ()


SHARE_UPDATE = "SHARE UPDATE EXCLUSIVE"
SHARE_ROW = "SHARE ROW EXCLUSIVE"
EXCLUSIVE = "ACCESS EXCLUSIVE"


def locked(mode: str, table: str) -> str:
    """A lock as it is shown: `ACCESS EXCLUSIVE on Invoice`."""
    return f"{mode} on {table}"
