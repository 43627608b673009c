"""Routes and what they reach: each access once for every entry point that leads to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isolint.model.access import Operation, Role
from isolint.model.evidence import Reason, Step, Verdict
from isolint.model.source import Place


class Confinement(StrEnum):
    """How an access is kept within one tenant, the least confined last."""

    SHARED = "shared"
    OPERATOR = "operator only"
    EXECUTOR = "executor"
    PREDICATE = "predicate"
    PARENT = "parent"
    GUARD = "guard"
    UNKNOWN = "unknown"
    UNSCOPED = "unscoped"

    @staticmethod
    def of(reason: Reason) -> Confinement:
        """What a reason amounts to."""
        if reason.verdict is Verdict.UNSCOPED:
            return Confinement.UNSCOPED
        if reason.verdict is Verdict.UNKNOWN:
            return Confinement.UNKNOWN
        return _SCOPED[reason]


_SCOPED = {
    Reason.EXECUTOR: Confinement.EXECUTOR,
    Reason.BOUND_SESSION: Confinement.EXECUTOR,
    Reason.TENANT_PREDICATE: Confinement.PREDICATE,
    Reason.TENANT_KEY: Confinement.PREDICATE,
    Reason.TENANT_PAYLOAD: Confinement.PREDICATE,
    Reason.OWN_ROW: Confinement.PREDICATE,
    Reason.UNIQUENESS_CHECK: Confinement.PREDICATE,
    Reason.SCOPED_PARENT: Confinement.PARENT,
    Reason.ID_FROM_SCOPED_ROW: Confinement.PARENT,
    Reason.DOMINATING_GUARD: Confinement.GUARD,
    Reason.CHECK_AFTER_FETCH: Confinement.GUARD,
    Reason.CHECKING_HELPER: Confinement.GUARD,
    Reason.FRAMEWORK_GUARD: Confinement.GUARD,
    Reason.CAPABILITY_SECRET: Confinement.GUARD,
    Reason.OPERATOR_ONLY: Confinement.OPERATOR,
    Reason.BACKGROUND_BY_DESIGN: Confinement.OPERATOR,
    Reason.MAINTENANCE: Confinement.OPERATOR,
    Reason.SHARED_TABLE: Confinement.SHARED,
}


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """An entry point. `name` is what it is called in its file, `address` the URL that its place or its decorator gives,
    '' where neither does.
    """

    path: str
    line: int
    name: str
    address: str = ""
    role: Role = Role.ROUTE


@dataclass(frozen=True, slots=True)
class Reach:
    """One access as one entry point brings it about. `place` is the statement that runs."""

    route: Route
    table: str
    operation: Operation
    place: Place
    reason: Reason
    subject: str = ""
    trail: tuple[Step, ...] = ()

    @property
    def confinement(self) -> Confinement:
        """How it is confined."""
        return Confinement.of(self.reason)
