"""Whether one tenant is fit for use, told by a function that an application can call while somebody signs up.

```python
from isolint.schema.load import load
from isolint.tenants.health import check

REFERENCE = load("tenant.json")           # once, when the application starts; made by `isolint schema snapshot`

with connection.transaction():
    make_the_tenant(connection, "org_acme")
    health = check(connection, "org_acme", REFERENCE, ledger=False)
    if not health.healthy:
        raise RuntimeError(str(health))   # and the transaction takes the half-made tenant back
```
The check reads inside a savepoint that it rolls back: it sees what the open transaction has made, commits nothing, and
leaves the connection's settings, row factory and transaction as they were. `check_async` does the same for an
`AsyncConnection`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from isolint.errors import TenantError
from isolint.schema.model import Schema
from isolint.tenants.examine import Answer, Asked, Examination, Question
from isolint.tenants.fitness import Check, Fault, Health
from isolint.tenants.naming import Tenant
from isolint.tenants.seeds import Seed

if TYPE_CHECKING:
    import psycopg

__all__ = ["SHARED", "Check", "Fault", "Health", "check", "check_async"]

SHARED = ("public",)
"""Schemas that functions and sequences of a tenant may use besides their own."""


def check(
    connection: psycopg.Connection[Any] | str,
    tenant: Tenant | str,
    reference: Schema,
    *,
    seeds: Sequence[Seed] = (),
    org_id: str = "",
    shared: Sequence[str] = SHARED,
    ledger: bool = True,
) -> Health:
    """The health of a tenant (or of the schema of that name), compared with what it should be.

    `connection` may be a URL. `seeds` are the rows that it starts with, `org_id` its id in them; `ledger` False leaves
    out whether `isolint tenants` knows it. Raises TenantError when the database cannot be asked, and nothing for a
    tenant that is not healthy.
    """
    import psycopg

    if isinstance(connection, str):
        from isolint.schema.references import parse
        from isolint.schema.sources.live import connect

        with connect(parse(connection)) as own:
            return check(own, tenant, reference, seeds=seeds, org_id=org_id, shared=shared, ledger=ledger)
    examination = Examination(_tenant(tenant), reference, tuple(seeds), org_id, tuple(shared), ledger)
    try:
        with connection.transaction(force_rollback=True):
            return _answered(connection, examination.asked())
    except psycopg.errors.LockNotAvailable:
        return examination.busy()
    except psycopg.Error as error:
        raise _told(examination, error) from error


async def check_async(
    connection: psycopg.AsyncConnection[Any],
    tenant: Tenant | str,
    reference: Schema,
    *,
    seeds: Sequence[Seed] = (),
    org_id: str = "",
    shared: Sequence[str] = SHARED,
    ledger: bool = True,
) -> Health:
    """`check` for an asynchronous connection."""
    import psycopg

    examination = Examination(_tenant(tenant), reference, tuple(seeds), org_id, tuple(shared), ledger)
    try:
        async with connection.transaction(force_rollback=True):
            return await _answered_async(connection, examination.asked())
    except psycopg.errors.LockNotAvailable:
        return examination.busy()
    except psycopg.Error as error:
        raise _told(examination, error) from error


def _answered(connection: psycopg.Connection[Any], asked: Asked) -> Health:
    """Put each question and hand the rows back. What a question of `seeds` raises is an answer too."""
    import psycopg
    from psycopg.rows import dict_row

    cursor = psycopg.Cursor(connection, row_factory=dict_row)
    answer: Answer = None
    while True:
        question = _next(asked, answer)
        if isinstance(question, Health):
            return question
        if not question.may_fail:
            answer = cursor.execute(question.sql, question.parameters, prepare=False).fetchall()
            continue
        try:
            with connection.transaction():
                answer = cursor.execute(question.sql, question.parameters, prepare=False).fetchall()
        except psycopg.Error as error:
            answer = error


async def _answered_async(connection: psycopg.AsyncConnection[Any], asked: Asked) -> Health:
    import psycopg
    from psycopg.rows import dict_row

    cursor = psycopg.AsyncCursor(connection, row_factory=dict_row)
    answer: Answer = None
    while True:
        question = _next(asked, answer)
        if isinstance(question, Health):
            return question
        if not question.may_fail:
            answer = await (await cursor.execute(question.sql, question.parameters, prepare=False)).fetchall()
            continue
        try:
            async with connection.transaction():
                answer = await (await cursor.execute(question.sql, question.parameters, prepare=False)).fetchall()
        except psycopg.Error as error:
            answer = error


def _next(asked: Asked, answer: Answer) -> Question | Health:
    """The next question, or what came out in the end."""
    try:
        return asked.send(answer)
    except StopIteration as end:
        health: Health = end.value
        return health


def _tenant(tenant: Tenant | str) -> Tenant:
    return tenant if isinstance(tenant, Tenant) else Tenant("", tenant)


def _told(examination: Examination, error: Exception) -> TenantError:
    return TenantError(f"{examination.tenant.schema}: cannot be examined: {' '.join(str(error).split())}")
