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
    from pathlib import Path

    from isolint.cli._progress import Progress
    from isolint.cli._write import write_document, write_text
    from isolint.engine import baseline
    from isolint.engine.exit import Threshold, exit_code
    from isolint.engine.prepare import prepare
    from isolint.engine.request import ScanRequest
    from isolint.engine.scan import judge

    progress = Progress()
    try:
        ready = prepare(ScanRequest(paths=paths, config=config, jobs=jobs or 0, cached=not no_cache, progress=progress))
        report = judge(ready)
    finally:
        progress.clear()
    file = Path(output) if output else ready.project.root / baseline.NAME
    done = (baseline.prune if prune else baseline.record)(report, ready, file)
    write_document(done.text, str(file))
    write_text(f"{file}: {done.total} known, {done.added} of them new, {done.removed} taken out\n")
    return exit_code(report, Threshold(fail_on=None, allow_incomplete=allow_incomplete))
