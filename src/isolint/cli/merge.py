"""`isolint merge`."""

from __future__ import annotations

from typing import Any

import click

from isolint.cli._reporting import answer, reporting


@click.command("merge")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@reporting("sarif")
def command(files: tuple[str, ...], **options: Any) -> int:
    """Put the shards of a scan together: the report of `isolint scan` without --shard.

    FILEs are the SARIF of all shards, in any order: `isolint scan --shard 1/4 --format sarif --output 1.sarif`. Shards
    of different commits, options or versions of isolint are refused.

    Exit codes: those of the scan as a whole.
    """
    from isolint.engine.merge import merge

    return answer(merge(files), options)
