"""`isolint audit`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing as closing_connection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isolint.cli._options import config, jobs, no_cache

if TYPE_CHECKING:
    from isolint.engine.audit import AuditRequest
    from isolint.engine.request import ScanRequest
    from isolint.model.audit import Audit, Drift
    from isolint.model.settings import Settings
    from isolint.schema.model import Schema
    from isolint.tenants.status import Status

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
    from isolint.engine.audit import audit
    from isolint.engine.request import ScanRequest

    progress = Progress()
    scan = ScanRequest(
        paths, options["config"], jobs=options["jobs"] or 0, cached=not options["no_cache"], progress=progress
    )
    try:
        found = audit(_fleet(paths, options, scan))
    finally:
        progress.clear()
    _write(found, options)
    return _code(found, options["allow_incomplete"])


def _fleet(paths: tuple[str, ...], options: dict[str, Any], scan: ScanRequest) -> AuditRequest:
    """The schemas that are asked for, the tenants of the database, and what could not be done about them."""
    from isolint.engine.audit import AuditRequest
    from isolint.engine.project import find_project
    from isolint.engine.settings import load_settings
    from isolint.model.settings import SchemaSettings

    project = find_project(paths, options["config"])
    settings = load_settings(project.config)
    reference = options["reference"] or settings.schema.reference or settings.tenants.reference
    asked = SchemaSettings(reference, options["provisioning"], options["shared"], options["tenants"])
    url = options["database"] or settings.tenants.database or os.environ.get("DATABASE_URL", "")
    if url:
        drifts, differing, public = _tenants(settings, project.root, url, reference)
        shared = asked.shared or settings.schema.shared or public
        return AuditRequest(scan, replace(asked, shared=shared), drifts, differing)
    told = "tenants were not looked at: no database is named (--database URL, `tenants: {database: …}`, DATABASE_URL)"
    return AuditRequest(scan, asked, left_out=() if asked.tenants or settings.schema.tenants else (told,))


def _tenants(
    settings: Settings, root: Path, url: str, reference: str
) -> tuple[tuple[Drift, ...], tuple[Schema, ...], str]:
    """Every tenant of a database, those that are alike together, the schemas of those that differ, and where `public`
    is read from, which their search paths go on to.
    """
    from isolint.engine.audit import unreadable
    from isolint.errors import SchemaError, TenantError
    from isolint.schema.load import closing
    from isolint.tenants.fleet import fleet_of
    from isolint.tenants.status import status

    fleet = fleet_of(settings, root, url, reference, "")
    try:
        with closing_connection(fleet.connect()) as connection, closing():
            found = status(connection, fleet, fleet.wanted() if fleet.reference else None, fleet.patience)
            public = url if fleet.has_public(connection) else ""
    except (SchemaError, TenantError) as error:
        return (unreadable("the tenants' database", str(error)),), (), ""
    differing = (group.comparison.candidate for group in found.groups if group.comparison and group.differs)
    return tuple(_drifts(found)), tuple(differing), public


def _drifts(found: Status) -> Iterator[Drift]:
    from isolint.engine.audit import closed, drift_of
    from isolint.model.audit import Drift, State

    for group in found.groups:
        label = group.schemas[0] if len(group.schemas) == 1 else f"{group.schemas[0]} and those like it"
        if group.comparison is None:
            note = "not compared: too many different tenants"
            yield Drift(label, State.UNREAD, note=note, tenants=len(group.schemas))
        else:
            yield drift_of(label, group.comparison, Path(), tenants=len(group.schemas))
    yield from (closed(schema) for schema in found.denied)
    yield from (Drift(schema, State.BUSY, note="somebody is altering it", tenants=1) for schema in found.busy)
    yield from (Drift(schema, State.ABSENT, note="the tenant is listed and has no schema") for schema in found.absent)


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
