"""`isolint schema`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from isolint.schema.difference import Comparison

FORMATS = ("text", "json", "sarif", "markdown", "github")
REFERENCES = """\b
References to schemas:
  postgresql://user@host/db?schema=org_a   a schema of a running database
  schema.sql, migrations/                  DDL, or a folder of migrations
  prisma/schema.prisma, models:package     Prisma; SQLAlchemy metadata (imports it)
  snapshot.json                            what `isolint schema snapshot` wrote
  function:FILE.sql#name?args=a,b          what a provisioning function makes"""


@click.group("schema")
def command() -> None:
    """Compare schemas by definition, and mend what one of them lacks."""


def _output(function: Any) -> Any:
    return click.option("--output", "-o", default="", metavar="FILE", help="Write to this file.")(function)


def _incomplete(function: Any) -> Any:
    text = "Exit with 0 although not everything could be read."
    return click.option("--allow-incomplete", is_flag=True, help=text)(function)


@command.command("diff", epilog=REFERENCES)
@click.argument("reference", metavar="REF")
@click.argument("candidate", metavar="CANDIDATE")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to report.")
@_output
@click.option("--ignore", multiple=True, metavar="KIND,…", help="Leave out these kinds: owner, comment, grant, …")
@click.option("--verbose", "-v", is_flag=True, help="List remarks that count as no difference.")
@_incomplete
def diff(reference: str, candidate: str, form: str, output: str, ignore: tuple[str, ...], **flags: bool) -> int:
    """Show what CANDIDATE lacks or has differently from REF.

    Objects are compared by definition; the schemas' own names make no difference, nor do those of indexes and
    constraints. Exit codes: 0 the same, 1 differences, 2 could not compare, 3 not everything could be
    read: a table was busy, a statement was not understood.
    """
    import isolint
    from isolint.cli._write import colours, write_document, write_text
    from isolint.schema.output import Options, render

    comparison = _compared(reference, candidate, ignore)
    colour = not output and form == "text" and colours(sys.stdout.isatty())
    text = render(comparison, form, Options(colour=colour, verbose=flags["verbose"], version=isolint.__version__))
    if form == "text" and not output:
        write_text(text)
    else:
        write_document(text, output)
    return 1 if comparison.differences else _partly(comparison, flags["allow_incomplete"])


@command.command("plan", epilog=REFERENCES)
@click.argument("reference", metavar="REF")
@click.argument("candidate", metavar="CANDIDATE", default="", required=False)
@_output
@click.option("--allow-destructive", is_flag=True, help="Also run what rewrites or loses something.")
@click.option("--as-function", is_flag=True, help="Print a function that makes REF; it replaces CANDIDATE.")
@click.option("--as-migration", is_flag=True, help="Print it for `isolint tenants migrate`: names without a schema.")
@click.option("--ignore", multiple=True, metavar="KIND,…", help="Leave out these kinds: owner, comment, grant, …")
@_incomplete
def plan(reference: str, candidate: str, output: str, ignore: tuple[str, ...], **flags: bool) -> int:
    """Print the SQL that brings CANDIDATE up to REF.

    It adds, in an order that works, and may run twice. What would rewrite or lose something is a comment with the
    reason. Exit codes: 0 printed, 2 could not compare, 3 not everything could be read.
    """
    from isolint.cli._write import write_document
    from isolint.errors import UsageError
    from isolint.schema.plan.plan import plan as make
    from isolint.schema.plan.script import migration, script

    if flags["as_migration"] and (flags["as_function"] or flags["allow_destructive"]):
        raise UsageError("--as-migration goes with neither --as-function nor --allow-destructive")
    if flags["as_function"]:
        from isolint.schema.plan.as_function import as_function

        write_document(as_function(reference, candidate), output)
        return 0
    if not candidate:
        raise UsageError("schema plan needs REF and CANDIDATE (only --as-function may do without CANDIDATE)")
    comparison = _compared(reference, candidate, ignore)
    made = make(comparison)
    write_document(migration(made) if flags["as_migration"] else script(made, flags["allow_destructive"]), output)
    return _partly(comparison, flags["allow_incomplete"])


@command.command("snapshot", epilog=REFERENCES)
@click.argument("reference", metavar="REF")
@_output
@_incomplete
def snapshot(reference: str, output: str, allow_incomplete: bool) -> int:
    """Write REF as JSON, which is itself a reference to a schema."""
    from isolint.cli._write import write_document
    from isolint.schema.load import closing, load
    from isolint.schema.sources.snapshot import dump

    with closing():
        schema = load(reference)
    write_document(dump(schema), output)
    return 3 if (schema.busy or schema.unread) and not allow_incomplete else 0


def _compared(reference: str, candidate: str, ignore: tuple[str, ...]) -> Comparison:
    from isolint.schema.diff.compare import compare
    from isolint.schema.diff.ignore import without
    from isolint.schema.load import closing, load_pair

    kinds = tuple(kind.strip() for group in ignore for kind in group.split(",") if kind.strip())
    with closing():
        return without(compare(*load_pair(reference, candidate)), kinds)


def _partly(comparison: Comparison, allowed: bool) -> int:
    return 3 if comparison.partial and not allowed else 0
