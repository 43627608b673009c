"""Options that several commands take."""

from __future__ import annotations

import click

from isolint.cli import FAILED


def names(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """The single names of an option that may be given several times and hold several names between commas."""
    return tuple(name.strip() for group in value for name in group.split(",") if name.strip())


config = click.option(
    "--config", default="", metavar="FILE", help="Use this configuration; its folder is the project root."
)
jobs = click.option(
    "--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Work in N processes.  [default: one per core]"
)
no_cache = click.option("--no-cache", is_flag=True, help="Read all files anew, and keep nothing.")


def only_help(ctx: click.Context) -> int:
    """What a group does when it is called without a command: show what there is, and answer that nothing was done."""
    if ctx.invoked_subcommand is not None:
        return 0
    click.echo(ctx.get_help())
    return FAILED
