"""How commands report: the options for it, and the answer itself."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from isolint.output import formats

if TYPE_CHECKING:
    from isolint.engine.exit import Threshold
    from isolint.model.report import Report
    from isolint.output import RenderOptions

F = TypeVar("F", bound=Callable[..., Any])


def reporting(form: str) -> Callable[[F], F]:
    """The options of a command that reports, in the format `form` unless it is told otherwise."""
    options = (
        click.option(
            "--format", "form", type=click.Choice(formats()), default=form, show_default=True, help="How to report."
        ),
        click.option("--output", "-o", default="", metavar="FILE", help="Write the report to this file."),
        click.option("--show-unknown", is_flag=True, help="List accesses that could not be decided."),
        click.option("--statistics", is_flag=True, help="Count findings by rule and accesses by reason."),
        click.option("--quiet", "-q", is_flag=True, help="Only what is wrong, a line each; no summary."),
        click.option(
            "--fail-on",
            type=click.Choice(["error", "warning", "note", "never"]),
            default="warning",
            show_default=True,
            help="Exit with 1 for findings of this level or above.",
        ),
        click.option(
            "--min-proven",
            type=click.FloatRange(0, 1),
            default=0.0,
            metavar="SHARE",
            help="Exit with 1 when a smaller share of accesses is proven scoped, such as 0.95.",
        ),
        click.option("--strict", is_flag=True, help="Exit with 3 when an access could not be decided."),
        click.option("--allow-incomplete", is_flag=True, help="Exit with 0 although something could not be analysed."),
    )

    def decorated(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorated


def answer(report: Report, options: dict[str, Any], *, written: bool = True) -> int:
    """Write the report, if it is to be `written`; the exit code."""
    from isolint.engine.exit import exit_code

    if written:
        _write(report, options)
    _tell_share(report, options)
    code = exit_code(report, _threshold(options))
    if not options["quiet"]:
        tell_incomplete(report, code)
    return code


def tell_incomplete(report: Report, code: int, *, option: bool = True) -> None:
    """What to do when a command fails only for what could not be analysed; `option` is whether it can allow that."""
    from isolint.engine.exit import Exit

    if code == Exit.PARTIAL and report.problems:
        told = "`isolint scan` names it, `exclude` in isolint.yaml leaves it out"
        allowed = ", --allow-incomplete makes the code 0" if option else ""
        sys.stderr.write(f"isolint: exit code 3, since not everything could be analysed: {told}{allowed}\n")


def _tell_share(report: Report, options: dict[str, Any]) -> None:
    """Why a scan fails that found nothing else."""
    from isolint.model.coverage import coverage

    whole = coverage(report.evidence)[0]
    if whole.share < options["min_proven"]:
        told = f"{whole.proven} of {whole.accesses} accesses ({whole.share:.1%}) are proven scoped"
        sys.stderr.write(f"isolint: {told}; --min-proven asks for {options['min_proven']:.1%}\n")


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
