"""Verdicts with their reasons: closed lists, so that rules and users can rely on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isolint.model.access import Access
from isolint.model.remedy import Remedy
from isolint.model.source import Place


class Verdict(StrEnum):
    """SCOPED is proven or assumed to stay inside one tenant, UNSCOPED is shown not to, UNKNOWN is neither, and
    counted.
    """

    SCOPED = "scoped"
    UNSCOPED = "unscoped"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why. The UNSCOPED reasons stand in the order in which the first that holds is reported."""

    # scoped
    EXECUTOR = "executor"
    BOUND_SESSION = "bound-session"
    TENANT_PREDICATE = "tenant-predicate"
    TENANT_KEY = "tenant-key"
    TENANT_PAYLOAD = "tenant-payload"
    SCOPED_PARENT = "scoped-parent"
    ID_FROM_SCOPED_ROW = "id-from-scoped-row"
    DOMINATING_GUARD = "dominating-guard"
    CHECK_AFTER_FETCH = "check-after-fetch"
    CHECKING_HELPER = "checking-helper"
    FRAMEWORK_GUARD = "framework-guard"
    OWN_ROW = "own-row"
    CAPABILITY_SECRET = "capability-secret"  # noqa: S105 - a reason, not a password
    OPERATOR_ONLY = "operator-only"
    UNIQUENESS_CHECK = "uniqueness-check"
    SHARED_TABLE = "shared-table"
    BACKGROUND_BY_DESIGN = "background-by-design"
    MAINTENANCE = "maintenance"
    # unscoped, most telling first
    SHARED_FALL_THROUGH = "shared-fall-through"
    INTERPOLATED_IDENTIFIER = "interpolated-identifier"
    SESSION_SEARCH_PATH = "session-search-path"
    EXECUTOR_MISUSE = "executor-misuse"
    CONSTANT_TENANT = "constant-tenant"
    EXECUTOR_BYPASS = "executor-bypass"
    TENANT_FROM_REQUEST = "tenant-from-request"
    ACTED_ID_NOT_AUTHORISED = "acted-id-not-authorised"
    INVERTED_GUARD = "inverted-guard"
    UNAWAITED_GUARD = "unawaited-guard"
    OPTIONAL_PREDICATE = "optional-predicate"
    WIDENED_PREDICATE = "widened-predicate"
    REPLACED_PREDICATE = "replaced-predicate"
    MISPLACED_PREDICATE = "misplaced-predicate"
    MASS_ASSIGNED_KEY = "mass-assigned-key"
    UNCHECKED_RELATION_ID = "unchecked-relation-id"
    NATURAL_KEY_JOIN = "natural-key-join"
    JOB_IGNORES_TENANT = "job-ignores-tenant"
    LOST_CONTEXT = "lost-context"
    UNKEYED_CACHE = "unkeyed-cache"
    CROSS_TENANT_LOOP = "cross-tenant-loop"
    HARD_CODED_TENANT = "hard-coded-tenant"
    UNQUALIFIED_TABLE = "unqualified-table"
    DIRECT_CLIENT = "direct-client"
    ANONYMOUS_CALLER = "anonymous-caller"
    UNUSED_TENANT_PARAMETER = "unused-tenant-parameter"
    NO_PREDICATE = "no-predicate"
    # unknown
    DYNAMIC_SQL = "dynamic-sql"
    UNRESOLVED_TABLE = "unresolved-table"
    UNRESOLVED_CALLEE = "unresolved-callee"
    UNRESOLVED_CALLER = "unresolved-caller"
    UNRESOLVED_VALUE = "unresolved-value"
    NO_TENANCY = "no-tenancy"

    @property
    def verdict(self) -> Verdict:
        """The verdict that this reason stands for."""
        return _VERDICTS[self]


def _verdicts() -> dict[Reason, Verdict]:
    """The verdict of each reason, by where it stands in the order."""
    order = list(Reason)
    unscoped, unknown = order.index(Reason.SHARED_FALL_THROUGH), order.index(Reason.DYNAMIC_SQL)
    scoped = dict.fromkeys(order[:unscoped], Verdict.SCOPED)
    return (
        scoped
        | dict.fromkeys(order[unscoped:unknown], Verdict.UNSCOPED)
        | dict.fromkeys(order[unknown:], Verdict.UNKNOWN)
    )


_VERDICTS = _verdicts()


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a trail: what was seen, and where. `assumed` marks what is inferred and not proven."""

    message: str
    place: Place | None = None
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """The judgement of one access. `trail` leads from the access to what decides it; `others` are further reasons
    that hold.

    `subject` is what the reason speaks of in the user's words (`org_id`, `request.json["orgId"]`, `Campaign.id`),
    '' if nothing.
    `strategy` is the tenancy strategy under which it was judged. `deviance` tells how siblings are confined, '' if
    it tells nothing. `remedy` is what would confine the access, when that was asked for and is known.
    """

    access: Access
    reason: Reason
    trail: tuple[Step, ...] = ()
    subject: str = ""
    strategy: str = ""
    others: tuple[Reason, ...] = ()
    deviance: str = ""
    remedy: Remedy | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict that the reason stands for."""
        return self.reason.verdict

    @property
    def assumed(self) -> int:
        """How many links of the trail are assumed: each lowers the confidence by one step."""
        return sum(step.assumed for step in self.trail)
