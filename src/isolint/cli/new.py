"""`isolint new`."""

from __future__ import annotations

import click

from isolint.cli._options import only_help


@click.group("new", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int:
    """Begin something of your own."""
    return only_help(ctx)


@command.command("rule")
@click.argument("name", metavar="NAME")
@click.option("--id", "id", default="", metavar="ID", help="Its id, such as ACME001.  [default: the next OWN…]")
@click.option("--output", "-o", default="", metavar="FILE", help="Write it here.  [default: lint/NAME.yaml]")
def rule(name: str, id: str, output: str) -> int:
    """Write a rule file with examples that pass, to be changed into your own.

    NAME is words with hyphens, such as hard-delete. A file that exists is never touched.

    Exit codes: 0 written, 2 the file or the rule exists.
    """
    from pathlib import Path

    from isolint.cli._write import write_text
    from isolint.engine.newrule import new_rule
    from isolint.engine.setup.files import write

    made = new_rule(name, output, id)
    write(made.file, made.text)
    here = Path.cwd()
    shown = made.file.relative_to(here) if made.file.is_relative_to(here) else made.file
    lines = [f"wrote {shown}", f"next: edit it, then `isolint rules test {shown}`"]
    if not made.listed:
        lines.append(f"      and name it in isolint.yaml: `rules: {{files: [{made.file.parent.name}/*.yaml]}}`")
    write_text("".join(f"{line}\n" for line in lines))
    return 0
