"""The commands as a page, from what click knows of them.

`python -m isolint.cli._document` tells whether docs/commands.md is stale (exit code 1), `--write` renews it.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from isolint.cli._commands import group

PAGE = Path("docs") / "commands.md"
WITHOUT = re.compile(r" *\[default: (.*)\]")
"""How a help text tells what holds when the option is not given."""

HEAD = """\
# Commands

Generated from the commands themselves; `isolint COMMAND --help` shows the same. Each ends with one of the exit codes
that stand with it; where nothing is said, 0 is done and 2 that it could not be done.
"""


def commands(parent: click.Command = group, name: str = "isolint") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it, by name."""
    if not isinstance(parent, click.Group):
        yield name, parent
        return
    context = click.Context(parent)
    for word in parent.list_commands(context):
        command = parent.get_command(context, word)
        assert command is not None
        yield from commands(command, f"{name} {word}")


def page() -> str:
    """The page of all commands, as Markdown."""
    return "\n".join([HEAD, *(_section(name, command) for name, command in commands())])


def _section(name: str, command: click.Command) -> str:
    arguments = [item for item in command.params if isinstance(item, click.Argument)]
    options = [item for item in command.params if isinstance(item, click.Option) and not item.hidden]
    usage = " ".join([name, *(["[OPTION]..."] if options else []), *map(_argument, arguments)])
    parts = [f"## {name}", f"```text\n{usage}\n```", inspect.cleandoc(command.help or "")]
    if options:
        parts.append("\n".join(["| option | does |", "|---|---|", *map(_row, options)]))
    return "\n\n".join(parts) + "\n"


def _argument(argument: click.Argument) -> str:
    return argument.metavar or (argument.name or "").upper()


def _row(option: click.Option) -> str:
    """One option: how it is written, what may follow, what it does, and what holds without it."""
    takes = _value(option)
    written = ", ".join(f"`{word}{f' {takes}' if takes else ''}`" for word in option.opts)
    said = [WITHOUT.sub(r" Default: \1.", option.help or "")]
    if isinstance(option.type, click.Choice):
        said.append(f"One of {', '.join(f'`{choice}`' for choice in option.type.choices)}.")
    if option.show_default and option.default not in (None, "", ()):
        said.append(f"Default: `{option.default}`.")
    if option.required:
        said.append("Required.")
    return f"| {written} | {_cell(' '.join(said))} |"


def _value(option: click.Option) -> str:
    if option.is_flag or option.count:
        return ""
    return option.metavar or ("N" if isinstance(option.type, (click.IntRange, click.types.IntParamType)) else "WORD")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: Sequence[str]) -> int:
    """Check docs/commands.md, or write it: 0 when it is fresh, 1 when stale, 2 for wrong usage."""
    if list(arguments) not in ([], ["--write"]):
        print("usage: python -m isolint.cli._document [--write]", file=sys.stderr)
        return 2
    file = Path(__file__).resolve().parents[3] / PAGE
    if arguments:
        file.write_text(page(), encoding="utf-8")
        return 0
    if file.is_file() and file.read_text(encoding="utf-8") == page():
        return 0
    print(f"{PAGE.as_posix()} is stale: run python -m isolint.cli._document --write", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
