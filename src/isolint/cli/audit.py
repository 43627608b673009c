"""`isolint audit`."""

from __future__ import annotations

import os
import sys
from contextlib import closing as closing_connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isolint.cli._options import config, jobs, no_cache

if TYPE_CHECKING:
    from isolint.model.audit import Audit, Drift
    from isolint.model.settings import SchemaSettings

FORMATS = ("text", "json", "sarif", "markdown", "html")


@click.command("audit")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--reference", default="", metavar="REF", help="What every tenant is to have.  [default: schema.reference]"
)
@click.option(
    "--provisioning", default="", metavar="REF", help="What is made for a new tenant.  [default: schema.provisioning]"
)
@click.option("--shared", default="", metavar="REF", help="The schema that all tenants see.  [default: schema.shared]")
@click.option("--tenant", "tenants", multiple=True, metavar="REF", help="One tenant's schema; may be given again.")
@click.option("--database", default="", metavar="URL", help="All tenants of a database.  [default: tenants.database]")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to report.")
@click.option("--output", "-o", default="", metavar="FILE", help="Write the report to this file.")
@config
@click.option("--allow-incomplete", is_flag=True, help="Exit with 0 although something was left out.")
@click.option("--quiet", "-q", is_flag=True, help="Leave out the single findings.")
@jobs
@no_cache
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Hold schemas, provisioning, tenants, code and routes against one another, in one report.

    Compares the reference with what provisioning makes and with every tenant, and the code with all of them: a table
    that a tenant lacks and the shared schema has turns a safe query into everybody's rows. Without a database it
    does what it can from files and says what it left out.

    Exit codes: 0 nothing found, 1 findings or differences, 2 could not do what was asked, 3 something was left out.
    """
    from isolint.cli._progress import Progress
    from isolint.engine.audit import AuditRequest, audit
    from isolint.engine.request import ScanRequest

    progress = Progress()
    schemas, drifts, left_out = _fleet(paths, options)
    scan = ScanRequest(
        paths, options["config"], jobs=options["jobs"] or 0, cached=not options["no_cache"], progress=progress
    )
    try:
        found = audit(AuditRequest(scan, schemas, drifts, left_out))
    finally:
        progress.clear()
    _write(found, options)
    return _code(found, options["allow_incomplete"])


def _fleet(
    paths: tuple[str, ...], options: dict[str, Any]
) -> tuple[SchemaSettings, tuple[Drift, ...], tuple[str, ...]]:
    """The schemas that are asked for, the tenants of the database, and what could not be done about them."""
    from isolint.engine.project import find_project
    from isolint.engine.settings import load_settings
    from isolint.model.settings import SchemaSettings

    project = find_project(paths, options["config"])
    settings = load_settings(project.config)
    reference = options["reference"] or settings.schema.reference or settings.tenants.reference
    asked = SchemaSettings(reference, options["provisioning"], options["shared"], options["tenants"])
    url = options["database"] or settings.tenants.database or os.environ.get("DATABASE_URL", "")
    if not url:
        told = (
            "tenants were not looked at: no database is named (--database URL, `tenants: {database: …}`, DATABASE_URL)"
        )
        return asked, (), () if asked.tenants or settings.schema.tenants else (told,)
    drifts = _tenants(settings, project.root, url, reference)
    return asked, drifts, ()


def _tenants(settings: Any, root: Path, url: str, reference: str) -> tuple[Drift, ...]:
    """Every tenant of a database, those that are alike together."""
    from isolint.engine.audit import drift_of, unreadable
    from isolint.errors import SchemaError, TenantError
    from isolint.model.audit import Drift, State
    from isolint.schema.load import closing
    from isolint.tenants.fleet import fleet_of
    from isolint.tenants.status import status

    fleet = fleet_of(settings, root, url, reference, "")
    try:
        with closing_connection(fleet.connect()) as connection, closing():
            found = status(connection, fleet, fleet.wanted() if fleet.reference else None)
    except (SchemaError, TenantError) as error:
        return (unreadable("the tenants' database", str(error)),)
    drifts = []
    for group in found.groups:
        label = group.schemas[0] if len(group.schemas) == 1 else f"{group.schemas[0]} and those like it"
        if group.comparison is None:
            drifts.append(Drift(label, State.UNREAD, note="not compared: too many different tenants"))
        else:
            drifts.append(drift_of(label, group.comparison, root, tenants=len(group.schemas)))
    drifts += [Drift(schema, State.BUSY, note="somebody is altering it", tenants=1) for schema in found.busy]
    drifts += [Drift(schema, State.ABSENT, note="the tenant is listed and has no schema") for schema in found.absent]
    return tuple(drifts)


def _write(found: Audit, options: dict[str, Any]) -> None:
    from isolint.cli._write import colours, width, write_document, write_text
    from isolint.output import RenderOptions
    from isolint.output.audit import render_audit

    form, output = options["form"], options["output"]
    plain = RenderOptions(quiet=options["quiet"])
    screen = RenderOptions(colour=colours(sys.stdout.isatty()), width=width(), quiet=options["quiet"])
    if form == "text" and not output:
        write_text(render_audit(found, form, screen))
        return
    write_document(render_audit(found, form, plain), output)


def _code(found: Audit, allowed: bool) -> int:
    from isolint.engine.exit import Exit, Threshold, exit_code

    code = exit_code(found.report, Threshold(allow_incomplete=allowed))
    if code is Exit.FINDINGS or found.differs:
        return Exit.FINDINGS
    return Exit.PARTIAL if found.left_out and not allowed else code
