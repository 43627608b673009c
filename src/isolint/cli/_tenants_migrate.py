"""`isolint tenants migrate` and `rollback`."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isolint.cli._fleet import fleet_of, place

if TYPE_CHECKING:
    from isolint.tenants.course import Course
    from isolint.tenants.fleet import Fleet
    from isolint.tenants.told import Told

LINES = "How to report; JSON is one line a tenant, as it is done."


def _course(function: Any) -> Any:
    """Options that say how to go over the fleet."""
    many = click.IntRange(1)
    options = (
        click.option("--all", "everyone", is_flag=True, help="All tenants."),
        click.option("--tenant", "slugs", multiple=True, metavar="SLUG", help="This tenant; may be given repeatedly."),
        click.option("--jobs", "-j", type=click.IntRange(1, 64), default=4, show_default=True, help="Tenants at once."),
        click.option("--canaries", type=click.IntRange(0), default=1, show_default=True, help="First, one by one."),
        click.option("--failures", type=many, default=1, show_default=True, help="Begin no more after so many."),
        click.option("--statement-timeout", default="", metavar="TIME", help="Longest time of a statement: 30s, 5min."),
        click.option("--format", "form", type=click.Choice(("text", "json")), default="text", help=LINES),
    )
    for option in reversed(options):
        function = option(function)
    return place(function)


@click.command("migrate")
@click.argument("file", metavar="FILE.sql", type=click.Path(exists=True, dir_okay=False))
@_course
def migrate(file: str, form: str, **options: Any) -> int:
    """Run a file of SQL in the schema of each tenant; run it again to take up what was cut off.

    One tenant is one transaction; CREATE INDEX CONCURRENTLY, VALIDATE CONSTRAINT and ADD VALUE run outside of it, and
    an UPDATE below the line `-- isolint: batches of 5000` runs by its table's key, so many rows in a transaction.
    Names are looked up in the tenant's schema alone, so those of shared tables need theirs. A tenant that has had
    the file is skipped, and a file that was edited since is refused. Exit codes: 0 all
    tenants have it, 2 some failed or were not begun, 3 some were busy.
    """
    from isolint.tenants.migrate import migrate as run
    from isolint.tenants.migration import read_migration
    from isolint.tenants.told import Told

    fleet, schemas = _meant(**options)
    migration = read_migration(Path(file), fleet.naming)
    for sentence in migration.one_way:
        sys.stderr.write(f"isolint: cannot be rolled back: {sentence}\n")
    told = Told(form, len(schemas))
    left = run(fleet, schemas, migration, _chosen_course(options), told, options["statement_timeout"])
    return _ended(told, left)


@click.command("rollback")
@click.option("--to", default="", metavar="VERSION", help="The file that is to be the last; `base` for none of them.")
@click.option("--lose-data", is_flag=True, help="Also drop what rows hold.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken back, and change nothing.")
@_course
def rollback(to: str, lose_data: bool, dry_run: bool, form: str, **options: Any) -> int:
    """Take back the migration that was begun last, or all after VERSION; run it again to take up what was cut off.

    The ledger has the way back over each part: what the migration made is dropped, what it changed or dropped is
    brought back. Where there is none, nothing runs, unless the file had a section or a file of its own for it; nor
    does anything run that would lose what rows hold, without --lose-data. Exit codes: 0 all tenants are taken back,
    2 something has no way back, would lose data, failed or was not begun, 3 some were busy.
    """
    from isolint.cli._write import write_text
    from isolint.tenants.rollback import planned
    from isolint.tenants.rollback import rollback as run
    from isolint.tenants.told import Told, told_plan

    fleet, schemas = _meant(**options)
    plan = planned(fleet, schemas, to)
    if form == "text" or dry_run:
        write_text(told_plan(plan, lose_data))
    if dry_run:
        return 2 if plan.refused or (plan.lost and not lose_data) else 0
    told = Told(form, len(schemas))
    left = run(fleet, plan, _chosen_course(options), told, lose_data, options["statement_timeout"])
    return _ended(told, left)


def _meant(everyone: bool, slugs: tuple[str, ...], **options: Any) -> tuple[Fleet, tuple[str, ...]]:
    """The fleet, and the schemas of the tenants that are meant."""
    from isolint.errors import UsageError

    if everyone == bool(slugs):
        raise UsageError("say which tenants: --all, or --tenant SLUG")
    fleet = fleet_of({key: options[key] for key in ("database", "reference", "config")})
    with closing(fleet.connect()) as connection:
        schemas = (
            fleet.schemas(connection) if everyone else tuple(fleet.tenant(connection, slug).schema for slug in slugs)
        )
    if not schemas:
        raise UsageError(f"there is no schema that is called {fleet.naming.pattern}: nothing was done")
    return fleet, schemas


def _chosen_course(options: dict[str, Any]) -> Course:
    from isolint.tenants.course import Course

    return Course(options["jobs"], options["canaries"], options["failures"])


def _ended(told: Told, left: int) -> int:
    from isolint.tenants.course import State

    told.end(left)
    if left or told.count(State.FAILED):
        return 2
    return 3 if told.count(State.BUSY) else 0
