"""`isolint scan`."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from isolint.cli._options import config, jobs, names, no_cache
from isolint.cli._reporting import answer, reporting
from isolint.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from isolint.engine.request import ScanRequest
    from isolint.model.report import Report

GRADES = click.Choice(["low", "medium", "high"])


@click.command("scan")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@reporting("text")
@config
@click.option(
    "--select",
    multiple=True,
    callback=names,
    metavar="RULE,…",
    help="Run only these rules: ids, beginnings of ids, names.",
)
@click.option("--ignore", multiple=True, callback=names, metavar="RULE,…", help="Do not run these rules.")
@click.option("--min-severity", type=GRADES, default="low", show_default=True, help="Leave out less severe findings.")
@click.option(
    "--min-confidence", type=GRADES, default="low", show_default=True, help="Leave out less certain findings."
)
@click.option("--baseline", default="", metavar="FILE", help="Report only what this file does not hold.")
@click.option(
    "--changed-since",
    "since",
    default="",
    metavar="REV",
    help="Report what the changes since then touch, and what they cause elsewhere.",
)
@click.option("--fix", is_flag=True, help="Change files: only what narrows an access, with a value proven in scope.")
@click.option("--unsafe-fixes", is_flag=True, help="Change files: the other known fixes as well.")
@click.option("--diff", is_flag=True, help="Show what the fixes would change, and change nothing.")
@jobs
@no_cache
@click.option("--scheduler", default="", metavar="URL", help="Work on a Dask cluster, such as tcp://host:8786.")
@click.option("--shard", default="", metavar="K/N", help="Report only the K-th of N parts; see `isolint merge`.")
@click.option("--stdin-filename", default="", metavar="PATH", help="Read standard input as the text of this file.")
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Report data accesses that are not confined to one tenant.

    Findings are reported in the PATHs (default: the current folder); the whole project around them is read. Needs no
    configuration: who the tenants are is inferred, and what was assumed is said.

    Exit codes: 0 nothing found, 1 findings, 2 could not do what was asked, 3 not everything could be analysed.
    """
    from isolint.cli._progress import Progress
    from isolint.engine.scan import scan

    progress = Progress()
    with _executor(options["scheduler"]) as executor:
        request = replace(_request(paths, options), progress=progress, executor=executor)
        try:
            fixed = _fixed(request, options)
            report = scan(request) if fixed is None else fixed
        finally:
            progress.clear()
    return answer(report, options, written=not options["diff"])


def _executor(scheduler: str) -> AbstractContextManager[Executor | None]:
    """The cluster that the work goes to, None where no scheduler is named."""
    if not scheduler:
        return nullcontext()
    from isolint.engine.scheduler import cluster

    return cluster(scheduler)


def _request(paths: tuple[str, ...], options: dict[str, Any]) -> ScanRequest:
    from isolint.engine.request import Choice, ScanRequest, parse_shard
    from isolint.model.rule import Confidence, Severity

    stdin = None
    if options["stdin_filename"]:
        if paths:
            raise UsageError("give either PATHs or --stdin-filename, not both")
        paths, stdin = (options["stdin_filename"],), sys.stdin.buffer.read()
    return ScanRequest(
        paths=paths,
        config=options["config"],
        choice=Choice(
            select=options["select"],
            ignore=options["ignore"],
            min_severity=Severity[options["min_severity"].upper()],
            min_confidence=Confidence[options["min_confidence"].upper()],
        ),
        jobs=options["jobs"] or 0,
        cached=not options["no_cache"],
        stdin=stdin,
        baseline=options["baseline"],
        since=options["since"],
        shard=parse_shard(options["shard"]) if options["shard"] else None,
    )


def _fixed(request: ScanRequest, options: dict[str, Any]) -> Report | None:
    """The report of the code before changes that are only shown; None when it is to be scanned, changed or not."""
    if not (options["fix"] or options["unsafe_fixes"] or options["diff"]):
        return None
    if request.shard is not None:
        raise UsageError("--shard reports a part; fixes are made for the whole: leave it out")
    from isolint.cli._fix import carry_out, show
    from isolint.fixes import fix

    found = fix(request, unsafe=options["unsafe_fixes"])
    if options["diff"]:
        show(found, options["output"])
        return found.report
    carry_out(found)
    return None
