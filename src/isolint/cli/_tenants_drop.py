"""`isolint tenants drop`."""

from __future__ import annotations

import sys
from contextlib import closing as closing_connection

import click

from isolint.cli._fleet import fleet_of, place


@click.command("drop")
@click.option("--tenant", "slug", required=True, metavar="SLUG", help="The tenant.")
@click.option("--confirm", default="", metavar="SCHEMA", help="The name of its schema: yes, drop it with all its rows.")
@click.option("--locks", type=click.IntRange(1), help="Locks of one transaction.  [default: max_locks_per_transaction]")
@place
def drop(slug: str, confirm: str, locks: int | None, **given: str) -> int:
    """Drop the schema of one tenant with all its rows, a few tables a transaction.

    Without --confirm it only says what would be dropped. Many small transactions never need more of the server's lock
    table than one may; a run that was cut off is taken up by the same command. The tenant is taken out of the ledger.
    Exit codes: 0 dropped, or said what would be, 2 it could not be done, 3 another run or a lock is in the way.
    """
    from isolint.cli._write import write_text
    from isolint.errors import UsageError
    from isolint.tenants.drop import drop as remove
    from isolint.tenants.drop import planned
    from isolint.tenants.ledger import BusyTenant

    fleet = fleet_of(given)
    tenant = fleet.naming.tenant(slug)
    if confirm not in ("", tenant.schema):
        raise UsageError(
            f"--confirm {confirm} is not the tenant's schema, which is {tenant.schema}: nothing was dropped"
        )
    with closing_connection(fleet.connect()) as connection:
        try:
            removal = remove(connection, tenant, locks or 0) if confirm else planned(connection, tenant, locks or 0)
        except BusyTenant as error:
            sys.stderr.write(f"isolint: {error}\n")
            return 3
    tables = sum(len(part.names) for part in removal.parts)
    most = max((part.locks for part in removal.parts), default=0)
    how = f"{tables} tables and views in {len(removal.parts)} transactions of at most {most} locks"
    lines = [f"{tenant.schema}  {'dropped' if confirm else 'would be dropped'}: {how}"]
    if not confirm:
        lines += [f"in the way: {needs}" for needs in removal.outside]
        lines.append(f"nothing was changed; to drop it: --confirm {tenant.schema}")
    write_text("\n".join(lines) + "\n")
    return 0
