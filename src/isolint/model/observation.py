"""What is seen of schemas and of the code that makes them: the facts, beside accesses, that rules speak of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isolint.model.evidence import Step
from isolint.model.rule import Over
from isolint.model.source import Place


class Trait(StrEnum):
    """What was seen. The first group is about tables (`over: difference`), the second about what makes schemas."""

    # difference: between what the code relies on and what a schema is
    UNKNOWN_TABLE = "unknown-table"
    UNKNOWN_COLUMN = "unknown-column"
    UNLISTED_TABLE = "unlisted-table"
    UNINDEXED_KEY = "unindexed-key"
    GLOBAL_UNIQUE = "global-unique"
    NULLABLE_KEY = "nullable-key"
    FOREIGN_KEY_ACROSS = "foreign-key-across"
    ROW_SECURITY_OFF = "row-security-off"
    ROW_SECURITY_NOT_FORCED = "row-security-not-forced"
    # provisioning
    BYPASSING_ROLE = "bypassing-role"
    LEAKED_SEARCH_PATH = "leaked-search-path"
    SLUG_COLLISION = "slug-collision"
    IDENTIFIER_TRUNCATION = "identifier-truncation"
    SWALLOWED_ERROR = "swallowed-error"
    UNQUOTED_IDENTIFIER = "unquoted-identifier"
    NOT_IDEMPOTENT = "not-idempotent"
    DEFINER_WITHOUT_PATH = "definer-without-path"
    ONE_TRANSACTION = "one-transaction"
    UNCHECKED_SUCCESS = "unchecked-success"

    @property
    def over(self) -> Over:
        """What rules on it look at."""
        order = list(Trait)
        late = order.index(self) >= order.index(Trait.BYPASSING_ROLE)
        return Over.PROVISIONING if late else Over.DIFFERENCE


@dataclass(frozen=True, slots=True)
class Observation:
    """One such fact. `subject` is what it speaks of in the user's words, `table` the table that it is about, `function`
    the function or script that it was seen in; the last two are '' where there is none.
    """

    trait: Trait
    place: Place
    subject: str = ""
    table: str = ""
    function: str = ""
    trail: tuple[Step, ...] = ()

    @property
    def assumed(self) -> int:
        """How many links of the trail are assumed: each lowers the confidence by one step."""
        return sum(step.assumed for step in self.trail)
