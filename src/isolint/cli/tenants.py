"""`isolint tenants`."""

from __future__ import annotations

import sys
from contextlib import closing as closing_connection
from typing import TYPE_CHECKING

import click

from isolint.cli._fleet import fleet_of, place
from isolint.cli._tenants_drop import drop
from isolint.cli._tenants_health import health
from isolint.cli._tenants_migrate import migrate, rollback

if TYPE_CHECKING:
    from isolint.model.use import Uses
    from isolint.tenants.provision import Outcome

FORMATS = ("text", "json", "markdown", "prometheus")


@click.group("tenants")
def command() -> None:
    """Make, repair and compare the schemas of tenants in one database."""


command.add_command(drop)
command.add_command(health)
command.add_command(migrate)
command.add_command(rollback)


@command.command("provision")
@click.option("--org", "slug", required=True, metavar="SLUG", help="The tenant.")
@click.option("--org-id", default="", metavar="ID", help="Its id, for the rows that it starts with.")
@click.option("--dry-run", is_flag=True, help="Print the SQL and change nothing.")
@click.option("--verbose", "-v", is_flag=True, help="List the steps.")
@place
def provision(slug: str, org_id: str, dry_run: bool, verbose: bool, **given: str) -> int:
    """Make or repair the schema of one tenant, up to the reference.

    A new schema is made in one transaction. What would rewrite or lose something is left alone and told. Exit codes:
    0 nothing is missing or different, 1 something is, 2 it could not be done, 3 another run works on the tenant.
    """
    from isolint.cli._write import write_text
    from isolint.schema.lexer import quote
    from isolint.schema.load import closing
    from isolint.schema.plan.script import script
    from isolint.tenants.ledger import BusyTenant
    from isolint.tenants.provision import Wanted, planned
    from isolint.tenants.provision import provision as make

    fleet = fleet_of(given)
    with closing_connection(fleet.connect()) as connection, closing():
        tenant = fleet.tenant(connection, slug)
        wanted = Wanted(fleet.wanted(), fleet.planted(), org_id)
        if dry_run:
            made = f"CREATE SCHEMA IF NOT EXISTS {quote(tenant.schema)};\n"
            write_text(made + script(planned(connection, tenant, wanted.reference)))
            return 0
        try:
            outcome = make(connection, tenant, wanted)
        except BusyTenant as error:
            sys.stderr.write(f"isolint: {error}\n")
            return 3
    write_text(_told(outcome, verbose))
    return 0 if outcome.complete else 1


@command.command("status")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to report.")
@click.option("--output", "-o", default="", metavar="FILE", help="Write to this file.")
@click.option("--code", default="", metavar="PATH", help="Also tell what this code needs and tenants lack.")
@click.option("--allow-incomplete", is_flag=True, help="Exit with 0 although something was not read.")
@place
def status(form: str, output: str, code: str, allow_incomplete: bool, **given: str) -> int:
    """Show which tenants are alike, and what the others lack.

    All are read in one statement, and compared with the reference when there is one, else with the first tenant
    of the largest group. With --code it is also told which tables and columns the project at PATH uses, and which
    tenants do not have them. Exit codes: 0 all are alike and have what the code needs, 1 some differ, lack something
    or have no schema, 2 could not ask, 3 some were busy or closed to this role, or some code could not be read.
    """
    from isolint.cli._write import write_document, write_text
    from isolint.schema.load import closing
    from isolint.tenants.status import status as ask
    from isolint.tenants.status_output import render

    fleet, uses = fleet_of(given), _uses(code) if code else None
    with closing_connection(fleet.connect()) as connection, closing():
        found = ask(connection, fleet, fleet.wanted() if fleet.reference else None, fleet.patience, uses)
    text = render(found, form)
    if form == "text" and not output:
        write_text(text)
    else:
        write_document(text, output)
    if found.different or found.absent or (found.needs and found.needs.lacks):
        return 1
    return 3 if (found.busy or found.denied or (uses and uses.problems)) and not allow_incomplete else 0


def _uses(path: str) -> Uses:
    """What the code at a path uses. Raises UsageError when it uses nothing, since nothing would be compared."""
    from isolint.engine.request import ScanRequest
    from isolint.engine.uses import find_uses
    from isolint.errors import UsageError

    found = find_uses(ScanRequest((path,)))
    if not found.uses:
        raise UsageError(f"{path}: no table is used in {found.files} files: nothing to compare tenants with")
    return found


def _told(outcome: Outcome, verbose: bool) -> str:
    """One line of what was done, the steps on request, and what is left."""
    from isolint.schema.output.words import counts, sentence

    comparison = outcome.comparison
    done = f"{len(outcome.steps)} steps, {outcome.planted} rows added"
    what = f"{'created' if outcome.created else 'repaired'}: {done}" if outcome.changed else "nothing was to do"
    lines = [f"{outcome.tenant.schema}  {what}"]
    lines += [f"  {step}" for step in outcome.steps] if verbose else []
    if comparison.differences:
        lines += [f"left: {counts(comparison)}", *(f"  {sentence(d)}" for d in comparison.differences)]
    else:
        lines.append(f"same as {comparison.reference.origin.label}: {len(comparison.reference.tables)} tables")
    return "\n".join(lines) + "\n"
