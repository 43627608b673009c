"""A plan as a script for psql."""

from __future__ import annotations

from collections.abc import Iterator

from isolint.errors import SchemaError
from isolint.schema.factor import NAME, SCHEMA, render, shown
from isolint.schema.plan.plan import Plan
from isolint.schema.plan.steps import Step

PREAMBLE = (
    "SET lock_timeout = '5s';",
    f"SET search_path = {SCHEMA};",
    "SET check_function_bodies = off;",
)
RESET = ("RESET check_function_bodies;", "RESET search_path;", "RESET lock_timeout;")


def script(plan: Plan, allow_destructive: bool = False) -> str:
    """The whole plan as SQL. Steps that would rewrite or lose something are comments unless they are allowed."""
    run = [step for step in plan.steps if allow_destructive or not step.refusal]
    refused = [step for step in plan.steps if not allow_destructive and step.refusal]
    lines = list(_head(plan, len(run), len(refused)))
    if any(not step.transactional for step in run):
        lines.insert(3, "-- Run it statement by statement (psql -v ON_ERROR_STOP=1 -f), not as one transaction.")
    if run:
        lines += [*PREAMBLE, "", *_body(run), *RESET]
    for step in refused:
        lines += ["", f"-- NOT EXECUTED: {step.what}", f"-- why: {shown(step.refusal)}", *_commented(step.sql)]
    return render("\n".join(lines).rstrip() + "\n", plan.schema)


def migration(plan: Plan) -> str:
    """The plan as a file that `isolint tenants migrate` runs in every tenant: names without a schema, no transactions.

    Raises SchemaError where a step says the schema's name otherwise, which is another one in each tenant.
    """
    lines = list(_head(plan, len(plan.executed), len(plan.steps) - len(plan.executed)))
    for step in plan.executed:
        sql = step.sql.replace(f"{SCHEMA}.", "")
        if SCHEMA in sql or NAME in sql:
            raise SchemaError(f"{shown(step.what)}: it says the schema's name, so it is no migration of all tenants")
        lines += [f"-- {shown(step.what)}", sql]
    return render("\n".join(lines).rstrip() + "\n", plan.schema)


def _head(plan: Plan, run: int, refused: int) -> Iterator[str]:
    comparison = plan.comparison
    yield f"-- isolint schema plan: {comparison.candidate.origin.label}"
    yield f"-- up to:              {comparison.reference.origin.label}"
    yield f"-- {run} steps; {refused} more would rewrite or lose something and are comments"
    for name in comparison.busy:
        yield f"-- BUSY: {shown(name)} is being altered and was not compared; run the plan again"
    for place in comparison.unread:
        yield f"-- NOT READ: {place}"
    yield ""


def _body(steps: list[Step]) -> Iterator[str]:
    """Transactions of consecutive steps, and the steps that must run outside of them."""
    inside = False
    for step in steps:
        if step.transactional != inside:
            inside = step.transactional
            yield from ("", "BEGIN;") if inside else ("COMMIT;", "")
        yield f"-- {step.what}" + (f" [{step.lock}]" if step.lock else "")
        if step.hazard:
            yield f"-- hazard: {step.hazard}"
        yield step.sql
    if inside:
        yield "COMMIT;"
    yield ""


def _commented(sql: str) -> Iterator[str]:
    for line in sql.splitlines():
        yield f"-- {line}"
