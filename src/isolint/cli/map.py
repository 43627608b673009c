"""`isolint map`."""

from __future__ import annotations

import sys
from typing import Any

import click

from isolint.cli._options import config, jobs, no_cache

FORMATS = ("text", "json", "markdown", "html")


@click.command("map")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to show it.")
@click.option("--output", "-o", default="", metavar="FILE", help="Write the map to this file.")
@config
@click.option("--allow-incomplete", is_flag=True, help="Exit with 0 although something could not be analysed.")
@jobs
@no_cache
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Show which route reaches which table, and what keeps each access within one tenant.

    A cell is confined by an executor, a predicate, a parent row, a guard, or to the platform's operators; or the
    table is shared, the access is not confined, or that could not be decided. `--format html` is one page that needs no
    network.

    Exit codes: 0 shown, 2 could not do what was asked, 3 not everything could be analysed.
    """
    from isolint.cli._progress import Progress
    from isolint.cli._write import colours, width, write_document, write_text
    from isolint.engine.request import ScanRequest
    from isolint.engine.routes import map_routes
    from isolint.output import RenderOptions
    from isolint.output.map import render_map

    progress = Progress()
    request = ScanRequest(
        paths, options["config"], jobs=options["jobs"] or 0, cached=not options["no_cache"], progress=progress
    )
    try:
        found, report = map_routes(request)
    finally:
        progress.clear()
    form, output = options["form"], options["output"]
    if form == "text" and not output:
        write_text(render_map(found, form, RenderOptions(colour=colours(sys.stdout.isatty()), width=width())))
    else:
        write_document(render_map(found, form, RenderOptions()), output)
    return 3 if report.problems and not options["allow_incomplete"] else 0
