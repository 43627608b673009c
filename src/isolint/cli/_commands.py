"""The group of all commands, which knows their names and imports none of them."""

from __future__ import annotations

import os
from importlib import import_module

import click

import isolint
from isolint.cli._options import only_help


class _Commands(click.Group):
    """The commands are the modules of this folder."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = (os.path.splitext(entry)[0] for entry in os.listdir(os.path.dirname(__file__)) if entry.endswith(".py"))
        return sorted(name for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"isolint.cli.{name}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Ctrl-C ends a command without a word."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise click.Abort from None


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(isolint.__version__, "--version", message="isolint %(version)s")
@click.pass_context
def group(ctx: click.Context) -> int:
    """Find where code lets one tenant touch another tenant's data."""
    return only_help(ctx)
