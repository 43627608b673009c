"""`isolint scan`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isolint.cli._options import config, jobs, names, no_cache
from isolint.errors import UsageError
from isolint.output import formats

if TYPE_CHECKING:
    from isolint.engine.exit import Threshold
    from isolint.engine.request import ScanRequest
    from isolint.model.report import Report
    from isolint.output import RenderOptions

GRADES = click.Choice(["low", "medium", "high"])


@click.command("scan")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format", "form", type=click.Choice(formats()), default="text", show_default=True, help="How to report."
)
@click.option("--output", "-o", default="", metavar="FILE", help="Write the report to this file.")
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
@click.option("--show-unknown", is_flag=True, help="List accesses that could not be decided.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    default="warning",
    show_default=True,
    help="Exit with 1 for findings of this level or above.",
)
@click.option("--baseline", default="", metavar="FILE", help="Report only what this file does not hold.")
@click.option(
    "--changed-since",
    "since",
    default="",
    metavar="REV",
    help="Report what the changes since then touch, and what they cause elsewhere.",
)
@click.option(
    "--min-proven",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="SHARE",
    help="Exit with 1 when a smaller share of accesses is proven scoped, such as 0.95.",
)
@click.option("--fix", is_flag=True, help="Change files: only what narrows an access, with a value proven in scope.")
@click.option("--unsafe-fixes", is_flag=True, help="Change files: the other known fixes as well.")
@click.option("--diff", is_flag=True, help="Show what the fixes would change, and change nothing.")
@click.option("--strict", is_flag=True, help="Exit with 3 when an access could not be decided.")
@click.option("--allow-incomplete", is_flag=True, help="Exit with 0 although something could not be analysed.")
@jobs
@no_cache
@click.option("--statistics", is_flag=True, help="Count findings by rule and accesses by reason.")
@click.option("--quiet", "-q", is_flag=True, help="Only what is wrong, a line each; no summary.")
@click.option("--stdin-filename", default="", metavar="PATH", help="Read standard input as the text of this file.")
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Report data accesses that are not confined to one tenant.

    Findings are reported in the PATHs (default: the current folder); the whole project around them is read. Needs no
    configuration: who the tenants are is inferred, and what was assumed is said.

    Exit codes: 0 nothing found, 1 findings, 2 could not do what was asked, 3 not everything could be analysed.
    """
    from isolint.cli._progress import Progress
    from isolint.engine.exit import exit_code
    from isolint.engine.scan import scan

    progress = Progress()
    request = _request(paths, options, progress)
    try:
        fixed = _fixed(request, options)
        report = scan(request) if fixed is None else fixed
    finally:
        progress.clear()
    if not options["diff"]:
        _write(report, options)
    _tell_share(report, options)
    return exit_code(report, _threshold(options))


def _request(paths: tuple[str, ...], options: dict[str, Any], progress: Any) -> ScanRequest:
    from isolint.engine.request import Choice, ScanRequest
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
        progress=progress,
    )


def _tell_share(report: Report, options: dict[str, Any]) -> None:
    """Why a scan fails that found nothing else."""
    from isolint.model.coverage import coverage

    whole = coverage(report.evidence)[0]
    if whole.share < options["min_proven"]:
        told = f"{whole.proven} of {whole.accesses} accesses ({whole.share:.1%}) are proven scoped"
        sys.stderr.write(f"isolint: {told}; --min-proven asks for {options['min_proven']:.1%}\n")


def _fixed(request: ScanRequest, options: dict[str, Any]) -> Report | None:
    """The report of the code before changes that are only shown; None when it is to be scanned, changed or not."""
    if not (options["fix"] or options["unsafe_fixes"] or options["diff"]):
        return None
    from isolint.cli._fix import carry_out, show
    from isolint.fixes import fix

    found = fix(request, unsafe=options["unsafe_fixes"])
    if options["diff"]:
        show(found, options["output"])
        return found.report
    carry_out(found)
    return None


def _threshold(options: dict[str, Any]) -> Threshold:
    from isolint.engine.exit import Threshold
    from isolint.model.rule import Level

    never = options["fail_on"] == "never"
    return Threshold(
        fail_on=None if never else Level[options["fail_on"].upper()],
        strict=options["strict"],
        allow_incomplete=options["allow_incomplete"],
        min_proven=options["min_proven"],
    )


def _write(report: Report, options: dict[str, Any]) -> None:
    from isolint.cli._write import write_document, write_text
    from isolint.output import render, summary

    text = render(report, options["form"], _render_options(report, options))
    if options["form"] == "text" and not options["output"]:
        write_text(text)
        return
    write_document(text, options["output"])
    if options["output"] and not options["quiet"]:
        sys.stderr.write(f"isolint: {summary(report)}\n")


def _render_options(report: Report, options: dict[str, Any]) -> RenderOptions:
    from isolint.cli._write import colours, width
    from isolint.output import RenderOptions

    return RenderOptions(
        colour=not options["output"] and colours(sys.stdout.isatty()),
        width=width() if not options["output"] else RenderOptions().width,
        quiet=options["quiet"],
        statistics=options["statistics"],
        show_unknown=options["show_unknown"],
        prefix=_prefix(Path(report.root)),
    )


def _prefix(root: Path) -> str:
    """The way from the root of the repository to that of the project."""
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    return "" if top == root else f"{root.relative_to(top).as_posix()}/"
