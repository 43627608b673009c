"""`isolint baseline`."""

from __future__ import annotations

import click

from isolint.cli._options import config, jobs, no_cache


@click.command("baseline")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--output", "-o", default="", metavar="FILE", help="The baseline.  [default: isolint-baseline.json at the root]"
)
@click.option("--prune", is_flag=True, help="Record nothing new; take out what is not found any more.")
@click.option("--allow-incomplete", is_flag=True, help="Exit with 0 although something could not be analysed.")
@config
@jobs
@no_cache
def command(
    paths: tuple[str, ...],
    output: str,
    prune: bool,
    allow_incomplete: bool,
    config: str,
    jobs: int | None,
    no_cache: bool,
) -> int:
    """Record today's findings, so that `isolint scan --baseline FILE` reports only new ones.

    What is recorded is known by its code and not by its line. With PATHs the entries of other paths are kept.

    Exit codes: 0 recorded, 2 could not do it, 3 recorded, but not everything could be analysed.
    """
    from isolint.cli._progress import Progress
    from isolint.cli._reporting import tell_incomplete
    from isolint.cli._write import write_document, write_text
    from isolint.engine.baseline import renew
    from isolint.engine.exit import Threshold, exit_code
    from isolint.engine.request import ScanRequest

    progress = Progress()
    try:
        request = ScanRequest(paths=paths, config=config, jobs=jobs or 0, cached=not no_cache, progress=progress)
        made = renew(request, output, pruned=prune)
    finally:
        progress.clear()
    done = made.recording
    write_document(done.text, str(made.file))
    write_text(f"{made.file}: {done.total} known, {done.added} of them new, {done.removed} taken out\n")
    code = exit_code(made.report, Threshold(fail_on=None, allow_incomplete=allow_incomplete))
    tell_incomplete(made.report, code)
    return code
