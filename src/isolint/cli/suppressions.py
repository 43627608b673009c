"""`isolint suppressions`."""

from __future__ import annotations

import sys

import click

from isolint.cli._options import config, jobs, no_cache


@click.command("suppressions")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help="How to report."
)
@config
@jobs
@no_cache
def command(paths: tuple[str, ...], form: str, config: str, jobs: int | None, no_cache: bool) -> int:
    """List the suppressions in the code: what each hides and why, who wrote it and when.

    Exit codes: 0 all are in order, 1 some are to be mended: no reason, expired, nothing to hide; 2 could not tell,
    3 not everything could be analysed.
    """
    from datetime import date

    from isolint.cli._progress import Progress
    from isolint.cli._reporting import tell_incomplete
    from isolint.cli._write import colours, write_document, write_text
    from isolint.engine.exit import Threshold, exit_code
    from isolint.engine.request import ScanRequest
    from isolint.engine.silences import silences
    from isolint.output import RenderOptions, suppressions

    progress = Progress()
    try:
        request = ScanRequest(paths=paths, config=config, jobs=jobs or 0, cached=not no_cache, progress=progress)
        found = silences(request)
    finally:
        progress.clear()
    options = RenderOptions(colour=colours(sys.stdout.isatty()))
    text = suppressions(found.items, form, date.today(), found.unsigned, options)
    if form == "text":
        write_text(text)
    else:
        write_document(text)
    if any(item.faults for item in found.items):
        return 1
    code = exit_code(found.report, Threshold(fail_on=None))
    tell_incomplete(found.report, code, option=False)
    return code
