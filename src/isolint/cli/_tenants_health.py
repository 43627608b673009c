"""`isolint tenants health`."""

from __future__ import annotations

from contextlib import closing as closing_connection

import click

from isolint.cli._fleet import fleet_of, place

FORMATS = ("text", "json")


@click.command("health")
@click.option("--tenant", "slugs", multiple=True, metavar="SLUG", help="This tenant; may be given several times.")
@click.option("--all", "everyone", is_flag=True, help="All tenants.")
@click.option("--org-id", default="", metavar="ID", help="The tenant's id, for the rows that it starts with.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to report.")
@click.option("--output", "-o", default="", metavar="FILE", help="Write to this file.")
@click.option("--allow-incomplete", is_flag=True, help="Exit with 0 although something could not be looked at.")
@place
def health(
    slugs: tuple[str, ...],
    everyone: bool,
    org_id: str,
    form: str,
    output: str,
    allow_incomplete: bool,
    **given: str,
) -> int:
    """Tell whether tenants are fit for use, and what is wrong with those that are not.

    Compared with the reference: tables, columns, sequences and who owns them, triggers and whether they fire, indexes
    and whether they are valid, constraints and whether they were checked, functions and where they look for names,
    grants, the rows to start with, and the ledger. Nothing is changed. Exit codes: 0 all are healthy, 1 some are not,
    2 could not ask, 3 something could not be looked at.
    """
    from isolint.cli._write import write_document, write_text
    from isolint.errors import UsageError
    from isolint.schema.load import closing
    from isolint.tenants.health import check
    from isolint.tenants.health_output import render
    from isolint.tenants.naming import Tenant

    if everyone == bool(slugs):
        raise UsageError("say which tenants: --all, or --tenant SLUG")
    fleet = fleet_of(given)
    with closing_connection(fleet.connect()) as connection, closing():
        named = [fleet.tenant(connection, slug) for slug in slugs]
        tenants = named or [Tenant("", schema) for schema in fleet.schemas(connection)]
        if not tenants:
            raise UsageError(f"there is no schema that is called {fleet.naming.pattern}: nothing was looked at")
        reference, seeds = fleet.wanted(), fleet.planted()
        found = [check(connection, tenant, reference, seeds=seeds, org_id=org_id) for tenant in tenants]
    text = render(found, form)
    if form == "text" and not output:
        write_text(text)
    else:
        write_document(text, output)
    if any(item.faults for item in found):
        return 1
    return 3 if any(item.unchecked for item in found) and not allow_incomplete else 0
