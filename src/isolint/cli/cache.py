"""`isolint cache`."""

from __future__ import annotations

import click

from isolint.cli._options import only_help


@click.group("cache", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int:
    """Look after the cache of facts about files."""
    return only_help(ctx)


@command.command("clear")
def clear() -> int:
    """Remove the cache; the next scan reads all files anew."""
    from isolint.cli._write import write_text
    from isolint.engine.cache import cache_folder
    from isolint.engine.cache import clear as remove

    folder = cache_folder()
    freed = remove(folder)
    write_text(
        f"removed {freed / 1e6:.1f} MB from {folder}\n"
        if freed
        else f"nothing to remove in {folder or 'a home that does not exist'}\n"
    )
    return 0
