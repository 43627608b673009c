"""What a suite can assert of its tenants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from isolint.testing.tenant import LiveTenant

if TYPE_CHECKING:
    from isolint.testing.outcome import Outcome

SHOWN = 8
"""Values and rows that a message lists."""


def assert_complete(tenant: LiveTenant, reference: Any = None) -> None:
    """Assert that the tenant is fit for use: nothing of the reference is missing or different.

    `reference` is a Schema, by default the one that the tenant was made from. For tenants with a schema each.
    """
    __tracebackhide__ = True
    from isolint.errors import UsageError
    from isolint.tenants.health import check

    wanted = reference or tenant.reference
    if tenant.keys or wanted is None:
        raise UsageError("assert_complete is for tenants that have a schema of their own")
    world = tenant.world
    with world.connect() as connection:
        health = check(connection, tenant.schema, wanted, seeds=world.plan.seeds, org_id=str(tenant.org_id))
    if not health.healthy:
        raise AssertionError(str(health))


def assert_isolated(
    act: str | Callable[[LiveTenant], Any],
    tenant_a: LiveTenant,
    tenant_b: LiveTenant,
    *,
    parameters: Mapping[str, Any] | None = None,
    rows: Mapping[str, Mapping[str, Any]] | None = None,
    known: tuple[Any, ...] = (),
    may_find_nothing: bool = False,
) -> Any:
    """Assert that what tenant A does neither shows nor changes rows of tenant B; gives back what A got.

    Rows that can be told apart are planted for both, a row a table (see `LiveTenant.rows`). `act` is

    - a statement: it runs as A, with `parameters` besides `%(org_id)s`, `%(slug)s` and `%(schema)s`, in a transaction
      that is rolled back; its answer must also be the same when B has no rows, so that a count over all is found;
    - or a function that is given A, and may be a coroutine function: what it returns is searched for values of B, and
      B's rows are compared before and after.

    `rows` are values for planted rows, by table, where a table does not take those that are made up. `known` are
    values of B that A may know, such as an id that the test itself hands over and that an error repeats. Nothing shown
    and nothing changed of A is a failure too, since it proves nothing: `may_find_nothing` says that it is expected.
    """
    __tracebackhide__ = True
    from isolint.testing.outcome import of_function, of_statement, plant_both

    plant_both(tenant_a, tenant_b, dict(rows or {}))
    if isinstance(act, str):
        outcome = of_statement(act, dict(parameters or {}), tenant_a, tenant_b)
    else:
        outcome = of_function(act, tenant_a, tenant_b)
    message = _message(outcome, known, may_find_nothing, tenant_a, tenant_b)
    if message:
        raise AssertionError(message)
    return outcome.answer


def _message(
    outcome: Outcome, known: tuple[Any, ...], may_find_nothing: bool, tenant_a: LiveTenant, tenant_b: LiveTenant
) -> str:
    """What is wrong, '' when nothing is."""
    seen = {where: value for where, value in outcome.seen.items() if value not in known}
    lines: list[str] = []
    if seen:
        lines.append(f"{tenant_a.slug} sees rows of {tenant_b.slug}:")
        lines += _some([f"{where} = {value}" for where, value in seen.items()])
    if outcome.changed:
        lines.append(f"{tenant_a.slug} changes rows of {tenant_b.slug}:")
        lines += _some(list(outcome.changed))
    if outcome.depends and not seen:
        lines.append(f"what {tenant_a.slug} sees depends on rows of {tenant_b.slug}:")
        lines += [f"  with them    {outcome.depends[0]}", f"  without them {outcome.depends[1]}"]
    if lines:
        return "\n".join((*lines, f"tenants: {tenant_a!r}, {tenant_b!r}"))
    if outcome.own or may_find_nothing:
        return ""
    lacking = [f"{name}: {why}" for name, why in tenant_a.unplanted.items()]
    hint = (
        ["no row could be planted in", *_some(lacking), "give values with rows={table: {column: value}}"]
        if lacking
        else []
    )
    return "\n".join(
        (
            f"nothing of {tenant_a.slug} was seen or changed, so nothing is proven; "
            "if that is what you expect, say may_find_nothing=True",
            *hint,
        )
    )


def _some(lines: list[str]) -> list[str]:
    more = [f"  … and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [*(f"  {line}" for line in lines[:SHOWN]), *more]
